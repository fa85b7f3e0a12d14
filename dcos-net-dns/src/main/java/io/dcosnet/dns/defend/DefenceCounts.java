// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.metrics.DnsMetrics;

/** The counters of one guard, asked for once. <b>Confined to</b> one thread. */
final class DefenceCounts {

  private final Counter droppedByRule;
  private final Counter droppedByRate;
  private final Counter refusedByRule;
  private final Counter refusedByRate;
  private final Counter truncatedByRate;
  private final Counter askedForCookie;
  private final Counter validCookies;
  private final Counter newCookies;
  private final Counter wrongCookies;

  DefenceCounts(DnsMetrics metrics, Protocol protocol) {
    String name = protocol.toString();
    droppedByRule = metrics.dropped("acl");
    droppedByRate = metrics.dropped("rrl");
    refusedByRule = metrics.declined(name, "acl");
    refusedByRate = metrics.declined(name, "rate");
    truncatedByRate = metrics.declined(name, "rrl");
    askedForCookie = metrics.declined(name, "cookie");
    validCookies = metrics.cookies("valid");
    newCookies = metrics.cookies("new");
    wrongCookies = metrics.cookies("invalid");
  }

  void cookie(ServerCookies.Result result) {
    switch (result) {
      case VALID -> validCookies.increment();
      case CLIENT_ONLY -> newCookies.increment();
      case INVALID -> wrongCookies.increment();
      case NONE -> {
        // Nothing was shown.
      }
    }
  }

  Counter droppedByRule() {
    return droppedByRule;
  }

  Counter droppedByRate() {
    return droppedByRate;
  }

  Counter refusedByRule() {
    return refusedByRule;
  }

  Counter refusedByRate() {
    return refusedByRate;
  }

  Counter truncatedByRate() {
    return truncatedByRate;
  }

  Counter askedForCookie() {
    return askedForCookie;
  }
}
