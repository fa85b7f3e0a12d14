// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.querylog;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Sender;

/**
 * Lets one query of so many through to a log. For all others it costs a subtraction. <b>Confined
 * to</b> the thread of its responder.
 */
public final class QuerySampler {

  private final QueryRecorder recorder;
  private final int oneIn;
  private final Protocol protocol;
  private int left;

  QuerySampler(QueryRecorder recorder, int oneIn, Protocol protocol) {
    this.recorder = recorder;
    this.oneIn = oneIn;
    this.protocol = protocol;
    this.left = oneIn;
  }

  /**
   * Notes a query that is answered, if it is its turn.
   *
   * @param octets of the response
   * @param waited true when others were asked first
   */
  public void answered(QueryReader query, Sender sender, int rcode, int octets, boolean waited) {
    if (--left > 0) {
      return;
    }
    left = oneIn;
    if (query.hasQuestion()) {
      recorder.take(
          sender.high(),
          sender.low(),
          sender.isIpv4(),
          protocol,
          DomainName.ofWire(query.octets(), query.nameStart(), query.nameLength()),
          query.type(),
          rcode,
          octets,
          waited);
    }
  }
}
