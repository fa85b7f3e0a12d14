// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.OwnGroup;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten thousand VIPs with three back ends each. */
@Tag("kernel")
@Timeout(120)
@ExtendWith(InOwnNetwork.class)
class SocketScaleIT {

  private static final int SERVICES = 10_000;
  private static final int CHANGES = 200;

  private static Service service(int number, int firstPort) {
    HostPort vip = new HostPort(IpAddress.parse("11.9.0.0").plus(number), 80);
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      targets.add(Target.up(new HostPort(IpAddress.parse("192.0.2.1"), firstPort + i), 1));
    }
    return new Service(
        VipKey.named(Protocol.TCP, "web" + number + ".marathon", 80),
        new Frontend(Protocol.TCP, vip),
        targets);
  }

  private static ApplyReport apply(SocketDataPath path, List<Service> services) throws Exception {
    return path.apply(VipTable.of(services)).toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void allIsThereAndStaysSoThroughManyChanges() throws Exception {
    try (OwnGroup group = OwnGroup.enter();
        NetRuntime net = NetRuntime.create()) {
      SocketDataPath path =
          new SocketDataPath(
              net.time(),
              net.metrics(),
              SocketConfig.builder().controlGroup(group.directory()).build());
      List<Service> services = new ArrayList<>();
      for (int i = 0; i < SERVICES; i++) {
        services.add(service(i, 8000));
      }
      assertThat(apply(path, services).services()).hasSize(SERVICES);
      for (int i = 0; i < CHANGES; i++) {
        services.set(i, service(i, 9000 + i));
        assertThat(apply(path, services).services()).hasSize(SERVICES);
      }
      assertThat(path.plan(VipTable.of(services))).isEmpty();
      path.stop(false, Duration.ZERO).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }
}
