// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.testkit.Required;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class NetlinkSocketKernelIT {

  private static final int NEW_LINK = 16;
  private static final int GET_LINK = 18;
  private static final int SET_LINK = 19;
  private static final int NEW_NEIGHBOUR = 28;
  private static final int GET_NEIGHBOUR = 30;
  private static final int PERMANENT = 0x80;
  private static final int LO = 1;
  private static final int LINK_GROUP = 1;
  private static final int NEIGHBOUR_GROUP = 3;

  /** Where neighbours are added; the loopback device has none. */
  private static final int BRIDGE = 77;

  private OwnNetwork network;
  private NetlinkSocket socket;

  @BeforeEach
  void open() {
    Required.program("ip", "iproute2");
    network = OwnNetwork.create();
    socket = network.namespace().call(() -> NetlinkSocket.open(NetlinkProtocol.ROUTE));
    network.run("ip", "link", "add", "br77", "index", "77", "up", "type", "bridge");
  }

  @AfterEach
  void close() {
    if (network != null) {
      socket.close();
      network.close();
    }
  }

  @Test
  void speaksToTheNamespaceInWhichItWasOpened() {
    List<Message> links = socket.dump(Request.of("list", "links", GET_LINK, 0, w -> w.zeros(16)));

    assertThat(links)
        .filteredOn(link -> link.fixed(16).getInt(4) == LO)
        .singleElement()
        .satisfies(link -> assertThat(link.attributes(16).get(3).text()).isEqualTo("lo"));
    assertThat(socket.request(link("show", GET_LINK, LO)).get(0).attributes(16).u32(4, 0))
        .isEqualTo(65_536);
  }

  @Test
  void doesWhatIsAsked() {
    assertThat(socket.request(up())).isEmpty();

    assertThat(network.run("ip", "-o", "link", "show", "lo")).contains("LOOPBACK,UP");
  }

  @Test
  void repeatsTheKernelsWords() {
    Request unknown =
        Request.of("add", "link x", NEW_LINK, Message.CREATE, w -> w.zeros(16).text(3, "x"));
    Request kind =
        Request.of(
            "add",
            "link x",
            NEW_LINK,
            Message.CREATE,
            w -> w.zeros(16).nested(18, in -> in.text(1, "nosuchkind")));

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> socket.request(kind))
        .withMessage("add link x: EOPNOTSUPP (operation not supported): Unknown device type");
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> socket.request(unknown))
        .satisfies(refused -> assertThat(refused.words()).isPresent());
  }

  @Test
  void pointsAtTheOctetThatIsWrong() {
    Request badMtu =
        Request.of("set", "lo", SET_LINK, 0, w -> linkHeader(w, LO).octets(4, new byte[] {1}));

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> socket.request(badMtu))
        .satisfies(refused -> assertThat(refused.faultAt()).hasValue(32));
  }

  @Test
  void doesTheOthersWhenSomeAreRefused() {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      requests.add(neighbour(i, i % 100 == 7 ? 99 : BRIDGE));
    }

    List<Refusal> refused = socket.requestAll(requests);

    assertThat(refused)
        .extracting(Refusal::index)
        .containsExactlyElementsOf(
            IntStream.range(0, 2000).filter(i -> i % 100 == 7).boxed().toList());
    assertThat(refused).extracting(Refusal::errno).containsOnly(Errno.ENODEV);
    assertThat(neighbours()).hasSize(1980);
    assertThat(network.run("ip", "-4", "neigh", "show", "nud", "permanent").lines()).hasSize(1980);
  }

  @Test
  void looksAgainWhenSomethingChangesMeanwhile() {
    AtomicBoolean enough = new AtomicBoolean();
    Semaphore wanted = new Semaphore(0);
    CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> change(wanted, enough));

    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1)) // few looks are disturbed: the kernel is quick
        .until(
            () -> {
              // Some for each look: without an end to them the kernel would let no look through.
              wanted.release(10);
              // Those that do not change are seen by each of them, whatever goes on beside.
              assertThat(tryToListLinks()).contains("lo");
              return socket.interruptedDumps() > 0;
            });

    enough.set(true);
    wanted.release();
    changes.join();
  }

  private List<String> tryToListLinks() {
    try {
      return socket.dump(Request.of("list", "links", GET_LINK, 0, w -> w.zeros(16))).stream()
          .map(link -> link.attributes(16).get(3).text())
          .toList();
    } catch (KernelException e) {
      assertThat(e.errno()).isEqualTo(Errno.EBUSY); // it changed each time
      return List.of("lo");
    }
  }

  /** Makes and removes bridges, so that listing links takes several datagrams and is disturbed. */
  private void change(Semaphore wanted, AtomicBoolean enough) {
    try (NetlinkSocket other =
        network.namespace().call(() -> NetlinkSocket.open(NetlinkProtocol.ROUTE))) {
      List<Request> many =
          IntStream.range(0, 200).mapToObj(i -> bridge("fixed" + i)).collect(Collectors.toList());
      assertThat(other.requestAll(many)).isEmpty();
      while (!enough.get()) {
        wanted.acquireUninterruptibly();
        other.request(bridge("moving"));
        other.request(Request.of("delete", "moving", 17, 0, w -> w.zeros(16).text(3, "moving")));
      }
    }
  }

  @Test
  void endsWhenItIsClosedByAnotherThread() {
    NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, LINK_GROUP));
    Heard heard = new Heard();
    Thread waiting =
        new Thread(
            () -> {
              while (monitor.await(Duration.ofHours(1), heard)) {}
            });
    waiting.start();
    await().until(() -> waiting.getState() == Thread.State.RUNNABLE);

    monitor.close();

    await().until(() -> !waiting.isAlive());
    socket.close();
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> socket.request(up()))
        .matches(refused -> refused.errno().equals(Errno.ECANCELED));
  }

  @Test
  void hearsWhatOthersChange() {
    try (NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, LINK_GROUP))) {
      Heard heard = new Heard();

      network.run("ip", "link", "set", "lo", "up");

      await().until(() -> monitor.await(Duration.ZERO, heard) && !heard.messages.isEmpty());
      assertThat(heard.messages.get(0).type()).isEqualTo(NEW_LINK);
      assertThat(heard.lost).isZero();
    }
  }

  @Test
  void saysThatItLostSomethingAndGoesOn() {
    try (NetlinkMonitor monitor =
        network
            .namespace()
            .call(
                () ->
                    NetlinkMonitor.open(
                        NetlinkProtocol.ROUTE, 4096, new int[] {NEIGHBOUR_GROUP}))) {
      Heard heard = new Heard();
      List<Request> many = IntStream.range(0, 900).mapToObj(i -> neighbour(i, BRIDGE)).toList();
      assertThat(socket.requestAll(many)).isEmpty();

      await().until(() -> monitor.await(Duration.ZERO, heard) && heard.lost > 0);
      int before = heard.messages.size();
      assertThat(before).isLessThan(900);
      assertThat(socket.requestAll(List.of(neighbour(5000, BRIDGE)))).isEmpty();

      await().until(() -> monitor.await(Duration.ZERO, heard) && heard.messages.size() > before);
      assertThat(monitor.losses()).isEqualTo(heard.lost);
    }
  }

  @Test
  void aMessageThatCannotBeReadCountsAsLostAndTheNextIsTold() {
    try (NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, LINK_GROUP))) {
      Heard heard = new Heard();
      heard.unreadable = 1;

      network.run("ip", "link", "set", "lo", "up");
      await().until(() -> monitor.await(Duration.ZERO, heard) && heard.lost == 1);
      network.run("ip", "link", "set", "lo", "down");

      await().until(() -> monitor.await(Duration.ZERO, heard) && !heard.messages.isEmpty());
      assertThat(monitor.losses()).isEqualTo(1);
    }
  }

  @Test
  void whoeverWatchesIsCalledAgainWhateverGoesWrong() {
    NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, LINK_GROUP));
    AtomicInteger messages = new AtomicInteger();
    AtomicInteger looks = new AtomicInteger();
    try (NetlinkWatch watch =
        NetlinkWatch.begin(
            "watch-of-a-test",
            monitor,
            Duration.ofHours(1),
            message -> {
              if (messages.getAndIncrement() == 0) {
                throw new DecodeException("unknown to this version", 0);
              }
              return true;
            },
            () -> {
              if (looks.getAndIncrement() == 0) {
                throw new IllegalStateException("refused to look");
              }
            })) {
      network.run("ip", "link", "set", "lo", "up");
      await().until(() -> looks.get() >= 2);
      int before = looks.get();
      assertThat(monitor.losses()).isEqualTo(1);
      assertThat(watch.failures()).isEqualTo(1);

      network.run("ip", "link", "set", "lo", "down");
      await().until(() -> looks.get() > before);
      assertThat(watch.failures()).isEqualTo(1);
    }
  }

  private List<Message> neighbours() {
    // The kernel keeps some of its own, for groups that it speaks to.
    return socket
        .dump(Request.of("list", "neighbours", GET_NEIGHBOUR, 0, w -> w.u8(2).zeros(11)))
        .stream()
        .filter(neighbour -> neighbour.fixed(12).getShort(8) == PERMANENT)
        .toList();
  }

  private static Request up() {
    return Request.of("set", "lo up", SET_LINK, 0, w -> w.u8(0).u8(0).u16(0).u32(LO).u32(1).u32(1));
  }

  private static Request link(String verb, int type, int index) {
    return Request.of(verb, "link " + index, type, 0, w -> linkHeader(w, index));
  }

  private static PayloadWriter linkHeader(PayloadWriter writer, int index) {
    return writer.u32(0).u32(index).u32(0).u32(0);
  }

  private static Request bridge(String name) {
    return Request.of(
        "add",
        "bridge " + name,
        NEW_LINK,
        Message.CREATE | Message.EXCLUSIVE,
        w -> w.zeros(16).text(3, name).nested(18, in -> in.text(1, "bridge")));
  }

  private static Request neighbour(int number, int link) {
    byte[] address = {(byte) 198, 51, (byte) (number >> 8), (byte) number};
    return Request.of(
        "add",
        "neighbour " + number,
        NEW_NEIGHBOUR,
        Message.CREATE,
        w ->
            w.u8(2)
                .zeros(3)
                .u32(link)
                .u16(PERMANENT)
                .u16(0)
                .octets(1, address)
                .octets(2, new byte[] {2, 0, 0, 0, 0, 1}));
  }

  private static final class Heard implements NetlinkMonitor.Listener {
    private final List<Message> messages = new ArrayList<>();
    private int lost;
    private int unreadable;

    @Override
    public void changed(Message message) {
      if (unreadable > 0) {
        unreadable--;
        throw new DecodeException("unknown to this version", 0);
      }
      messages.add(message);
    }

    @Override
    public void lost() {
      lost++;
    }
  }
}
