// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asks servers on the loopback, our own among them. */
class ReadyProbeIT {

  private final NetRuntime net = NetRuntime.create();

  @AfterEach
  void close() {
    net.close();
  }

  private HostPort server(String name) {
    ZoneSnapshot.Edit edit = Zones.empty("spartan").edit();
    edit.put(Zones.name(name), Zones.addresses("127.0.0.1"));
    DnsServer server =
        DnsServer.builder(net)
            .listen(HostPort.parse("127.0.0.1:0"))
            .zone(Zone.of(edit.commit(0)))
            .build();
    net.startAll(server);
    return server.localAddress();
  }

  private List<HostPort> live(Duration timeout, HostPort... servers) {
    return ReadyProbe.of(net.executor(), new Random(7), timeout)
        .live(List.of(servers))
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void findsTheServersThatAreReadyInTheirOrder() {
    HostPort first = server("ready.spartan");
    HostPort without = server("other.spartan");
    HostPort second = server("ready.spartan");

    assertThat(live(Duration.ofSeconds(30), second, without, first)).containsExactly(second, first);
  }

  @Test
  void waitsForASilentServerNoLongerThanItMay() throws SocketException {
    HostPort ready = server("ready.spartan");
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      HostPort mute = new HostPort(ready.address(), silent.getLocalPort());

      assertThat(live(Duration.ofSeconds(2), mute, ready)).containsExactly(ready);
    }
  }

  @Test
  void leavesOutWhoDoesNotListen() throws SocketException {
    HostPort closed;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      closed = HostPort.parse("127.0.0.1:" + socket.getLocalPort());
    }

    assertThat(live(Duration.ofSeconds(2), closed)).isEmpty();
  }
}
