// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every data path does with UDP. */
@Timeout(120)
public abstract class UdpPathContract extends OnSubject {

  private static final int FLOWS = 200;

  /** For implementations. */
  protected UdpPathContract() {}

  private NamedUdpServer server(String name) throws IOException {
    return keep(new NamedUdpServer(name, subject().backends()));
  }

  private static Target up(NamedUdpServer server) {
    return Target.up(server.address(), 1);
  }

  private Service web(Target... targets) {
    return service(Protocol.UDP, 1, targets);
  }

  private DatagramSocket flow(HostPort place) throws IOException {
    DatagramSocket socket = keep(subject().udpClient());
    socket.setSoTimeout(Math.toIntExact(subject().patience().toMillis()));
    socket.connect(place.toSocketAddress());
    return socket;
  }

  private static String ask(DatagramSocket flow) throws IOException {
    flow.send(new DatagramPacket(new byte[] {'?'}, 1));
    DatagramPacket answer = new DatagramPacket(new byte[64], 64);
    flow.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), UTF_8);
  }

  /** The kernel says so, as soon as it is connected or with what the socket does next. */
  private void assertNobodyAt(HostPort place) {
    assertThatThrownBy(
            () -> {
              try (DatagramSocket socket = flow(place)) {
                fail("answered by " + ask(socket));
              }
            })
        .isInstanceOf(SocketException.class); // what took too long is no such thing
  }

  /** A flow whose back end left goes on with another one, at once or connected again. */
  private DatagramSocket moved(DatagramSocket flow, HostPort place) throws IOException {
    if (subject().movesConnectedFlows()) {
      return flow;
    }
    assertTold(flow);
    return flow(place);
  }

  /** Not left waiting. */
  private void assertTold(DatagramSocket flow) {
    var told = assertThatThrownBy(() -> fail("answered by " + ask(flow)));
    if (subject().movesConnectedFlows()) {
      told.isInstanceOf(PortUnreachableException.class);
    } else {
      told.isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aFlowKeepsItsBackEndWhateverComesBesideIt() throws Exception {
    NamedUdpServer mine = server("mine");
    Service web = web(up(mine));
    HostPort place = place(serve(web), web);
    DatagramSocket flow = flow(place);
    assertThat(ask(flow)).isEqualTo("mine");
    NamedUdpServer other = server("other");
    serve(web(up(mine), up(other)));
    assertThat(ask(flow)).isEqualTo("mine");
    serve(web(Target.up(mine.address(), 5), up(other)), service(Protocol.UDP, 2, up(other)));
    for (int i = 0; i < 20; i++) {
      assertThat(ask(flow)).isEqualTo("mine");
    }
  }

  @Test
  void newFlowsFollowWeights() throws Exception {
    NamedUdpServer none = server("none");
    Target three = Target.up(server("three").address(), 3);
    Service web = web(up(server("one")), three, Target.up(none.address(), 0));
    HostPort place = place(serve(web), web);
    int ofThree = 0;
    for (int i = 0; i < FLOWS; i++) {
      try (DatagramSocket flow = flow(place)) {
        ofThree += ask(flow).equals("three") ? 1 : 0;
      }
    }
    assertThat(ofThree).isBetween(FLOWS * 3 / 4 - 25, FLOWS * 3 / 4 + 25);
    assertThat(none.served()).isZero();
  }

  @Test
  void aFlowLeavesABackEndThatLeaves() throws Exception {
    NamedUdpServer leaving = server("leaving");
    Service web = web(up(leaving));
    HostPort place = place(serve(web), web);
    DatagramSocket flow = flow(place);
    assertThat(ask(flow)).isEqualTo("leaving");
    serve(web(up(server("next"))));
    int before = leaving.served();
    DatagramSocket moved = moved(flow, place);
    for (int i = 0; i < 10; i++) {
      assertThat(ask(moved)).isEqualTo("next");
    }
    assertThat(leaving.served()).isEqualTo(before);
  }

  @Test
  void aFlowLeavesABackEndThatDrains() throws Exception {
    NamedUdpServer draining = server("draining");
    Service web = web(up(draining));
    HostPort place = place(serve(web), web);
    DatagramSocket flow = flow(place);
    assertThat(ask(flow)).isEqualTo("draining");
    long later = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    Target drained = new Target(draining.address(), Backend.State.DRAINING, 0, later);
    serve(web(drained, up(server("next"))));
    assertThat(ask(moved(flow, place))).isEqualTo("next");
  }

  @Test
  void clientsAreToldWhileNoBackEndIsUp() throws Exception {
    Service nobody = web();
    HostPort place = place(serve(nobody), nobody);
    assertNobodyAt(place);
    NamedUdpServer server = server("a");
    serve(web(Target.up(server.address(), 0)));
    assertNobodyAt(place);
    serve(web(up(server)));
    try (DatagramSocket flow = flow(place)) {
      assertThat(ask(flow)).isEqualTo("a");
      serve(nobody);
      assertTold(flow);
    }
    apply();
    assertNobodyAt(place);
  }

  @Test
  void aFlowFindsAnotherBackEndWhenItsOwnIsDead() throws Exception {
    NamedUdpServer dying = server("dying");
    Service web = web(up(dying));
    HostPort place = place(serve(web), web);
    DatagramSocket flow = flow(place);
    assertThat(ask(flow)).isEqualTo("dying");
    NamedUdpServer living = server("living");
    serve(web(up(dying), up(living)));
    assertThat(ask(flow)).isEqualTo("dying");
    dying.close();
    serve(web(up(living)));
    assertThat(ask(moved(flow, place))).isEqualTo("living");
  }

  @Test
  void tcpAndUdpOfOneAddressAndPortDoNotMeet() throws Exception {
    Service udp = web(up(server("udp")));
    NamedServer server = keep(new NamedServer("tcp", subject().backends()));
    Service tcp =
        new Service(
            udp.key(),
            new Frontend(Protocol.TCP, udp.frontend().endpoint()),
            options(),
            List.of(Target.up(server.address(), 1)));
    ApplyReport report = serve(udp, tcp);
    assertThat(place(report, udp)).isEqualTo(place(report, tcp));
    assertThat(ask(flow(place(report, udp)))).isEqualTo("udp");
    try (Caller caller = new Caller(subject().client(), place(report, tcp), subject().patience())) {
      assertThat(caller.ask()).isEqualTo("tcp");
      serve(tcp);
      assertThat(caller.ask()).isEqualTo("tcp");
    }
    assertNobodyAt(place(report, udp));
  }

  @Test
  void manyFlowsShareTheBackEndsThatThereAre() throws Exception {
    Service web = web(up(server("a")), up(server("b")), up(server("c")));
    HostPort place = place(serve(web), web);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < FLOWS && names.size() < 3; i++) {
      names.add(ask(flow(place)));
    }
    assertThat(names).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void anEndTakesEverything() throws Exception {
    Service web = web(up(server("a")));
    HostPort place = place(serve(web), web);
    DatagramSocket flow = flow(place);
    assertThat(ask(flow)).isEqualTo("a");
    done(path().stop(subject().outlivesItsProcess(), Duration.ZERO));
    if (subject().outlivesItsProcess()) {
      assertThat(ask(flow)).as("left in place").isEqualTo("a");
    } else {
      await()
          .ignoreExceptionsInstanceOf(SocketTimeoutException.class)
          .untilAsserted(() -> assertTold(flow));
    }
  }
}
