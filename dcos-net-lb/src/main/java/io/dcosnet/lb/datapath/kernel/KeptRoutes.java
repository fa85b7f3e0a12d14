// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.kernel.VipRoutes.Result;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkWatch;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of VIPs with somebody who puts them right when others change them.
 *
 * <p><b>Thread-safe.</b> All block for as long as the kernel takes.
 */
final class KeptRoutes {

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Logger LOGGER = LoggerFactory.getLogger(KeptRoutes.class);

  private final VipRoutes routes;
  private final LbMetrics metrics;

  // Guards all below, and what is done to the routes.
  private final Object lock = new Object();
  private Set<IpAddress> wanted = Set.of();
  private Set<IpAddress> refusedBefore = Set.of();
  private boolean trusted;
  private boolean closed;
  private @Nullable NetlinkWatch watch;

  private KeptRoutes(VipRoutes routes, LbMetrics metrics) {
    this.routes = routes;
    this.metrics = metrics;
  }

  /** Opens them in the namespace of this thread; nothing is changed yet. */
  static KeptRoutes open(LbMetrics metrics) {
    KeptRoutes kept = new KeptRoutes(VipRoutes.open(VipRoutes.LOOPBACK), metrics);
    try {
      NetlinkMonitor monitor = VipRoutes.monitor();
      synchronized (kept.lock) {
        kept.watch =
            NetlinkWatch.begin(
                "dcosnet-vip-routes", monitor, INTERVAL, kept.routes::concerns, kept::repair);
      }
      return kept;
    } catch (RuntimeException e) {
      kept.routes.close();
      throw e;
    }
  }

  /**
   * Makes these reachable beside those that are; what was left by somebody before us goes.
   *
   * @return those that are not, with the kernel's words
   */
  Map<IpAddress, String> add(Set<IpAddress> vips) {
    synchronized (lock) {
      Set<IpAddress> all = new HashSet<>(wanted);
      all.addAll(vips);
      return change(all, !trusted).refused();
    }
  }

  /** Makes no others than these reachable. */
  void only(Set<IpAddress> vips) {
    synchronized (lock) {
      var unused = change(vips, !trusted);
    }
  }

  private Result change(Set<IpAddress> vips, boolean readBack) {
    wanted = Set.copyOf(vips);
    trusted = false;
    Result result = routes.apply(wanted, readBack);
    trusted = true;
    Set<IpAddress> refused = result.refused().keySet();
    if (!refused.equals(refusedBefore) && !refused.isEmpty()) {
      LOGGER.warn(
          "no routes to some VIPs refused={} first=\"{}\"",
          refused.size(),
          result.refused().values().iterator().next());
    }
    refusedBefore = Set.copyOf(refused);
    return result;
  }

  private void repair() {
    synchronized (lock) {
      if (closed || !trusted) {
        return; // nothing put there yet, or the next table looks anyway
      }
      try {
        int drift = change(wanted, true).drift();
        if (drift > 0) {
          metrics.routeRepairs.add(drift);
          LOGGER.warn("somebody changed routes to VIPs; they are right again changed={}", drift);
        }
      } catch (KernelException e) {
        trusted = true; // that they are ours to repair; the watch tries again
        LOGGER.error("routes to VIPs could not be repaired; tried again in {}", INTERVAL, e);
      }
    }
  }

  /**
   * Ends the watch.
   *
   * @param leaveInPlace false removes the routes
   */
  void close(boolean leaveInPlace) {
    synchronized (lock) {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      try {
        if (!leaveInPlace) {
          var unused = routes.removeAll();
        }
      } finally {
        routes.close();
      }
    }
  }
}
