// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.gossip.member.Grade;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** The figures of probes, of suspicions and of our own health. */
final class ProbeMetrics {

  final Counter answered;
  final Counter answeredThroughHelpers;
  final Counter answeredOverTcp;
  final Counter failed;
  final Counter udpBroken;

  private final MetricsSink sink;
  private final LongConsumer roundTrips;
  private final Counter suspicionsRefuted;
  private final LongConsumer suspicions;

  ProbeMetrics(MetricsSink sink) {
    this.sink = sink;
    this.answered = probes("ack");
    this.answeredThroughHelpers = probes("indirect");
    this.answeredOverTcp = probes("tcp");
    this.failed = probes("fail");
    this.udpBroken =
        sink.counter("dcosnet.gossip.udp.broken", "Probes that were answered over TCP only");
    this.roundTrips =
        sink.distribution("dcosnet.gossip.probe.rtt.nanos", "Round trips of direct probes");
    this.suspicionsRefuted =
        sink.counter("dcosnet.gossip.suspicions.refuted", "Suspicions that the member refuted");
    this.suspicions =
        sink.distribution("dcosnet.gossip.suspicion.nanos", "How long suspicions lasted");
  }

  /** How well this node does. */
  void localHealth(LongSupplier score) {
    sink.gauge("dcosnet.gossip.local.health", "How badly this node does itself; 0 is well", score);
  }

  /** A member answered a direct probe. */
  void roundTrip(long nanos) {
    roundTrips.accept(nanos);
  }

  /** A member went suspect. */
  void suspicionStarted(Grade grade) {
    sink.counter(
            "dcosnet.gossip.suspicions.started",
            "Members that went suspect, by the first evidence",
            "grade",
            grade.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  /** A suspicion is over. */
  void suspicionEnded(long nanos, boolean refuted) {
    suspicions.accept(nanos);
    if (refuted) {
      suspicionsRefuted.increment();
    }
  }

  private Counter probes(String result) {
    return sink.counter(
        "dcosnet.gossip.probes", "Rounds of probing, by who answered", "result", result);
  }
}
