// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.overlay.link.AppliedReport.Status;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All figures of a master beside those of its allocations ({@link OverlayMetrics}): names, help and
 * units. <b>Thread-safe.</b>
 */
final class MasterMetrics {

  private static final String PREFIX = "dcosnet.overlay.";

  private final MetricsSink sink;
  private final MetricsSink.Counter unchanged;
  private final MetricsSink.Counter adopted;
  private final MetricsSink.Counter disputed;
  private final MetricsSink.Counter behind;
  private final MetricsSink.Counter duplicateIds;
  private final MetricsSink.Counter reclaimed;
  private final MetricsSink.Counter withdrawals;

  MasterMetrics(MetricsSink sink) {
    this.sink = sink;
    unchanged = counter("registrations.unchanged", "Agents that had what they have");
    adopted = counter("claims.adopted", "What agents said to have and nobody contradicted");
    disputed =
        counter("claims.disputed", "Times that an agent said to have what it cannot be given");
    behind = counter("behind", "Agents that had heard of later revisions than this master has");
    duplicateIds = counter("duplicate.ids", "Times that an id was found on two hosts");
    reclaimed = counter("reclaimed", "Silent agents that lost what they had to others");
    withdrawals = counter("withdrawals", "Deletions that all hosts were told of");
  }

  private MetricsSink.Counter counter(String name, String help) {
    return sink.counter(PREFIX + name, help);
  }

  /** Figures that are read when somebody looks. */
  void watch(Supplier<MasterStatus> status, Supplier<Optional<MasterView>> view) {
    sink.gauge(
        PREFIX + "rebuilding",
        "1 while agents are asked what they have and nothing is given out",
        () -> status.get().isCollecting() ? 1 : 0);
    sink.gauge(
        PREFIX + "claims", "What agents said to have since then", () -> status.get().claims());
    sink.gauge(
        PREFIX + "disputes",
        "Agents of which somebody has to decide what they have",
        () -> status.get().disputes().size());
    sink.gauge(
        PREFIX + "frozen.ids",
        "Ids that two hosts have, held at one address",
        () -> status.get().frozen().size());
    for (Status one : Status.values()) {
      sink.gauge(
          PREFIX + "agents.reported",
          "Agents by the worst that they said of their overlays",
          () -> view.get().map(now -> now.reported(one)).orElse(0L),
          "status",
          one.name().toLowerCase(Locale.ROOT));
    }
  }

  void unchanged() {
    unchanged.increment();
  }

  void adopted() {
    adopted.increment();
  }

  void disputed() {
    disputed.increment();
  }

  void behind() {
    behind.increment();
  }

  void duplicateId() {
    duplicateIds.increment();
  }

  void reclaimed(int agents) {
    reclaimed.add(agents);
  }

  void withdrawn() {
    withdrawals.increment();
  }
}
