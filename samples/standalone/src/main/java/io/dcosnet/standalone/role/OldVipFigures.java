// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.VipSnapshot;
import io.dcosnet.lb.vip.Candidate;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many VIPs and back ends there are, under the names of dcos-net ({@code apps/dcos_l4lb}).
 *
 * <p><b>Thread-safe.</b>
 */
final class OldVipFigures {

  private static final long PATIENCE_MILLIS = 2_000;

  private final VipInspection vips;
  private final @Nullable IpAddress node;

  /**
   * @param node address of this node; null where nothing is its own
   */
  OldVipFigures(VipInspection vips, @Nullable IpAddress node) {
    this.vips = vips;
    this.node = node;
  }

  /** The figures at this moment; waits for the load balancer for a moment. */
  String text() {
    VipSnapshot snapshot =
        vips.snapshot()
            .toCompletableFuture()
            .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
            .join();
    long backends = 0;
    long localVips = 0;
    long localBackends = 0;
    long unreachableVips = 0;
    long unreachableBackends = 0;
    Set<IpAddress> unreachableNodes = new HashSet<>();
    for (VipKey key : snapshot.keys()) {
      List<Candidate> told = snapshot.vip(key).map(VipSnapshot.Vip::told).orElse(List.of());
      long here = told.stream().filter(one -> Objects.equals(one.backend().node(), node)).count();
      List<Candidate> lost = told.stream().filter(one -> !one.reachable()).toList();
      backends += told.size();
      localVips += here > 0 ? 1 : 0;
      localBackends += here;
      unreachableVips += lost.size() == told.size() ? 1 : 0;
      unreachableBackends += lost.size();
      lost.forEach(one -> unreachableNodes.add(one.backend().node()));
    }
    StringBuilder text = new StringBuilder();
    gauge(text, "vips", "VIPs", snapshot.keys().size());
    gauge(text, "backends", "Back ends of all VIPs", backends);
    gauge(text, "local_vips", "VIPs with back ends on this node", localVips);
    gauge(text, "local_backends", "Back ends on this node", localBackends);
    gauge(text, "unreachable_vips", "VIPs of which no back end can be reached", unreachableVips);
    gauge(text, "unreachable_backends", "Back ends that cannot be reached", unreachableBackends);
    gauge(text, "unreachable_nodes", "Nodes of such back ends", unreachableNodes.size());
    return text.toString();
  }

  private static void gauge(StringBuilder text, String name, String help, long value) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
    text.append(name).append(' ').append(value).append('\n');
  }
}
