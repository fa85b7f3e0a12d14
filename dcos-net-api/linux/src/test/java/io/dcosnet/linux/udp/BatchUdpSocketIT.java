// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchUdpSocketIT {

  private static final HostPort ANY_PORT = HostPort.parse("127.0.0.1:0");
  private static final int PATIENCE_MILLIS = 5000;

  private final byte[] octets = new byte[1 << 16];

  @BeforeEach
  void requireLinux() {
    String lack = BatchUdpSocket.unavailableBecause().orElse("");
    Required.that(lack.isEmpty(), lack);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "[::1]:0"})
  void answersWhoeverAsked(String address) throws IOException {
    try (BatchUdpSocket socket = BatchUdpSocket.builder().open(HostPort.parse(address));
        DatagramSocket client = client(socket.localAddress())) {
      send(client, "ping");

      assertThat(receive(socket)).isEqualTo(1);
      int length = socket.copy(0, octets);
      assertThat(new String(octets, 0, length, UTF_8)).isEqualTo("ping");
      assertThat(sender(socket, 0)).isEqualTo(HostPort.of(local(client)));
      answer(socket, 0, "pong");
      assertThat(socket.send()).isZero();
      assertThat(read(client)).isEqualTo("pong");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 127.0.0.1",
    "0.0.0.0, 127.0.0.7",
    "0.0.0.0, 127.9.0.1",
    "[::], 127.0.0.7",
    "[::], ::1"
  })
  void answersFromTheAddressThatWasAsked(String bound, String asked) throws IOException {
    try (BatchUdpSocket socket =
            BatchUdpSocket.builder().dualStack(true).open(HostPort.parse(bound + ":0"));
        DatagramSocket client =
            client(new HostPort(IpAddress.parse(asked), socket.localAddress().port()))) {
      send(client, "ping");

      assertThat(receive(socket)).isEqualTo(1);
      answer(socket, 0, "pong");
      assertThat(socket.send()).isZero();

      assertThat(read(client)).isEqualTo("pong"); // which is connected, and hears nobody else
    }
  }

  @Test
  void answersLaterFromTheAddressThatWasAsked() throws IOException {
    byte[] pong = "pong".getBytes(UTF_8);
    BatchUdpSocket socket = BatchUdpSocket.builder().open(HostPort.parse("0.0.0.0:0"));
    try (DatagramSocket client = client(HostPort.parse("127.0.0.7:" + port(socket)))) {
      send(client, "ping");
      assertThat(receive(socket)).isEqualTo(1);
      ReturnAddress back = socket.returnAddress(0);
      send(client, "another one, into the same slot");
      assertThat(receive(socket)).isEqualTo(1);

      assertThat(socket.send(back, pong, pong.length)).isTrue();

      assertThat(read(client)).isEqualTo("pong");
      socket.close();
      assertThat(socket.send(back, pong, pong.length)).isFalse();
    } finally {
      socket.close();
    }
  }

  @Test
  void takesAllThatIsThereAtOnce() throws IOException {
    try (BatchUdpSocket socket = BatchUdpSocket.builder().batch(16).open(ANY_PORT);
        DatagramSocket client = client(socket.localAddress())) {
      Set<String> sent = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        send(client, "message " + i);
        sent.add("message " + i);
      }

      Set<String> received = new HashSet<>();
      assertThat(receive(socket)).isEqualTo(16);
      collect(socket, 16, received);
      assertThat(socket.receive()).isEqualTo(4);
      collect(socket, 4, received);

      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void sendsTheGoodAnswersBehindABadOne() throws IOException {
    BatchUdpSocket.Builder large = BatchUdpSocket.builder().messageOctets(65_535).batch(8);
    try (BatchUdpSocket socket = large.open(ANY_PORT);
        DatagramSocket client = client(socket.localAddress())) {
      for (int i = 0; i < 6; i++) {
        send(client, "message " + i);
      }

      assertThat(receive(socket)).isEqualTo(6);
      answer(socket, 0, "answer 0");
      socket.answer(1, octets, 65_535); // longer than a datagram can be
      answer(socket, 3, "answer 3");
      socket.answer(4, octets, 65_535);
      answer(socket, 5, "answer 5");

      assertThat(socket.send()).isEqualTo(2);
      assertThat(List.of(read(client), read(client), read(client)))
          .containsExactly("answer 0", "answer 3", "answer 5");
      assertThat(socket.receive()).isZero();
      assertThat(socket.send()).isZero();
    }
  }

  @Test
  void cutsWhatIsLongerThanASlot() throws IOException {
    try (BatchUdpSocket socket = BatchUdpSocket.builder().messageOctets(5).open(ANY_PORT);
        DatagramSocket client = client(socket.localAddress())) {
      send(client, "too long");
      send(client, "short");

      assertThat(receive(socket)).isEqualTo(2);
      assertThat(socket.length(0)).isEqualTo(5);
      assertThat(socket.copy(1, octets)).isEqualTo(5);
      assertThat(new String(octets, 0, 5, UTF_8)).isEqualTo("short");
      assertThatThrownBy(() -> socket.answer(0, octets, 6))
          .hasMessage("answer: 6 octets (expected: at most 5)");
    }
  }

  @Test
  void takesAnEmptyDatagram() throws IOException {
    try (BatchUdpSocket socket = BatchUdpSocket.builder().open(ANY_PORT);
        DatagramSocket client = new DatagramSocket()) { // a connected one does not send any
      client.send(new DatagramPacket(octets, 0, socket.localAddress().toSocketAddress()));

      assertThat(receive(socket)).isEqualTo(1);
      assertThat(socket.length(0)).isZero();
    }
  }

  @Test
  void sharesItsAddressOnlyWhenItIsTold() {
    BatchUdpSocket.Builder sharing = BatchUdpSocket.builder().reusePort(true);
    try (BatchUdpSocket first = sharing.open(ANY_PORT);
        BatchUdpSocket second = sharing.open(first.localAddress())) {
      assertThat(second.localAddress()).isEqualTo(first.localAddress());
      assertThatThrownBy(() -> BatchUdpSocket.builder().open(first.localAddress()))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE))
          .hasMessage("bind udp " + first.localAddress() + ": EADDRINUSE (address already in use)");
    }
  }

  @Test
  void spreadsClientsOverSocketsThatShareAnAddress() throws IOException {
    BatchUdpSocket.Builder sharing = BatchUdpSocket.builder().reusePort(true);
    try (BatchUdpSocket first = sharing.open(ANY_PORT);
        BatchUdpSocket second = sharing.open(first.localAddress())) {
      for (int i = 0; i < 64; i++) {
        try (DatagramSocket client = client(first.localAddress())) {
          send(client, "ping");
        }
      }

      assertThat(receive(first) + first.receive()).isBetween(8, 56);
      assertThat(receive(second)).isPositive();
    }
  }

  @Test
  void saysWhichAddressItCannotHave() {
    assertThatThrownBy(() -> BatchUdpSocket.builder().open(HostPort.parse("192.0.2.1:5353")))
        .hasMessage("bind udp 192.0.2.1:5353: EADDRNOTAVAIL (cannot assign requested address)");
  }

  @Test
  void saysAllThatIsWrongWithItsOptions() {
    BatchUdpSocket.Builder wrong =
        BatchUdpSocket.builder()
            .batch(0)
            .messageOctets(70_000)
            .receiveBufferOctets(0)
            .timeout(Duration.ZERO);

    assertThatThrownBy(() -> wrong.open(ANY_PORT))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("batch: 0 (", "messageOctets: 70000 (", "receiveBufferOctets: 0 (", "timeout: ");
  }

  @Test
  void waitsNoLongerThanItWasTold() {
    Duration timeout = Duration.ofMillis(20);
    try (BatchUdpSocket socket = BatchUdpSocket.builder().timeout(timeout).open(ANY_PORT)) {
      assertThat(socket.receive()).isZero();
    }
  }

  @Test
  void wakesWhoeverWaitsButGivesWhatHasCome() throws Exception {
    Duration patience = Duration.ofSeconds(60);
    try (BatchUdpSocket socket = BatchUdpSocket.builder().timeout(patience).open(ANY_PORT);
        DatagramSocket client = client(socket.localAddress())) {
      CountDownLatch waiting = new CountDownLatch(1);
      AtomicInteger got = new AtomicInteger(-1);
      Thread waiter =
          new Thread(
              () -> {
                waiting.countDown();
                got.set(socket.receive());
              });
      waiter.start();
      assertThat(waiting.await(5, TimeUnit.SECONDS)).isTrue();

      socket.wake();

      waiter.join(5000);
      assertThat(got).hasValue(0);
      send(client, "too late");
      assertThat(socket.receive()).isBetween(0, 1);
    }
  }

  @Test
  void hasRoomForBursts() throws IOException {
    try (BatchUdpSocket socket = BatchUdpSocket.builder().open(ANY_PORT)) {
      long most = Long.parseLong(Files.readString(Path.of("/proc/sys/net/core/rmem_max")).strip());

      assertThat(socket.receiveBufferOctets())
          .isGreaterThanOrEqualTo((int) Math.min(4 << 20, most));
    }
  }

  @Test
  void tellsHowManyDatagramsFoundNoRoom() throws IOException {
    try (BatchUdpSocket socket = BatchUdpSocket.builder().receiveBufferOctets(4096).open(ANY_PORT);
        DatagramSocket client = client(socket.localAddress())) {
      assertThat(socket.overflows()).isZero();
      for (int i = 0; i < 100; i++) {
        send(client, "message " + i);
      }

      int taken = receive(socket) + socket.receive();

      assertThat(taken).isLessThan(100);
      assertThat(socket.overflows()).isEqualTo(100 - taken);
    }
  }

  @Test
  void setsDontFragmentOnWhatItSends() {
    for (String address : List.of("127.0.0.1:0", "[::1]:0")) {
      HostPort wanted = HostPort.parse(address);
      boolean four = wanted.address().isIpv4();
      SocketFile file = SocketFile.open(wanted);
      file.bind(wanted);
      try (BatchUdpSocket socket = BatchUdpSocket.builder().adopt(file.fd())) {
        int mode =
            four
                ? file.get(Libc.IPPROTO_IP, Libc.IP_MTU_DISCOVER, "IP_MTU_DISCOVER")
                : file.get(Libc.IPPROTO_IPV6, Libc.IPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER");
        assertThat(mode).isEqualTo(Libc.PMTUDISC_PROBE);
        assertThat(socket.localAddress().address()).isEqualTo(wanted.address());
      }
    }
  }

  @Test
  void takesOverASocketThatOthersOpened() throws IOException {
    SocketFile file = SocketFile.open(ANY_PORT);
    file.bind(HostPort.parse("0.0.0.0:0"));
    try (BatchUdpSocket socket = BatchUdpSocket.builder().adopt(file.fd());
        DatagramSocket client = client(HostPort.parse("127.0.0.9:" + port(socket)))) {
      send(client, "ping");
      assertThat(receive(socket)).isEqualTo(1);
      answer(socket, 0, "pong");
      assertThat(socket.send()).isZero();
      assertThat(read(client)).isEqualTo("pong");
    }
  }

  @Test
  void doesNotTakeOverWhatIsNoUdpSocket() {
    int tcp = Libc.socket(Libc.AF_INET, 1, 0);
    try {
      assertThatThrownBy(() -> BatchUdpSocket.builder().adopt(tcp))
          .hasMessage(
              "use inherited socket " + tcp + " for udp: EPROTOTYPE (wrong kind of socket)");
    } finally {
      assertThat(Libc.close(tcp)).isZero();
    }
    assertThatThrownBy(() -> BatchUdpSocket.builder().adopt(tcp)).hasMessageContaining("EBADF");
  }

  @Test
  void leavesNoFileOpen() throws IOException {
    try (BatchUdpSocket first = BatchUdpSocket.builder().open(ANY_PORT)) {
      assertThat(first.receiveBufferOctets()).isPositive();
    }
    long before = openSockets();
    for (int i = 0; i < 50; i++) {
      BatchUdpSocket socket = BatchUdpSocket.builder().open(ANY_PORT);
      socket.close();
      socket.close();
      socket.wake();
      assertThatThrownBy(() -> BatchUdpSocket.builder().open(HostPort.parse("192.0.2.1:5353")))
          .isInstanceOf(KernelException.class);
    }
    assertThat(openSockets()).isLessThanOrEqualTo(before);
  }

  private static long openSockets() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(BatchUdpSocketIT::isSocket).count();
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile, such as the folder itself
    }
  }

  private static int port(BatchUdpSocket socket) {
    return socket.localAddress().port();
  }

  /** Loopback delivers at once, but a busy machine may take its time. */
  private static int receive(BatchUdpSocket socket) {
    List<Integer> counts = new ArrayList<>();
    await().until(() -> counts.add(socket.receive()) && counts.get(counts.size() - 1) > 0);
    return counts.get(counts.size() - 1);
  }

  private void collect(BatchUdpSocket socket, int count, Set<String> texts) {
    for (int i = 0; i < count; i++) {
      texts.add(new String(octets, 0, socket.copy(i, octets), UTF_8));
    }
  }

  private static void answer(BatchUdpSocket socket, int index, String text) {
    byte[] answer = text.getBytes(UTF_8);
    socket.answer(index, answer, answer.length);
  }

  private static HostPort sender(BatchUdpSocket socket, int index) {
    IpAddress address = IpAddress.ofIpv6(socket.senderHigh(index), socket.senderLow(index));
    return new HostPort(address.unmapped(), socket.senderPort(index));
  }

  private static DatagramSocket client(HostPort server) throws IOException {
    DatagramSocket client = new DatagramSocket();
    client.setSoTimeout(PATIENCE_MILLIS);
    client.connect(server.toSocketAddress());
    return client;
  }

  private static InetSocketAddress local(DatagramSocket client) {
    return new InetSocketAddress(client.getLocalAddress(), client.getLocalPort());
  }

  private static void send(DatagramSocket client, String text) throws IOException {
    byte[] octets = text.getBytes(UTF_8);
    client.send(new DatagramPacket(octets, octets.length));
  }

  private static String read(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
    client.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }
}
