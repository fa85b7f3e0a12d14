// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ManyListenersIT {

  private static final int MANY = 1000;

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aThousandVipsComeAndGoWithoutTouchingOthers(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer echo = BackendServer.echo()) {
      List<Service> services = new ArrayList<>();
      for (int i = 1; i <= MANY; i++) {
        // Below the range that connections take their own ports from, so that none is in the way.
        services.add(
            ProxyRig.service(i, 12_345, ServiceOptions.DEFAULTS, Target.up(echo.address(), 1)));
      }
      Service staying = services.get(MANY / 2);
      HostPort vip = rig.serve(staying);
      try (Socket open = ProxyRig.connect(vip)) {
        assertEchoes(open);
        ApplyReport all = rig.apply(services);
        assertThat(all.services().values()).hasSize(MANY);
        assertThat(all.services().values()).allMatch(outcome -> outcome.state() == State.SERVING);
        assertEchoes(open);
        for (int i = 0; i < MANY; i += 97) {
          try (Socket socket = ProxyRig.connect(ProxyRig.place(all, services.get(i)))) {
            assertEchoes(socket);
          }
        }
        rig.apply(List.of(staying));
        assertEchoes(open);
        HostPort gone = ProxyRig.place(all, services.get(0));
        // NIO gives the port back with the next turn of its selector.
        await()
            .untilAsserted(
                () ->
                    assertThatThrownBy(() -> ProxyRig.connect(gone).close())
                        .isInstanceOf(ConnectException.class));
        assertThat(rig.apply(services).services().values())
            .allMatch(outcome -> outcome.state() == State.SERVING);
        assertEchoes(open);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void sharesConnectionsOfOneVipOverAllEventLoops(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder(), 3);
        BackendServer echo = BackendServer.echo()) {
      HostPort vip =
          rig.serve(
              ProxyRig.service(1, 12_345, ServiceOptions.DEFAULTS, Target.up(echo.address(), 1)));
      List<Socket> open = new ArrayList<>();
      try {
        for (int i = 0; i < 150; i++) {
          Socket socket = ProxyRig.connect(vip);
          open.add(socket);
          assertEchoes(socket);
        }
        assertThat(rig.path.loads()).hasSize(3).allMatch(load -> load >= 35);
        for (Socket socket : open) {
          assertEchoes(socket);
        }
      } finally {
        for (Socket socket : open) {
          socket.close();
        }
      }
      await().untilAsserted(() -> assertThat(rig.path.loads()).containsOnly(0));
    }
  }

  private static void assertEchoes(Socket socket) throws IOException {
    socket.getOutputStream().write("ping".getBytes(UTF_8));
    assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("ping");
  }
}
