// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.protocol.CoreInput;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.KeptMember;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import io.dcosnet.gossip.secure.SealSetup;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.gossip.wire.ShortId;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NettyHostIT {

  private static final HostPort ANY_PORT = HostPort.parse("127.0.0.1:0");
  private static final ClusterLabel LABEL = new ClusterLabel("test");

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().metrics(metrics).ioThreads(2).build();
  private final List<Node> nodes = new ArrayList<>();
  private SeedProvider seeds = Seeds.of(HostPort.parse("192.0.2.1:7950"));

  @AfterEach
  void stopAll() throws Exception {
    for (Node node : nodes) {
      node.stop();
    }
    net.close();
  }

  private static KeyRing key(int id, int fill) {
    byte[] secret = new byte[GossipKey.OCTETS];
    Arrays.fill(secret, (byte) fill);
    return KeyRing.of(new GossipKey(id, Bytes.copyOf(secret)));
  }

  private Node node(@Nullable KeyRing keys, ClusterLabel label) throws Exception {
    Node node = new Node(nodes.size() + 1, keys, label, List.of());
    nodes.add(node);
    return node;
  }

  private Node node() throws Exception {
    return node(key(1, 7), LABEL);
  }

  /** A host that writes down what it gets; the user is told on the loop. */
  private final class Node implements CoreInput, NettyHost.Listener {
    final List<String> got = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger lags = new AtomicInteger();
    volatile int lastAccepted;
    final NodeId id;
    final EventLoop loop = net.eventLoops().next();
    final Sockets sockets;
    final NettyHost host;

    Node(int number, @Nullable KeyRing keys, ClusterLabel label, List<Cidr> allowed)
        throws Exception {
      id = new NodeId(new UUID(0, number));
      sockets = Sockets.bind(net, loop, ANY_PORT).toCompletableFuture().get(10, SECONDS);
      SealSetup setup =
          new SealSetup(
              keys,
              PlainPolicy.REFUSED,
              label,
              ShortId.of(id),
              number,
              1000 + number,
              allowed,
              SealSetup.MAX_DATAGRAM,
              net.time().nanos(),
              metrics);
      host = new NettyHost(sockets, setup, seeds, this);
      call(
          () -> {
            host.start(this);
            return true;
          });
    }

    <T> T call(Callable<T> work) throws Exception {
      return loop.submit(work).get(10, SECONDS);
    }

    boolean send(Node to, String text) throws Exception {
      byte[] octets = text.getBytes(UTF_8);
      return call(() -> host.send(to.sockets.address(), octets, octets.length));
    }

    int open(HostPort to) throws Exception {
      return call(() -> host.open(to));
    }

    void write(int link, String text) throws Exception {
      byte[] octets = text.getBytes(UTF_8);
      call(
          () -> {
            host.write(link, octets, octets.length);
            return true;
          });
    }

    void stop() throws Exception {
      call(
          () -> {
            host.end();
            return true;
          });
      sockets.close().toCompletableFuture().get(10, SECONDS);
    }

    void awaits(String... all) {
      await().untilAsserted(() -> assertThat(got).containsExactly(all));
    }

    private boolean isNode(long sender) {
      return nodes.stream().anyMatch(node -> ShortId.of(node.id) == sender);
    }

    @Override
    public void received(HostPort from, long sender, byte[] body, int offset, int length) {
      assertThat(isNode(sender)).isTrue();
      got.add(new String(body, offset, length, UTF_8));
    }

    @Override
    public void accepted(int link, LinkPeer peer) {
      assertThat(isNode(peer.shortId())).isTrue();
      got.add("accepted " + peer.epoch());
      lastAccepted = link;
    }

    @Override
    public void opened(int link, LinkPeer peer) {
      got.add("opened " + peer.epoch());
    }

    @Override
    public void frame(int link, byte[] octets, int offset, int length) {
      got.add(length > 100 ? "frame of " + length : new String(octets, offset, length, UTF_8));
    }

    @Override
    public void closed(int link, LinkEnd end) {
      got.add("closed " + end);
    }

    @Override
    public void lagged() {
      lags.incrementAndGet(); // also when the machine is busy, so it is kept apart
    }

    @Override
    public void told(GossipEvent event) {}

    @Override
    public void keep(List<KeptMember> members) {}

    @Override
    public boolean keeps() {
      return false;
    }

    @Override
    public void identityChanged(NodeId now) {}
  }

  private static Socket connect(Node node) throws IOException {
    HostPort to = node.sockets.address();
    return new Socket(to.address().toInetAddress(), to.port());
  }

  private static void datagram(Node to, byte[] octets) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.send(
          new DatagramPacket(octets, octets.length, to.sockets.address().toSocketAddress()));
    }
  }

  @Test
  void udpAndTcpShareThePortThatTheSystemChose() throws Exception {
    Node one = node();
    Node two = node();

    assertThat(one.sockets.address().port()).isNotZero();
    assertThat(one.send(two, "hello")).isTrue();
    two.awaits("hello");
    connect(one).close();
  }

  @Test
  @SuppressWarnings("NullAway") // a provider of a host may break its promise
  void whateverProvidersOfSeedsDoTheCoreIsAnswered() throws Exception {
    HostPort seed = HostPort.parse("192.0.2.7:7950");
    List<List<HostPort>> answers = Collections.synchronizedList(new ArrayList<>());
    List<SeedProvider> providers =
        List.of(
            () -> null,
            () -> CompletableFuture.completedStage(null),
            () -> CompletableFuture.completedStage(Arrays.asList(seed, null)),
            () -> CompletableFuture.failedStage(new IOException("on purpose")),
            () -> {
              throw new IllegalStateException("on purpose");
            });
    for (SeedProvider provider : providers) {
      seeds = provider;
      Node node = node();
      node.call(
          () -> {
            node.host.seeds(answers::add);
            return true;
          });
    }

    await().untilAsserted(() -> assertThat(answers).hasSize(providers.size()));
    assertThat(answers).containsOnly(List.of(), List.of(seed));
  }

  @Test
  void nobodyCanSendUsToAnAddressThatIsNotAllowed() throws Exception {
    Node other = node();
    Node guarded = new Node(9, key(1, 7), LABEL, List.of(Cidr.parse("192.0.2.0/24")));
    nodes.add(guarded);

    assertThat(guarded.send(other, "hello")).isFalse();
    guarded.open(other.sockets.address());

    guarded.awaits("closed UNREACHABLE");
    assertThat(other.got).isEmpty();
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    Node one = node();

    assertThatThrownBy(
            () ->
                Sockets.bind(net, one.loop, one.sockets.address())
                    .toCompletableFuture()
                    .get(10, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(BindFailedException.class)
        .hasMessageContaining("EADDRINUSE");
  }

  @Test
  void aPortThatOnlyUdpHoldsIsNamedAndTcpIsFreedAgain() throws Exception {
    Node one = node();
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      HostPort address = new HostPort(one.sockets.address().address(), taken.getLocalPort());

      assertThatThrownBy(
              () -> Sockets.bind(net, one.loop, address).toCompletableFuture().get(10, SECONDS))
          .hasMessageContaining("udp");
      await()
          .untilAsserted(
              () -> new ServerSocket(address.port(), 1, InetAddress.getLoopbackAddress()).close());
    }
  }

  @Test
  void framesPassBothWaysInOrderOnceBothHaveProvenThemselves() throws Exception {
    Node one = node();
    Node two = node();
    int link = one.open(two.sockets.address());
    one.awaits("opened 1002");
    two.awaits("accepted 1001");
    one.write(link, "a");
    one.write(link, "b");
    one.write(link, "x".repeat(100_000));
    two.write(two.lastAccepted, "c");

    two.awaits("accepted 1001", "a", "b", "frame of 100000");
    one.awaits("opened 1002", "c");
  }

  @Test
  void whatWasWrittenComesBeforeTheEnd() throws Exception {
    Node one = node();
    Node two = node();
    int link = one.open(two.sockets.address());
    one.awaits("opened 1002");
    one.write(link, "last words");
    one.call(
        () -> {
          one.host.close(link);
          return true;
        });

    two.awaits("accepted 1001", "last words", "closed CLOSED");
    one.write(link, "too late");
    assertThat(one.got).containsExactly("opened 1002");
    assertThat(one.call(one.host::links)).isZero();
    await().untilAsserted(() -> assertThat(two.call(two.host::links)).isZero());
  }

  @Test
  void aPortWithoutListenerIsRefused() throws Exception {
    Node one = node();
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    one.open(HostPort.parse("127.0.0.1:" + port));

    one.awaits("closed REFUSED");
  }

  @Test
  void aResetIsToldFromAnEnd() throws Exception {
    Node one = node();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      one.open(HostPort.parse("127.0.0.1:" + server.getLocalPort()));
      Socket first = server.accept();
      first.setSoLinger(true, 0);
      first.close();
      one.awaits("closed RESET");
      one.open(HostPort.parse("127.0.0.1:" + server.getLocalPort()));
      Socket second = server.accept();
      second.getInputStream().readNBytes(48);
      second.close();

      one.awaits("closed RESET", "closed CLOSED");
    }
  }

  @Test
  void whoSaysNothingIsGivenUpAfterThreeSeconds() throws Exception {
    Node one = node();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket silent = connect(one)) {
      one.open(HostPort.parse("127.0.0.1:" + server.getLocalPort()));

      one.awaits("closed TIMEOUT");
      silent.setSoTimeout(5000);
      assertThat(silent.getInputStream().readAllBytes()).isEmpty();
      assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "handshake")).isEqualTo(2);
    }
  }

  @Test
  void strangersWithAnotherKeyOrLabelOrNoneAreNotHeard() throws Exception {
    Node one = node();
    Node wrongKey = node(key(1, 8), LABEL);
    Node unknownKey = node(key(2, 7), LABEL);
    Node wrongLabel = node(key(1, 7), new ClusterLabel("other"));
    Node plain = node(null, LABEL);
    for (Node stranger : List.of(wrongKey, unknownKey, wrongLabel, plain)) {
      stranger.send(one, "let me in");
      stranger.open(one.sockets.address());
    }
    for (Node stranger : List.of(wrongKey, unknownKey, wrongLabel, plain)) {
      await().untilAsserted(() -> assertThat(stranger.got).hasSize(1));
      assertThat(stranger.got.get(0)).startsWith("closed");
    }
    node().send(one, "friend");

    one.awaits("friend");
    assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "key")).isPositive();
    assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "label")).isPositive();
    assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "auth")).isPositive();
  }

  @Test
  void junkIsCountedByReasonAndHarmsNobody() throws Exception {
    Node one = node();
    Node two = node();
    datagram(one, new byte[] {});
    datagram(one, "GET / HTTP/1.1\r\n\r\n and more than a header".getBytes(UTF_8));
    datagram(one, new byte[9001]);
    datagram(one, new byte[20_000]);
    try (Socket browser = connect(one)) {
      browser.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      browser.setSoTimeout(2000);
      assertThat(browser.getInputStream().readAllBytes()).isEmpty();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    two.send(one, "hello");

    one.awaits("hello");
    assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "size")).isEqualTo(2);
    assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "magic")).isEqualTo(3);
  }

  @Test
  void onlyAllowedNetworksAreHeard() throws Exception {
    Node guarded = new Node(9, key(1, 7), LABEL, List.of(Cidr.parse("192.0.2.0/24")));
    nodes.add(guarded);
    Node one = node();
    one.send(guarded, "hello");
    one.open(guarded.sockets.address());

    await().untilAsserted(() -> assertThat(one.got).hasSize(1));
    await()
        .untilAsserted(
            () ->
                assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "cidr")).isEqualTo(2));
    assertThat(guarded.got).isEmpty();
  }

  @Test
  void aSendThatTheSystemRefusesIsToldAtOnce() throws Exception {
    Node one = node();

    // A socket of the loopback address has no way to other hosts' addresses of another family.
    assertThat(one.call(() -> one.host.send(HostPort.parse("[2001:db8::1]:7950"), new byte[3], 3)))
        .isFalse();
    assertThat(metrics.count("dcosnet.gossip.send.failures")).isEqualTo(1);
  }

  @Test
  void aCancelledTimerDoesNotRunAndNoneIsLeftAtTheEnd() throws Exception {
    Node one = node();
    one.call(
        () -> {
          Host.Timer timer = one.host.schedule(MILLISECONDS.toNanos(30), () -> one.got.add("bad"));
          one.host.schedule(MILLISECONDS.toNanos(60), () -> one.got.add("good"));
          one.host.schedule(SECONDS.toNanos(3600), () -> one.got.add("never"));
          timer.cancel();
          timer.cancel();
          return true;
        });
    one.awaits("good");
    one.stop();

    assertThat(one.call(one.host::timers)).isZero();
  }

  @Test
  void aFaultOfTheCoreIsCountedAndEndsNothing() throws Exception {
    Node one = node();
    one.call(
        () ->
            one.host.schedule(
                0,
                () -> {
                  throw new IllegalStateException("thrown on purpose by NettyHostIT");
                }));
    node().send(one, "hello");

    one.awaits("hello");
    assertThat(metrics.count("dcosnet.gossip.faults")).isEqualTo(1);
  }

  @Test
  void aLoopThatIsHeldUpIsToldAtMostOnceASecond() throws Exception {
    Node one = node();
    long began = System.nanoTime();
    for (int i = 0; i < 2; i++) {
      one.call(
          () -> {
            long until = System.nanoTime() + MILLISECONDS.toNanos(250);
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            return true;
          });
    }

    await().untilAsserted(() -> assertThat(one.lags).hasPositiveValue());
    long seconds = NANOSECONDS.toSeconds(System.nanoTime() - began);
    assertThat(one.lags).hasValueLessThanOrEqualTo((int) seconds + 1);
    assertThat(metrics.values("dcosnet.gossip.loop.lag.nanos"))
        .anyMatch(lag -> lag > MILLISECONDS.toNanos(100));
  }

  @Test
  void askedSeedsComeLater() throws Exception {
    Node one = node();
    one.call(
        () -> {
          one.host.seeds(seeds -> one.got.add("seeds " + seeds));
          one.got.add("asked");
          return true;
        });

    one.awaits("asked", "seeds [192.0.2.1:7950]");
  }

  @Test
  void tooManyStrangersAreTurnedAway() throws Exception {
    Node one = node();
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < Streams.MAX_STRANGERS + 6; i++) {
        silent.add(connect(one));
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(metrics.count("dcosnet.gossip.dropped", "reason", "streams"))
                      .isEqualTo(6));
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
    await().untilAsserted(() -> assertThat(one.call(one.host::links)).isZero());
    Node two = node();
    two.open(one.sockets.address());
    two.awaits("opened 1001");
  }

  @Test
  void whoDoesNotReadIsGivenUp() throws Exception {
    Node one = node();
    Node two = node();
    int link = one.open(two.sockets.address());
    one.awaits("opened 1002");
    byte[] noise = new byte[900_000];
    new Random(5).nextBytes(noise);
    two.loop.execute(
        () -> await().until(() -> one.got.contains("closed TIMEOUT"))); // its loop reads nothing
    for (int i = 0; i < 40; i++) {
      one.call(
          () -> {
            one.host.write(link, noise, noise.length);
            return true;
          });
    }

    one.awaits("opened 1002", "closed TIMEOUT");
  }
}
