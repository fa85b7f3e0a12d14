// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class AcceptPauseIT {

  @ParameterizedTest
  @EnumSource(Transport.class)
  void restsATenthOfASecondWhenItCannotAccept(Transport transport) throws Exception {
    assumeThat(transport.unavailableBecause()).isEmpty();
    VirtualTime time = new VirtualTime();
    RecordingMetrics metrics = new RecordingMetrics();
    try (NetRuntime net =
        NetRuntime.builder().transport(transport).scheduler(time).ioThreads(1).build()) {
      ProxyContext context =
          new ProxyContext(
              net, ProxyConfig.defaults(), new LbMetrics(metrics), new TrafficObservers());
      HostPort address = new HostPort(IpAddress.LOOPBACK_IPV4, ProxyRig.freePort());
      Service service = ProxyRig.service(1, address.port(), ServiceOptions.DEFAULTS);
      ProxyListener listener =
          new ProxyListener(
              context,
              service.frontend(),
              address,
              new Route(
                  null,
                  service,
                  new ServiceTally(service.key(), new LbMetrics(metrics)),
                  new HashMap<>(),
                  net.random(),
                  false));
      listener.bind().get(10, TimeUnit.SECONDS);
      net.eventLoops()
          .next()
          .submit(() -> listener.failed(new IOException("Too many open files")))
          .get();
      assertThat(metrics.count("dcosnet.lb.accept.pauses")).isEqualTo(1);
      try (Socket waiting = ProxyRig.connect(address)) { // the kernel takes it meanwhile
        time.advance(Duration.ofMillis(99));
        net.eventLoops().next().submit(() -> {}).get();
        assertThat(waiting.isConnected()).isTrue();
        assertThat(metrics.count("dcosnet.lb.connections")).isZero();
        time.advance(Duration.ofMillis(1));
        await().until(() -> metrics.count("dcosnet.lb.connections") == 1);
      }
      listener.close().get(10, TimeUnit.SECONDS);
    }
  }
}
