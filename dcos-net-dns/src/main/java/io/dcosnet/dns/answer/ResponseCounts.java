// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.QueryReader.Verdict;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.RecordType;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The counters of one listener, asked for once. <b>Confined to</b> one thread. */
final class ResponseCounts {

  private static final int KNOWN_TYPES = 256;
  private static final int KNOWN_RCODES = 24;
  private static final String IPV4 = "ipv4";
  private static final String IPV6 = "ipv6";

  private final DnsMetrics metrics;
  private final String protocol;
  private final @Nullable Counter[] byType = new @Nullable Counter[2 * KNOWN_TYPES];
  private final @Nullable Counter[] byRcode = new @Nullable Counter[KNOWN_RCODES + 1];
  private final Counter otherTypesIpv4;
  private final Counter otherTypesIpv6;
  private final Counter truncated;
  private final Counter tooShort;
  private final Counter responses;
  private final Counter malformed;
  private final Counter opcodes;
  private final Counter trailing;
  private final Counter overload;
  private final LongConsumer waited;

  ResponseCounts(DnsMetrics metrics, Protocol protocol) {
    this.metrics = metrics;
    this.protocol = protocol.toString();
    otherTypesIpv4 = metrics.requests(this.protocol, IPV4, "other");
    otherTypesIpv6 = metrics.requests(this.protocol, IPV6, "other");
    truncated = metrics.truncated(this.protocol);
    tooShort = metrics.dropped("short");
    responses = metrics.dropped("response");
    malformed = metrics.malformed("form");
    opcodes = metrics.malformed("opcode");
    trailing = metrics.malformed("trailing");
    overload =
        protocol == Protocol.UDP
            ? metrics.dropped("overload")
            : metrics.declined(this.protocol, "overload");
    waited = metrics.waited(this.protocol);
  }

  void dropped(Verdict verdict) {
    (verdict == Verdict.SHORT ? tooShort : responses).increment();
  }

  void malformed(Verdict verdict) {
    (verdict == Verdict.NOT_IMPLEMENTED ? opcodes : malformed).increment();
  }

  void query(QueryReader query, Sender sender) {
    if (query.hasTrailingOctets()) {
      trailing.increment();
    }
    type(query.type(), sender.isIpv4()).increment();
  }

  /** Only types with a mnemonic have a counter: any number may be asked for. */
  private Counter type(int type, boolean ipv4) {
    Counter other = ipv4 ? otherTypesIpv4 : otherTypesIpv6;
    if (type >= KNOWN_TYPES) {
      return other;
    }
    int index = ipv4 ? type : KNOWN_TYPES + type;
    Counter counter = byType[index];
    if (counter == null) {
      String name = RecordType.name(type);
      String family = ipv4 ? IPV4 : IPV6;
      counter = name.startsWith("TYPE") ? other : metrics.requests(protocol, family, name);
      byType[index] = counter;
    }
    return counter;
  }

  /** Counts a query that was turned away as too many waited; on any thread. */
  void overload() {
    overload.increment();
  }

  /** Tells how long a query waited for others; on any thread. */
  void waited(long nanos) {
    waited.accept(nanos);
  }

  void response(int rcode, boolean isTruncated) {
    int index = Math.min(rcode, KNOWN_RCODES); // handlers may say what nobody has heard of
    Counter counter = byRcode[index];
    if (counter == null) {
      counter = metrics.responses(protocol, index < KNOWN_RCODES ? Rcode.name(rcode) : "other");
      byRcode[index] = counter;
    }
    counter.increment();
    if (isTruncated) {
      truncated.increment();
    }
  }
}
