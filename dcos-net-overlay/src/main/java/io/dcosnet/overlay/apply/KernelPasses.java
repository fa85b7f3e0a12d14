// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkWatch;
import io.dcosnet.linux.nft.NftGeneration;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostReport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes over the real kernel, and the two watches that call for more of them. Confined to the
 * thread of {@link ApplyLoop} but for {@link #onReport}.
 */
final class KernelPasses implements ApplyLoop.Passes {

  /** The loop compares by itself; a watch is for news only. */
  private static final Duration WITHOUT_NEWS = Duration.ofHours(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(KernelPasses.class);

  private final NetlinkConfig config;
  private final ApplyMetrics metrics;
  private final Runnable repair;
  private final Runnable repairFilters;
  private final List<Consumer<HostReport>> listeners = new CopyOnWriteArrayList<>();
  private volatile Concerns concerns;
  private @Nullable Kernel kernel;
  private @Nullable Work work;
  private @Nullable NetlinkWatch watch;
  private @Nullable NetlinkWatch filterWatch;
  private List<HostFault> faultsBefore = List.of();

  /**
   * They begin with {@link #open}.
   *
   * @param repair calls for a comparison of all but filters; any thread
   * @param repairFilters calls for one of filters; any thread
   */
  KernelPasses(
      NetlinkConfig config, ApplyMetrics metrics, Runnable repair, Runnable repairFilters) {
    this.config = config;
    this.metrics = metrics;
    this.repair = repair;
    this.repairFilters = repairFilters;
    this.concerns = Concerns.none(config);
  }

  @Override
  public void open() {
    close();
    boolean done = false;
    try {
      NetlinkKernel opened = new NetlinkKernel();
      kernel = opened;
      work = new Work(opened, config, metrics, fresh -> concerns = fresh);
      watch =
          watch(
              "dcosnet-overlay-watch",
              NetlinkMonitor.open(NetlinkProtocol.ROUTE, Concerns.GROUPS),
              // What we do is as we want it, and thousands of messages take their time to read.
              message -> !isOf(opened, message) && concerns.test(message),
              repair);
      if (opened.filters().unavailableBecause().isEmpty()) {
        filterWatch =
            watch(
                "dcosnet-overlay-filters",
                NetlinkMonitor.open(NetlinkProtocol.NETFILTER, NftGeneration.GROUP),
                message -> concerns.testFilter(message),
                repairFilters);
      }
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private static boolean isOf(NetlinkKernel kernel, Message message) {
    return message.port() != 0 && message.port() == kernel.port();
  }

  private NetlinkWatch watch(
      String name, NetlinkMonitor monitor, Predicate<Message> test, Runnable then) {
    long[] losses = {0}; // on the thread of the watch only
    return NetlinkWatch.begin(
        name,
        monitor,
        WITHOUT_NEWS,
        test,
        () -> {
          long now = monitor.losses();
          if (now != losses[0]) {
            losses[0] = now;
            metrics.overrun();
          }
          then.run();
        });
  }

  @Override
  public HostReport pass(DesiredState state, boolean read, boolean readFilters) {
    Work now = work;
    if (now == null) {
      throw new IllegalStateException("not open");
    }
    return now.apply(state, read, readFilters);
  }

  @Override
  public void done(HostReport report, long tookNanos) {
    metrics.pass(tookNanos);
    boolean changed = report.added() + report.changed() + report.removed() > 0;
    if (changed && report.repair()) {
      LOGGER.info(
          "network of the host repaired: {} objects made, {} changed, {} removed",
          report.added(),
          report.changed(),
          report.removed());
    }
    boolean news = report.isNewsAfter(faultsBefore);
    if (!report.faults().equals(faultsBefore)) {
      Set<HostFault> known = new HashSet<>(faultsBefore);
      report.faults().stream()
          .filter(fault -> !known.contains(fault))
          .limit(10)
          .forEach(fault -> LOGGER.warn("{}: {}", fault.object(), fault.reason()));
      faultsBefore = report.faults();
    }
    if (news) {
      listeners.forEach(listener -> tell(listener, report));
    }
  }

  private static void tell(Consumer<HostReport> listener, HostReport report) {
    try {
      listener.accept(report);
    } catch (RuntimeException e) {
      LOGGER.error("a listener of the network of the host failed", e);
    }
  }

  @Override
  public void failed() {
    metrics.failed();
  }

  /** From any thread. */
  void onReport(Consumer<HostReport> listener) {
    listeners.add(listener);
  }

  /** From any thread. */
  void forget(Consumer<HostReport> listener) {
    listeners.remove(listener);
  }

  @Override
  public void close(boolean leaveInPlace) {
    close();
    if (!leaveInPlace) {
      Cleanup.run(config).forEach(line -> LOGGER.debug("removed: {}", line));
    }
  }

  private void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    if (filterWatch != null) {
      filterWatch.close();
      filterWatch = null;
    }
    if (kernel != null) {
      kernel.close();
      kernel = null;
    }
    work = null;
  }
}
