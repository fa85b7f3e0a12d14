// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TrafficIT {

  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  @ParameterizedTest
  @EnumSource(Transport.class)
  void countsWhatOneServiceCarries(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer echo = BackendServer.echo()) {
      HostPort nobody = new HostPort(IpAddress.LOOPBACK_IPV4, ProxyRig.freePort());
      Service busy =
          ProxyRig.service(
              1, 80, ServiceOptions.DEFAULTS, Target.up(echo.address(), 1), Target.up(nobody, 1));
      Service idle = ProxyRig.service(2, 80, ServiceOptions.DEFAULTS);
      HostPort place = ProxyRig.place(rig.apply(List.of(busy, idle)), busy);
      try (Socket one = ProxyRig.connect(place);
          Socket two = ProxyRig.connect(place)) {
        for (Socket socket : List.of(one, two)) {
          socket.getOutputStream().write(HELLO);
          assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
        }
        await() // an octet may be with the client before it is counted
            .until(() -> rig.path.traffic(busy.frontend()).orElseThrow().toClients() == 10);
        Traffic now = rig.path.traffic(busy.frontend()).orElseThrow();
        assertThat(now.connections()).isEqualTo(2);
        assertThat(now.active()).isEqualTo(2);
        assertThat(now.toBackends()).isEqualTo(10);
        assertThat(now.toClients()).isEqualTo(10);
        assertThat(now.failures()).containsOnlyKeys(Failure.REFUSED);
        assertThat(now.activeByBackend()).isEqualTo(Map.of(echo.address(), 2));
        assertThat(ofVip(rig, "connections")).isEqualTo(2);
        assertThat(rig.metrics.gauge("dcosnet.lb.vip.connections.active", tags("web1.marathon:80")))
            .isEqualTo(2);
      }
      await()
          .untilAsserted(
              () -> {
                Traffic then = rig.path.traffic(busy.frontend()).orElseThrow();
                assertThat(then.active()).isZero();
                assertThat(then.activeByBackend()).isEmpty();
                assertThat(
                        rig.metrics.gauge(
                            "dcosnet.lb.vip.connections.active", tags("web1.marathon:80")))
                    .isZero();
              });
      assertThat(rig.path.traffic(idle.frontend()).orElseThrow().connections()).isZero();
      assertThat(rig.metrics.values("dcosnet.lb.connect.nanos")).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void goesOnCountingWhenTheBackEndsChange(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer one = BackendServer.echo();
        BackendServer two = BackendServer.echo()) {
      Service before =
          ProxyRig.service(1, 80, ServiceOptions.DEFAULTS, Target.up(one.address(), 1));
      Service after = ProxyRig.service(1, 80, ServiceOptions.DEFAULTS, Target.up(two.address(), 1));
      for (Service service : List.of(before, after)) {
        try (Socket socket = ProxyRig.connect(rig.serve(service))) {
          socket.getOutputStream().write(HELLO);
          assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
        }
      }
      assertThat(rig.path.traffic(after.frontend()).orElseThrow().connections()).isEqualTo(2);
      rig.apply(List.of());
      assertThat(rig.path.traffic(after.frontend())).isEmpty();
    }
  }

  private static long ofVip(ProxyRig rig, String figure) {
    return rig.metrics.count("dcosnet.lb.vip." + figure, tags("web1.marathon:80"));
  }

  private static String[] tags(String vip) {
    return new String[] {"vip", vip, "protocol", "tcp"};
  }
}
