// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.PoolId;
import io.dcosnet.overlay.allocate.PoolUsage;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All figures of this module: names, help and units.
 *
 * <p><b>Thread-safe</b>, except for {@link #pools}, which is confined to the scheduler.
 */
final class OverlayMetrics {

  private static final String PREFIX = "dcosnet.overlay.";

  private final MetricsSink sink;
  private final LongConsumer commitNanos;
  private final LongConsumer commitCommands;
  private final Set<PoolId> known = new HashSet<>();

  OverlayMetrics(MetricsSink sink) {
    this.sink = sink;
    this.commitNanos =
        sink.distribution(
            PREFIX + "store.commit.nanos", "Time until a transaction of allocations was safe");
    this.commitCommands =
        sink.distribution(PREFIX + "store.commit.commands", "Commands that shared a transaction");
  }

  /** Figures that are read when somebody looks. */
  void state(Supplier<AllocationStatus> status, Supplier<Optional<AllocationState>> state) {
    sink.gauge(
        PREFIX + "leader",
        "1 while this process gives out addresses",
        () -> isIn(status, AllocationStatus.Phase.LEADING));
    sink.gauge(
        PREFIX + "recovering",
        "1 while the store of allocations is read",
        () -> isIn(status, AllocationStatus.Phase.RECOVERING));
    sink.gauge(
        PREFIX + "store.revision",
        "Newest transaction of allocations that is safe",
        () -> status.get().revision());
    sink.gauge(
        PREFIX + "agents",
        "Agents that have a tunnel end point",
        () -> state.get().map(AllocationState::agents).map(all -> (long) all.size()).orElse(0L));
  }

  private static long isIn(Supplier<AllocationStatus> status, AllocationStatus.Phase phase) {
    return status.get().phase() == phase ? 1 : 0;
  }

  /** Figures of each pool that a configuration has; a pool that goes away stays at 0. */
  void pools(NetworkConfig config, Function<PoolId, Optional<PoolUsage>> usage) {
    List<PoolId> pools = new ArrayList<>(List.of(PoolId.VTEP));
    config.vtepSubnet6().ifPresent(subnet -> pools.add(PoolId.VTEP6));
    for (OverlayConfig overlay : config.overlays()) {
      overlay.ipv4().ifPresent(space -> pools.add(PoolId.subnets(overlay.name())));
      overlay.ipv6().ifPresent(space -> pools.add(PoolId.subnets6(overlay.name())));
    }
    for (PoolId pool : pools) {
      if (known.add(pool)) {
        pool(pool, () -> usage.apply(pool));
      }
    }
  }

  private void pool(PoolId pool, Supplier<Optional<PoolUsage>> usage) {
    gauge(pool, "size", "Elements of a pool", () -> of(usage, PoolUsage::size));
    gauge(
        pool,
        "used",
        "Elements of a pool that agents have",
        () -> of(usage, u -> BigInteger.valueOf(u.used())));
    gauge(
        pool,
        "quarantined",
        "Elements of a pool that were released lately",
        () -> of(usage, u -> BigInteger.valueOf(u.quarantined())));
    gauge(
        pool,
        "withheld",
        "Elements of a pool that are disputed, so that nobody gets them",
        () -> of(usage, u -> BigInteger.valueOf(u.withheld())));
    gauge(
        pool, "free", "Elements of a pool that can be given out", () -> of(usage, PoolUsage::free));
  }

  private void gauge(PoolId pool, String what, String help, LongSupplier value) {
    sink.gauge(
        PREFIX + "pool." + what,
        help,
        value,
        "pool",
        pool.isVtep() ? "vtep" : "subnets",
        "overlay",
        pool.overlay(),
        "family",
        pool.isIpv4() ? "4" : "6");
  }

  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  /** Pools may be larger than any number that a gauge shows. */
  private static long of(
      Supplier<Optional<PoolUsage>> usage, Function<PoolUsage, BigInteger> figure) {
    return usage.get().map(figure).map(MAX::min).map(BigInteger::longValue).orElse(0L);
  }

  void committed(long nanos, int commands) {
    commitNanos.accept(nanos);
    commitCommands.accept(commands);
  }

  void assigned() {
    sink.counter(PREFIX + "registrations", "Agents that got what they had or wanted").increment();
  }

  void removed(int agents) {
    sink.counter(PREFIX + "removals", "Agents that were deleted").add(agents);
  }

  /**
   * @param code one of the stable codes, so that their number is bounded
   */
  void failed(String code) {
    sink.counter(
            PREFIX + "allocation.failures",
            "Parts of registrations that could not be served",
            "reason",
            code)
        .increment();
  }

  void steppedDown(boolean fenced) {
    sink.counter(
            PREFIX + "step.downs",
            "Times that this process stopped giving out addresses because of a write",
            "reason",
            fenced ? "fenced" : "store")
        .increment();
  }
}
