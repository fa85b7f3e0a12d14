// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.transport.UdpWorld.Kind;
import io.dcosnet.netty.BindFailedException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** All kinds of UDP sockets behave alike. */
class UdpListenerIT {

  private final int port = UdpWorld.freePort();
  private @Nullable UdpWorld world;
  private @Nullable UdpListener listener;

  private UdpListener open(Kind kind, String address, int workers) throws Exception {
    UdpWorld inside = new UdpWorld(kind);
    world = inside;
    UdpListener opened = inside.listener(workers);
    listener = opened;
    UdpWorld.done(opened.open(UdpWorld.at(address, port)));
    return opened;
  }

  @AfterEach
  void close() throws Exception {
    if (listener != null) {
      UdpWorld.done(listener.close());
    }
    if (world != null) {
      world.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NATIVE, 127.0.0.1", "NATIVE, ::1",
    "EPOLL, 127.0.0.1", "EPOLL, ::1",
    "NIO, 127.0.0.1", "NIO, ::1"
  })
  void answersOverBothFamilies(Kind kind, String address) throws Exception {
    open(kind, address, 1);

    Message answer = ask(UdpWorld.at(address, port), query("web.example.org", Type.A));

    assertThat(answer.getSection(Section.ANSWER)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "NATIVE, 0.0.0.0, 127.0.0.1",
    "NATIVE, 0.0.0.0, 127.0.0.7",
    "NATIVE, ::, 127.0.0.7",
    "NATIVE, ::, ::1",
    "EPOLL, 0.0.0.0, 127.0.0.1",
    "EPOLL, ::, 127.0.0.1",
    "EPOLL, ::, ::1",
    "NIO, 0.0.0.0, 127.0.0.1",
    "NIO, ::, ::1"
  })
  void answersFromTheAddressThatWasAsked(Kind kind, String bound, String asked) throws Exception {
    open(kind, bound, 2);
    HostPort server = UdpWorld.at(asked, port);

    Message now = ask(server, query("web.example.org", Type.A));
    Message later = ask(server, query("elsewhere.example.net", Type.A));

    assertThat(now.getSection(Section.ANSWER)).hasSize(2);
    assertThat(later.getRcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void saysThatAnAnswerDoesNotFit(Kind kind) throws Exception {
    open(kind, "127.0.0.1", 1);
    Message edns = query("many.example.org", Type.A);
    edns.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);

    Message plain = ask(at("127.0.0.1"), query("many.example.org", Type.A));
    Message larger = ask(at("127.0.0.1"), edns);

    assertThat(plain.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(plain.numBytes()).isBetween(490, 512);
    assertThat(larger.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(larger.numBytes()).isBetween(1210, 1232);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void answersTheGoodAmongTheBad(Kind kind) throws Exception {
    open(kind, "127.0.0.1", 1);
    Set<Integer> good = new HashSet<>();
    Set<Integer> answered = new HashSet<>();
    try (DatagramSocket client = UdpWorld.client(at("127.0.0.1"))) {
      for (int i = 1; i <= 40; i++) {
        send(client, withId(query("web.example.org", Type.A), i).toWire());
        good.add(i);
        send(client, new byte[i % 12]); // shorter than a header
        Message response = withId(query("web.example.org", Type.A), 1000 + i);
        response.getHeader().setFlag(Flags.QR);
        send(client, response.toWire());
        send(client, withId(query("web.example.org", UdpWorld.FAULTY_TYPE), 2000 + i).toWire());
        send(client, withId(query("x.example.net", Type.A), 3000 + i).toWire()); // later
        good.add(3000 + i);
        send(client, new byte[6000]); // too long, but the header says enough
      }
      while (answered.size() < good.size()) {
        Message answer = read(client);
        if (answer.getHeader().getID() != 0) {
          answered.add(answer.getHeader().getID());
        }
      }
    }

    assertThat(answered).isEqualTo(good);
    await()
        .untilAsserted(
            () -> {
              assertThat(dropped("failure")).isEqualTo(40);
              assertThat(dropped("response")).isEqualTo(40);
              assertThat(dropped("send")).isZero();
            });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void spreadsClientsOverItsWorkers(Kind kind) throws Exception {
    open(kind, "127.0.0.1", 2);

    for (int i = 0; i < 32; i++) {
      Message answer = ask(at("127.0.0.1"), query("web.example.org", Type.A));
      assertThat(answer.getSection(Section.ANSWER)).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void saysWhichAddressItCannotHave(Kind kind) throws Exception {
    UdpWorld inside = new UdpWorld(kind);
    world = inside;
    UdpListener elsewhere = inside.listener(2);

    assertThatThrownBy(() -> UdpWorld.done(elsewhere.open(UdpWorld.at("192.0.2.77", port))))
        .hasCauseInstanceOf(BindFailedException.class)
        .hasMessageContaining("bind udp 192.0.2.77:" + port + ": EADDRNOTAVAIL");
    UdpWorld.done(elsewhere.close());
  }

  @Test
  void answersWhatHasComeBeforeItEnds() throws Exception {
    UdpListener opened = open(Kind.NATIVE, "127.0.0.1", 2);
    try (DatagramSocket client = UdpWorld.client(at("127.0.0.1"))) {
      for (int i = 0; i < 200; i++) {
        send(client, query("web.example.org", Type.A).toWire());
      }

      UdpWorld.done(opened.close());

      for (int i = 0; i < 200; i++) {
        assertThat(read(client).getSection(Section.ANSWER)).hasSize(2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void endsAndBeginsAnewWithoutATrace(Kind kind) throws Exception {
    UdpListener opened = open(kind, "127.0.0.1", 2);
    assertThat(ask(at("127.0.0.1"), query("web.example.org", Type.A)).getRcode()).isZero();
    UdpWorld.done(opened.close());
    long before = openSockets();

    for (int i = 0; i < 50; i++) {
      UdpWorld.done(opened.open(at("127.0.0.1")));
      UdpWorld.done(opened.close());
    }

    // Sockets of earlier tests may be on their way out.
    assertThat(openSockets()).isLessThanOrEqualTo(before);
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(workers()).as("threads").isEmpty());
    UdpWorld.done(opened.open(at("127.0.0.1")));
    assertThat(ask(at("127.0.0.1"), query("web.example.org", Type.A)).getRcode()).isZero();
  }

  private HostPort at(String address) {
    return UdpWorld.at(address, port);
  }

  private long dropped(String reason) {
    return requireNonNull(world).metrics.count("dcosnet.dns.dropped", "reason", reason);
  }

  private static List<String> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("dcosnet-dns-udp-"))
        .toList();
  }

  private static long openSockets() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(UdpListenerIT::isSocket).count();
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile, such as the folder itself
    }
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
  }

  private static Message withId(Message message, int id) {
    message.getHeader().setID(id);
    return message;
  }

  private static Message ask(HostPort server, Message query) throws IOException {
    try (DatagramSocket client = UdpWorld.client(server)) {
      send(client, query.toWire());
      return read(client);
    }
  }

  private static void send(DatagramSocket client, byte[] octets) throws IOException {
    client.send(new DatagramPacket(octets, octets.length));
  }

  private static Message read(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    client.receive(packet);
    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
  }
}
