// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.wire.BodyReader;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** The figures of a core; each part adds its own here. */
final class CoreMetrics {

  final MetricsSink sink;

  final Counter probesAnswered;
  final Counter probesAnsweredThroughHelpers;
  final Counter probesAnsweredOverTcp;
  final Counter probesFailed;
  final Counter udpBroken;
  private final LongConsumer roundTrips;
  private final Counter suspicionsRefuted;
  private final LongConsumer suspicions;

  CoreMetrics(MetricsSink sink) {
    this.sink = sink;
    this.probesAnswered = probes("ack");
    this.probesAnsweredThroughHelpers = probes("indirect");
    this.probesAnsweredOverTcp = probes("tcp");
    this.probesFailed = probes("fail");
    this.udpBroken =
        sink.counter("dcosnet.gossip.udp.broken", "Probes that were answered over TCP only");
    this.roundTrips =
        sink.distribution("dcosnet.gossip.probe.rtt.nanos", "Round trips of direct probes");
    this.suspicionsRefuted =
        sink.counter("dcosnet.gossip.suspicions.refuted", "Suspicions that the member refuted");
    this.suspicions =
        sink.distribution("dcosnet.gossip.suspicion.nanos", "How long suspicions lasted");
  }

  /** Part of a body was not taken. */
  void fault(BodyReader.Fault fault) {
    dropped(fault.name().toLowerCase(Locale.ROOT));
  }

  /** Something that came was not taken, for this reason: one of a list in the code. */
  void dropped(String reason) {
    sink.counter(
            "dcosnet.gossip.dropped",
            "Datagrams, frames and messages that were not taken",
            "reason",
            reason)
        .increment();
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
