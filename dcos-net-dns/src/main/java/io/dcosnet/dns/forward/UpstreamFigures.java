// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.metrics.ForwardMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Counts what comes of questions to one server. <b>Thread-safe.</b> */
final class UpstreamFigures {

  private record Failure(Carrier carrier, String reason) {}

  private final ForwardMetrics metrics;
  private final String upstream;
  private final Map<Carrier, LongConsumer> replies = new EnumMap<>(Carrier.class);
  private final Map<Failure, Counter> failures = new ConcurrentHashMap<>();

  UpstreamFigures(ForwardMetrics metrics, Upstream upstream) {
    this.metrics = requireNonNull(metrics, "metrics");
    this.upstream = upstream.toString();
    for (Carrier carrier : Carrier.values()) {
      replies.put(carrier, metrics.replies(this.upstream, carrier.text()));
    }
  }

  void reply(Carrier carrier, long nanos) {
    requireNonNull(replies.get(carrier), "made for all").accept(nanos);
  }

  void failure(Carrier carrier, String reason) {
    failures
        .computeIfAbsent(
            new Failure(carrier, reason), key -> metrics.failures(upstream, carrier.text(), reason))
        .increment();
  }

  void probe(String result) {
    metrics.probes(upstream, result).increment();
  }

  void loop() {
    metrics.loops(upstream).increment();
  }
}
