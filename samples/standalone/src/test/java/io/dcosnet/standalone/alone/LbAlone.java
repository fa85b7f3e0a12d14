// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.netty.NetRuntime;

/** {@code dcos-net-lb} by itself. */
final class LbAlone implements Scenario {

  @Override
  public Use build() {
    NetRuntime net = NetRuntime.create();
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(ClusterPublisher.create())
            .store(LocalStore.of(NodeId.parse("00000000-0000-4000-8000-000000000001")))
            .dataPath(
                DataPaths.userspace(
                    ProxyConfig.builder().listenRange(Cidr.parse("127.99.0.0/16")).build()))
            .build();
    return () -> {
      try (net) {
        net.startAll(vips);
        if (vips.state() != Lifecycle.State.RUNNING || !vips.rejections().isEmpty()) {
          throw new AssertionError(vips.state() + " " + vips.rejections());
        }
      }
    };
  }
}
