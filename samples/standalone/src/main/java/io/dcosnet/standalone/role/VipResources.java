// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.http.ExplainVipApi;
import io.dcosnet.lb.http.LbApi;
import io.dcosnet.lb.http.VipsApi;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminResources;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.standalone.metrics.RenamedFigures;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells of VIPs over HTTP, and of its load balancer under the names of dcos-net.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class VipResources {

  private VipResources() {}

  /**
   * Adds it all.
   *
   * @param node address of this node, null when nobody told
   */
  static void tell(
      VipInspection vips,
      @Nullable IpAddress node,
      AdminServer admin,
      PrometheusMetrics metrics,
      NetRuntime net) {
    AdminResources resources = admin.resources();
    resources.add(
        "/v1/vips",
        "all VIPs, /v1/vips/{name or address}:{port}, and changes as they happen, /v1/vips/watch",
        new VipsApi(vips, net.executor(), net.time(), ""));
    resources.add(
        "/v1/lb",
        "what carries connections, /v1/lb/datapath, and what is left out, /v1/lb/rejected",
        new LbApi(vips, net.executor(), ""));
    resources.add(
        "/v1/explain/vip",
        "why a VIP is as it is, /v1/explain/vip/{name or address}:{port}",
        new ExplainVipApi(vips, net.executor(), ""));
    RenamedFigures figures = metrics.renamed();
    admin
        .predecessors()
        .registry("l4lb")
        .text(new OldVipFigures(vips, node)::text)
        .text(
            () ->
                figures.histogram(
                    "vips_duration_seconds",
                    "Time to make VIPs true",
                    "dcosnet.lb.apply.nanos",
                    Map.of()));
  }
}
