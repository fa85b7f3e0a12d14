// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.transport.UdpWorld.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UdpSocketsTest {

  private static final List<HostPort> ONE = List.of(HostPort.parse("127.0.0.1:53"));

  private static final Optional<String> LACK = Optional.of("there is no such kernel");

  private final UdpWorld world = new UdpWorld(Kind.NIO);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void takesNativeSocketsWhereTheyWork() {
    UdpSockets sockets = new UdpSockets(UdpTransport.AUTO, 3, ONE, Optional::empty);
    assertThat(sockets).hasToString("not chosen yet");

    assertThat(sockets.listener(world.parts)).isInstanceOf(NativeUdp.class);
    assertThat(sockets).hasToString("native, 3 workers an address");
  }

  @Test
  void takesNettyElsewhereAndSaysWhy() {
    UdpSockets sockets = new UdpSockets(UdpTransport.AUTO, 1, ONE, () -> LACK);

    assertThat(sockets.listener(world.parts)).isInstanceOf(NettyUdp.class);
    assertThat(sockets)
        .hasToString("netty NIO (native: there is no such kernel), 1 worker an address");
  }

  @Test
  void looksAtTheMachineOnlyWhenItMatters() {
    UdpSockets sockets =
        new UdpSockets(
            UdpTransport.NETTY,
            1,
            ONE,
            () -> {
              throw new AssertionError("nobody wants to know");
            });

    assertThat(sockets.listener(world.parts)).isInstanceOf(NettyUdp.class);
    assertThat(sockets).hasToString("netty NIO (native: not wanted), 1 worker an address");
  }

  @Test
  void refusesToGoOnWithoutWhatIsWanted() {
    UdpSockets sockets = new UdpSockets(UdpTransport.NATIVE, 1, ONE, () -> LACK);

    assertThatThrownBy(() -> sockets.listener(world.parts))
        .isInstanceOf(DcosNetException.class)
        .hasMessage(
            "udp transport NATIVE: there is no such kernel (choose AUTO or NETTY to do without)");
  }

  @Test
  void sharesTheProcessorsOutAmongTheAddresses() {
    int processors = Runtime.getRuntime().availableProcessors();

    List<HostPort> many = Collections.nCopies(1000, ONE.get(0));
    assertThat(new UdpSockets(UdpTransport.AUTO, 0, ONE).workers())
        .isEqualTo(Math.min(4, processors));
    assertThat(new UdpSockets(UdpTransport.AUTO, 0, many).workers()).isEqualTo(1);
    assertThat(new UdpSockets(UdpTransport.AUTO, 9, many).workers()).isEqualTo(9);
  }

  @Test
  void sharesNoPortThatTheSystemChooses() {
    List<HostPort> chosen = List.of(HostPort.parse("127.0.0.1:0"));

    assertThat(new UdpSockets(UdpTransport.AUTO, 0, chosen).workers()).isEqualTo(1);
    assertThat(new UdpSockets(UdpTransport.AUTO, 2, chosen).workers()).isEqualTo(2);
  }
}
