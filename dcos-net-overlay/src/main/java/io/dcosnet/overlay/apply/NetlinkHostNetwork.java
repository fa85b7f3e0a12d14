// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.linux.device.NodeDevice;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.HostReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The network of this host by netlink and nftables, without any other program. Needs root or
 * CAP_NET_ADMIN.
 *
 * <p>What is ours is known by its protocol number, by the alias of a device, or by its place on one
 * of our devices, so it is found again after a crash, adopted when it is right, and nothing else is
 * ever removed or changed. Where somebody else has a place that is wanted, that one object is a
 * fault with the code {@code FOREIGN}. Exceptions are settings of the kernel, which are switched on
 * and stay so, and rules in chains of others that drop what this host hands on: those rules are
 * removed with the rest. Chains of the legacy iptables are not seen.
 *
 * <p>What the kernel drops by itself, as the routes of a link that was switched off, and what
 * others change, is repaired within a fraction of a second after the kernel tells of it; every so
 * often all is compared without being told. What failed is tried again after 1 s, and ever more
 * seldom up to once a minute.
 *
 * <p><b>Thread-safe.</b> The thread {@code dcosnet-overlay} begins with the first state, in the
 * network namespace of the thread that brings it, and works on that; so do {@code
 * dcosnet-overlay-watch} and {@code dcosnet-overlay-filters}, which wait for news of the kernel.
 * {@link #plan} and {@link #cleanup} work on the namespace of the thread that calls them.
 */
public final class NetlinkHostNetwork implements HostNetwork {

  private final NetlinkConfig config;
  private final KernelPasses passes;
  private final ApplyLoop loop;

  /**
   * A network that touches nothing before its first state.
   *
   * @param random moves the comparisons of hosts apart from each other
   */
  public NetlinkHostNetwork(
      TimeSource time, RandomGenerator random, MetricsSink metrics, NetlinkConfig config) {
    requireNonNull(time, "time");
    requireNonNull(random, "random");
    this.config = requireNonNull(config, "config");
    ApplyMetrics figures = new ApplyMetrics(requireNonNull(metrics, "metrics"));
    this.passes = new KernelPasses(config, figures, this::repair, this::repairFilters);
    this.loop = new ApplyLoop(time, random, config.comparison(), passes);
  }

  private void repair() {
    loop.repair();
  }

  private void repairFilters() {
    loop.repairFilters();
  }

  @Override
  public String name() {
    return "netlink";
  }

  @Override
  public Optional<String> unavailableBecause() {
    return NodeDevice.unavailableBecause();
  }

  @Override
  public CompletionStage<HostReport> apply(DesiredState state) {
    return loop.apply(state);
  }

  @Override
  public Subscription onReport(Consumer<HostReport> listener) {
    requireNonNull(listener, "listener");
    Consumer<HostReport> own = report -> listener.accept(report); // may be added twice
    passes.onReport(own);
    return () -> passes.forget(own);
  }

  /** {@inheritDoc} What could not be done stands there too, after a {@code #}. */
  @Override
  public List<String> plan(DesiredState state) {
    requireNonNull(state, "state");
    try (Kernel kernel = new NetlinkKernel();
        Kernel copy = new KernelCopy(kernel)) {
      Pass pass = new Pass(copy, state, config, new Filtering(), true);
      Pass.Result unused = pass.run(Optional.empty(), true, Pass.Observer.NOBODY);
      List<String> lines = new ArrayList<>(pass.steps().lines());
      pass.steps()
          .faults()
          .forEach(fault -> lines.add("# not: " + fault.object() + ": " + fault.reason()));
      return lines;
    }
  }

  @Override
  public List<String> cleanup() {
    return Cleanup.run(config);
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace) {
    return loop.stop(leaveInPlace);
  }
}
