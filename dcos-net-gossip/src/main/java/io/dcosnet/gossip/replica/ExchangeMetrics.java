// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.spi.MetricsSink;
import java.util.Locale;
import java.util.function.LongConsumer;

/** What is counted of exchanges. */
final class ExchangeMetrics {

  private final MetricsSink sink;
  private final LongConsumer octets;
  private final MetricsSink.Counter sent;
  private final MetricsSink.Counter taken;
  private final MetricsSink.Counter repairs;

  ExchangeMetrics(MetricsSink sink) {
    this.sink = sink;
    octets =
        sink.distribution(
            "dcosnet.gossip.kv.sync.bytes", "Octets of the messages of an exchange of the store");
    sent = keys("sent");
    taken = keys("taken");
    repairs =
        sink.counter(
            "dcosnet.gossip.kv.audit.repairs", "Keys that differed under equal clocks; must be 0");
  }

  private MetricsSink.Counter keys(String direction) {
    return sink.counter(
        "dcosnet.gossip.kv.sync.differences",
        "Keys that exchanges of the store carried",
        "direction",
        direction);
  }

  /** An exchange ended. */
  void ended(Exchange exchange, Exchange.Outcome outcome) {
    sink.counter(
            "dcosnet.gossip.kv.sync",
            "Exchanges of the store that ended",
            "kind",
            exchange.kind.name().toLowerCase(Locale.ROOT),
            "result",
            outcome.name().toLowerCase(Locale.ROOT))
        .increment();
    octets.accept(exchange.octets());
    sent.add(exchange.keysSent());
    taken.add(exchange.keysTaken());
  }

  /** The audit found a key that differed. */
  void repaired() {
    repairs.increment();
  }
}
