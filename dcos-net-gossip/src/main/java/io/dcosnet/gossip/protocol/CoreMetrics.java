// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.wire.BodyReader;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The figures of a core; each part adds its own here. */
final class CoreMetrics {

  final MetricsSink sink;

  CoreMetrics(MetricsSink sink) {
    this.sink = sink;
  }

  /** Part of a body was not taken. */
  void fault(BodyReader.Fault fault) {
    dropped(name(fault));
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

  /** An exchange of member tables ended. */
  void synced(SyncKind kind, SyncResult.Outcome outcome, long octets) {
    sink.counter(
            "dcosnet.gossip.sync",
            "Exchanges of member tables that ended",
            "kind",
            name(kind),
            "result",
            name(outcome))
        .increment();
    sink.distribution(
            "dcosnet.gossip.sync.bytes", "Octets of frames of an exchange of member tables")
        .accept(octets);
  }

  /** Members that an exchange brought beyond what one may bring. */
  void syncLimited(int members) {
    if (members > 0) {
      sink.counter(
              "dcosnet.gossip.sync.limited", "Members of exchanges that were beyond the limits")
          .add(members);
    }
  }

  /** We found our cluster. */
  void joined(long nanos) {
    sink.distribution("dcosnet.gossip.join.nanos", "Time from the start until others were found")
        .accept(nanos);
  }

  /** A dead member, or a seed that is no member, was tried. */
  void reconnected(SyncResult.Outcome outcome) {
    sink.counter(
            "dcosnet.gossip.reconnect",
            "Tries to reach dead members, and seeds that are no members",
            "result",
            name(outcome))
        .increment();
  }

  /** A link was closed for a rule of ours. */
  void linkClosed(String reason) {
    sink.counter("dcosnet.gossip.link.closed", "Streams that this node ended", "reason", reason)
        .increment();
  }

  /** A link of the rings was lost. */
  void linkFlapped() {
    sink.counter("dcosnet.gossip.link.flaps", "Links of the rings that were lost").increment();
  }

  /** Links of the rings, read when somebody looks. */
  void ringLinks(LongSupplier open, LongSupplier wanted) {
    String name = "dcosnet.gossip.ring.links";
    String help = "Links to neighbours on the rings";
    sink.gauge(name, help, open, "state", "open");
    sink.gauge(name, help, wanted, "state", "wanted");
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
