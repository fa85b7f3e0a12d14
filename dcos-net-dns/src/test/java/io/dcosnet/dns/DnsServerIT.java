// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsServerIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
  private static final int PATIENCE_MILLIS = 10_000;

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().metrics(metrics).build();

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void answersOverUdpAndTcpOnTheSamePort() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));

    assertThat(server.localAddress().port()).isPositive();
    assertThat(udp(server, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    assertThat(tcp(server, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    assertThat(udp(server, query("no.mesos", Type.A)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(udp(server, query("example.org", Type.A)).getRcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void takesTheUdpTransportAndTheWorkersThatAreWanted() throws IOException {
    for (UdpTransport wanted : List.of(UdpTransport.AUTO, UdpTransport.NETTY)) {
      DnsServer server =
          started(
              DnsServer.builder(net)
                  .listen(LOOPBACK, new HostPort(IpAddress.LOOPBACK_IPV4, 0))
                  .zone(zone())
                  .udpTransport(wanted)
                  .workers(3));

      assertThat(server.udpTransport()).contains("3 workers");
      for (HostPort address : server.localAddresses()) {
        assertThat(udp(address, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
      }
    }
    assertThatThrownBy(
            () -> DnsServer.builder(net).listen(LOOPBACK).zone(zone()).workers(-1).build())
        .hasMessage("workers: -1 (expected: 1-1024)");
  }

  @Test
  void truncatesOverUdpAndGivesAllOverTcp() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));
    Message edns = query("many.mesos", Type.A);
    edns.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);

    Message plain = udp(server, query("many.mesos", Type.A));
    Message larger = udp(server, edns);
    Message whole = tcp(server, query("many.mesos", Type.A));

    assertThat(plain.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(plain.numBytes()).isBetween(496, 512);
    assertThat(larger.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(larger.numBytes()).isBetween(1216, 1232);
    assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
    assertThat(whole.getSection(Section.ANSWER)).hasSize(3000);
  }

  @Test
  void followsItsSourceWithoutARestart() throws IOException {
    ClusterPublisher cluster = ClusterPublisher.create();
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(MesosZone.of(cluster)));
    Message query = query("web.marathon.mesos", Type.A);
    assertThat(udp(server, query).getRcode()).isEqualTo(Rcode.SERVFAIL);

    Agent agent = Agent.at("x-S1", IpAddress.parse("192.0.2.1"));
    cluster.put(agent);
    cluster.put(Framework.named("F1", "marathon"));
    Task task = Task.named("web").framework("F1").runningOn(agent).build();
    cluster.put(task);

    await().until(() -> udp(server, query).getRcode() == Rcode.NOERROR);
    cluster.remove(task.key());
    await().until(() -> udp(server, query).getRcode() == Rcode.NXDOMAIN);
    server.close();
    cluster.put(task);
    assertThat(server.state()).isEqualTo(State.STOPPED);
  }

  @Test
  void answersAllQueriesOfAPipeline() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));
    Set<Integer> asked = new HashSet<>();
    Set<Integer> answered = new HashSet<>();

    try (Socket socket = connect(server)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      for (int i = 0; i < 500; i++) {
        Message query = query("web.mesos", Type.A);
        query.getHeader().setID(i);
        asked.add(i);
        frame(out, query.toWire());
      }
      for (int i = 0; i < 500; i++) {
        answered.add(read(socket).getHeader().getID());
      }
    }

    assertThat(answered).isEqualTo(asked);
  }

  @Test
  void answersAPipelineOfLargeAnswersThatIsReadLate() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));

    try (Socket socket = connect(server)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      for (int i = 0; i < 200; i++) {
        frame(out, query("many.mesos", Type.A).toWire()); // 48 KB each, more than buffers hold
      }
      socket.shutdownOutput();
      for (int i = 0; i < 200; i++) {
        assertThat(read(socket).getSection(Section.ANSWER)).hasSize(3000);
      }
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void takesQueriesInPieces() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));

    try (Socket socket = connect(server)) {
      socket.setTcpNoDelay(true);
      byte[] query = query("web.mesos", Type.A).toWire();
      byte[] framed = new byte[query.length + 2];
      framed[1] = (byte) query.length;
      System.arraycopy(query, 0, framed, 2, query.length);
      for (byte octet : framed) {
        socket.getOutputStream().write(octet);
        socket.getOutputStream().flush();
      }
      assertThat(read(socket).getSection(Section.ANSWER)).hasSize(2);
    }
  }

  @Test
  void finishesAnswersWhenTheClientEndsItsSide() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));

    try (Socket socket = connect(server)) {
      frame(new DataOutputStream(socket.getOutputStream()), query("web.mesos", Type.A).toWire());
      socket.shutdownOutput();
      assertThat(read(socket).getSection(Section.ANSWER)).hasSize(2);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void closesOnAnEmptyMessage() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));

    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(new byte[2]);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void closesConnectionsThatAskNothing() throws IOException {
    TcpLimits limits = new TcpLimits(10, 10, Duration.ofMillis(200), Duration.ofMillis(300));
    DnsServer server =
        started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()).tcpLimits(limits));

    try (Socket silent = connect(server);
        Socket once = connect(server)) {
      frame(new DataOutputStream(once.getOutputStream()), query("web.mesos", Type.A).toWire());
      assertThat(read(once).getSection(Section.ANSWER)).hasSize(2);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(once.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(metrics.count("dcosnet.dns.tcp.closed", "reason", "idle")).isEqualTo(2);
  }

  @Test
  void turnsAwayMoreConnectionsThanAllowed() throws IOException {
    TcpLimits limits = new TcpLimits(10, 2, Duration.ofSeconds(30), Duration.ofSeconds(30));
    DnsServer server =
        started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()).tcpLimits(limits));
    String listener = server.localAddress().toString();

    try (Socket two = connect(server)) {
      try (Socket one = connect(server)) {
        await()
            .until(() -> metrics.gauge("dcosnet.dns.tcp.connections", "listener", listener) == 2);
        try (Socket three = connect(server)) {
          assertThat(isClosed(three)).isTrue();
        }
        assertThat(one.isConnected()).isTrue();
      }
      frame(new DataOutputStream(two.getOutputStream()), query("web.mesos", Type.A).toWire());
      assertThat(read(two).getSection(Section.ANSWER)).hasSize(2);
      await().until(() -> metrics.gauge("dcosnet.dns.tcp.connections", "listener", listener) == 1);
      assertThat(tcp(server, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    }
  }

  @Test
  void keepsSilentTowardsNoise() throws IOException {
    DnsServer server = started(DnsServer.builder(net).listen(LOOPBACK).zone(zone()));

    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(server.localAddress().toSocketAddress());
      socket.send(new DatagramPacket(new byte[5], 5));
      byte[] response = query("web.mesos", Type.A).toWire();
      response[2] |= (byte) 0x80;
      socket.send(new DatagramPacket(response, response.length));
      byte[] query = query("web.mesos", Type.A).toWire();
      socket.send(new DatagramPacket(query, query.length));
      // Datagrams of one socket keep their order, so the first answer is to the third.
      assertThat(receive(socket).getHeader().getID())
          .isEqualTo(((query[0] & 0xff) << 8) | (query[1] & 0xff));
    }
    assertThat(metrics.count("dcosnet.dns.dropped", "reason", "short")).isOne();
    assertThat(metrics.count("dcosnet.dns.dropped", "reason", "response")).isOne();
  }

  @Test
  void servesSeveralAddressesAndStops() throws IOException {
    DnsServer server =
        started(
            DnsServer.builder(net)
                .listen(LOOPBACK, new HostPort(IpAddress.parse("127.0.0.2"), 0))
                .zone(zone()));

    for (HostPort address : server.localAddresses()) {
      assertThat(udp(address, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    }
    HostPort second = server.localAddresses().get(1);
    assertThat(second.address()).isEqualTo(IpAddress.parse("127.0.0.2"));
    server.close();
    // Where the JDK's selectors serve the sockets, the kernel lets go of them one turn later.
    await()
        .ignoreException(BindFailedException.class)
        .untilAsserted(() -> started(DnsServer.builder(net).listen(second).zone(zone())));
    assertThat(udp(second, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
  }

  @Test
  void answersFromTheAddressThatWasAskedWhenItListensEverywhere() throws IOException {
    DnsServer server =
        started(DnsServer.builder(net).listen(new HostPort(IpAddress.ANY_IPV4, 0)).zone(zone()));
    HostPort loopback = new HostPort(IpAddress.LOOPBACK_IPV4, server.localAddress().port());

    assertThat(udp(loopback, query("web.mesos", Type.A)).getSection(Section.ANSWER)).hasSize(2);
    try (Socket socket = connect(loopback)) {
      frame(new DataOutputStream(socket.getOutputStream()), query("web.mesos", Type.A).toWire());
      assertThat(read(socket).getSection(Section.ANSWER)).hasSize(2);
    }
  }

  @Test
  void saysWhichPortIsTaken() throws IOException {
    try (DatagramSocket taken =
        new DatagramSocket(new InetSocketAddress(IpAddress.LOOPBACK_IPV4.toInetAddress(), 0))) {
      HostPort address = new HostPort(IpAddress.LOOPBACK_IPV4, taken.getLocalPort());
      DnsServer server = DnsServer.builder(net).listen(address).zone(zone()).build();

      assertThatThrownBy(() -> net.startAll(server))
          .isInstanceOf(BindFailedException.class)
          .hasMessageContaining(address.toString());
      assertThat(server.state()).isEqualTo(State.FAILED);
    }
  }

  private DnsServer started(DnsServer.Builder builder) {
    DnsServer server = builder.build();
    net.startAll(server);
    return server;
  }

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1", "192.0.2.2"));
    edit.put(
        name("many.mesos"),
        addresses(
            IntStream.range(0, 3000)
                .mapToObj(i -> "10.0." + i / 256 + "." + i % 256)
                .toArray(String[]::new)));
    return Zone.of(edit.commit(0));
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
  }

  private static Message udp(DnsServer server, Message query) throws IOException {
    return udp(server.localAddress(), query);
  }

  private static Message udp(HostPort address, Message query) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(address.toSocketAddress()); // takes answers from that address only
      byte[] octets = query.toWire();
      socket.send(new DatagramPacket(octets, octets.length));
      return receive(socket);
    }
  }

  private static Message receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
    socket.receive(packet);
    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  private static Message tcp(DnsServer server, Message query) throws IOException {
    try (Socket socket = connect(server)) {
      frame(new DataOutputStream(socket.getOutputStream()), query.toWire());
      return read(socket);
    }
  }

  private static Socket connect(DnsServer server) throws IOException {
    return connect(server.localAddress());
  }

  private static Socket connect(HostPort address) throws IOException {
    Socket socket = new Socket(address.address().toInetAddress(), address.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void frame(DataOutputStream out, byte[] message) throws IOException {
    byte[] framed = new byte[message.length + 2];
    framed[0] = (byte) (message.length >>> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    out.write(framed);
  }

  private static Message read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] message = new byte[in.readUnsignedShort()];
    in.readFully(message);
    return new Message(message);
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (EOFException e) {
      return true;
    } catch (IOException e) {
      return true; // reset
    }
  }
}
