// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.replica.StoreMessage;
import io.dcosnet.gossip.replica.WriteResult;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.ShortId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The store within the core: by links, datagrams and streams of its own. */
class StorePartTest {

  private static final String KEY = "test/key";
  private static final String CLOSED = "dcosnet.gossip.link.closed";
  private static final String DROPPED = "dcosnet.gossip.dropped";

  private final StreamNetwork network = new StreamNetwork(StreamNetwork.quiet());

  StorePartTest() {
    network.stores = true;
  }

  private static void put(StreamNode node, String key, int octets) {
    byte[] value = new byte[octets];
    new Random(octets).nextBytes(value);
    List<Stamp> done = new ArrayList<>();
    node.replica()
        .update(
            key,
            List.of(new CrdtOp.Put(Bytes.copyOf(value))),
            new WriteResult() {
              @Override
              public void done(Stamp write) {
                done.add(write);
              }

              @Override
              public void failed(RuntimeException why) {
                throw why;
              }
            });
    assertThat(done).hasSize(1);
  }

  private static boolean has(StreamNode node, String key) {
    return !node.replica().state().cell(key).live().isEmpty();
  }

  private static boolean allHave(List<StreamNode> nodes, String key) {
    return nodes.stream().allMatch(node -> has(node, key));
  }

  private static void frame(StreamNode node, int link, Message message) {
    BodyWriter body = new BodyWriter(BodyWriter.LARGEST_MESSAGE);
    assertThat(body.add(message)).isTrue();
    node.core().frame(link, body.octets(), 0, body.length());
  }

  @Test
  void aWriteGoesAlongTheLinksOfTheRings() {
    List<StreamNode> nodes = network.cluster(12);
    network.datagrams = false;
    int opens = network.opens;

    put(nodes.get(3), KEY, 200);

    assertThat(network.within(Duration.ofMillis(150), () -> allHave(nodes, KEY))).isTrue();
    assertThat(network.opens).isEqualTo(opens);
  }

  @Test
  void aLongValueGoesInManyFrames() {
    List<StreamNode> nodes = network.cluster(3);

    put(nodes.get(0), KEY, 3_000_000);

    assertThat(network.within(Duration.ofMillis(500), () -> allHave(nodes, KEY))).isTrue();
    for (StreamNode node : nodes) {
      assertThat(node.replica().state().liveDigest())
          .isEqualTo(nodes.get(0).replica().state().liveDigest());
    }
  }

  @Test
  void withoutLinksAWriteRidesOnGossip() {
    StreamNetwork bare = new StreamNetwork(StreamNetwork.quiet().toBuilder().rings(0).build());
    bare.stores = true;
    List<StreamNode> nodes = bare.cluster(12);
    bare.time.advance(Duration.ofSeconds(4)); // the exchanges of the start are over
    int opens = bare.opens;

    put(nodes.get(3), KEY, 200);

    assertThat(bare.within(Duration.ofSeconds(2), () -> allHave(nodes, KEY))).isTrue();
    assertThat(bare.opens).isEqualTo(opens);
  }

  @Test
  void aValueThatFitsNoDatagramComesByAnExchangeWhereThereAreNoLinks() {
    StreamNetwork bare = new StreamNetwork(StreamNetwork.quiet().toBuilder().rings(0).build());
    bare.stores = true;
    List<StreamNode> nodes = bare.cluster(5);

    put(nodes.get(3), KEY, 500_000);

    assertThat(bare.within(Duration.ofSeconds(60), () -> allHave(nodes, KEY))).isTrue();
  }

  @Test
  void whoComesLaterGetsAllThatIsThere() {
    List<StreamNode> nodes = network.cluster(3);
    for (int i = 0; i < 500; i++) {
      put(nodes.get(i % 3), KEY + i, 200);
    }
    StreamNode late = network.node(nodes.get(0).address);
    late.start();

    assertThat(network.within(Duration.ofSeconds(5), () -> late.replica().state().keys() >= 500))
        .isTrue();
  }

  @Test
  void linksThatBreakAreMadeUpFor() {
    List<StreamNode> nodes = network.cluster(8);
    for (int i = 0; i < 20; i++) {
      put(nodes.get(i % 8), KEY + i, 300);
      nodes.get((i + 3) % 8).cutLinks();
      network.time.advance(Duration.ofMillis(60));
    }

    assertThat(
            network.within(
                Duration.ofSeconds(40),
                () -> nodes.stream().allMatch(node -> has(node, KEY + 0) && has(node, KEY + 19))))
        .isTrue();
    long digest = nodes.get(0).replica().digest();
    assertThat(
            network.within(
                Duration.ofSeconds(40),
                () -> nodes.stream().allMatch(node -> node.replica().digest() == digest)))
        .isTrue();
  }

  @Test
  void aMemberWithoutAStoreIsNoTroubleToTheOthers() {
    List<StreamNode> nodes = new ArrayList<>(network.cluster(4));
    network.stores = false;
    StreamNode without = network.node(nodes.get(0).address);
    without.start();
    network.time.advance(Duration.ofSeconds(3));

    put(nodes.get(2), KEY, 200);

    assertThat(network.within(Duration.ofSeconds(20), () -> allHave(nodes, KEY))).isTrue();
    network.time.advance(Duration.ofSeconds(30));
    assertThat(nodes).allMatch(node -> node.alive() == 5);
    assertThat(without.alive()).isEqualTo(5);
  }

  @Test
  void membersAnswerWhetherTheyHaveAWrite() {
    List<StreamNode> nodes = network.cluster(4);
    put(nodes.get(0), KEY, 200);
    Dot write = nodes.get(0).replica().state().cell(KEY).live().keySet().iterator().next();
    List<Set<?>> laggards = new ArrayList<>();

    nodes.get(0).replica().awaitSeen(write, Duration.ofSeconds(5), laggards::add);
    network.time.advance(Duration.ofSeconds(1));

    assertThat(laggards).containsExactly(Set.of());
  }

  @Test
  void anAnswerToAPingTellsTheDigestOfTheStore() {
    StreamNode node = network.cluster(2).get(0);
    put(node, KEY, 200);

    Message answer = node.core().node().probing.answer(new Message.Ping(1, node.id, 2));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Message.Ack.class,
            ack -> assertThat(ack.storeDigest()).isEqualTo(node.replica().digest()).isNotZero());
  }

  @Test
  void aClonedNodeGoesOnWithItsDataAsAnotherReplica() {
    List<StreamNode> nodes = network.cluster(3);
    StreamNode node = nodes.get(1);
    put(node, KEY, 200);
    ReplicaId before = node.replica().state().self();

    node.core().node().table.becomeSelf(ScriptedHost.id(1));
    requireNonNull(node.core().node().store).identityChanged();
    put(node, KEY + 2, 200);

    ReplicaId after = new ReplicaId(ScriptedHost.id(1), 1);
    assertThat(before.node()).isNotEqualTo(after.node());
    assertThat(node.replica().state().self()).isEqualTo(after);
    assertThat(node.replica().state().cell(KEY).live().keySet())
        .allMatch(dot -> dot.replica().equals(before));
    assertThat(node.replica().state().cell(KEY + 2).live().keySet())
        .allMatch(dot -> dot.replica().equals(after));
  }

  @Test
  void datagramsOfStrangersAreDropped() {
    StreamNode node = network.cluster(2).get(0);
    BodyWriter body = new BodyWriter(1400);
    body.add(new Message.Store(StoreMessage.DELTA, Bytes.utf8("nonsense")));

    node.core().received(HostPort.parse("203.0.113.9:7950"), 1234, body.octets(), 0, body.length());

    assertThat(node.metrics.count(DROPPED, "reason", "store-sender")).isEqualTo(1);
  }

  @Test
  void exchangesOfStrangersAreClosed() {
    StreamNode node = network.cluster(2).get(0);
    node.core().accepted(900, new LinkPeer(1234, 1, HostPort.parse("203.0.113.9:40000")));

    frame(node, 900, new Message.Store(StoreMessage.SUMMARY, Bytes.utf8("nonsense")));

    assertThat(node.closed).contains(900);
    assertThat(node.metrics.count(CLOSED, "reason", "store-sender")).isEqualTo(1);
  }

  @Test
  void aLinkThatBeginsWithAnythingElseOfTheStoreIsClosed() {
    List<StreamNode> nodes = network.cluster(2);
    StreamNode node = nodes.get(0);
    long shortId = ShortId.of(nodes.get(1).id);
    node.core().accepted(900, new LinkPeer(shortId, 1, HostPort.parse("203.0.113.9:40000")));

    frame(node, 900, new Message.Store(StoreMessage.DELTA, Bytes.utf8("nonsense")));

    assertThat(node.closed).contains(900);
    assertThat(node.metrics.count(CLOSED, "reason", "first")).isEqualTo(1);
  }

  @Test
  void aNeighbourThatSendsALongerMessageThanThereIsLosesItsLink() {
    List<StreamNode> nodes = network.cluster(2);
    StreamNode node = nodes.get(0);
    RingLink link = node.core().node().rings.all().iterator().next();
    int number = link.number();
    Message part = new Message.Store(StoreParts.MORE, Bytes.copyOf(new byte[60_000]));
    for (int i = 0; i < 200; i++) {
      frame(node, number, part);
    }

    assertThat(node.closed).contains(number);
    assertThat(node.metrics.count(CLOSED, "reason", "store-parts")).isEqualTo(1);
    assertThat(network.within(Duration.ofSeconds(10), link::isOpen)).isTrue();
    put(node, KEY, 200);
    assertThat(network.within(Duration.ofMillis(200), () -> allHave(nodes, KEY))).isTrue();
  }

  @Test
  void deltasThatCannotBeReadAreCountedAndHarmNothing() {
    List<StreamNode> nodes = network.cluster(2);
    StreamNode node = nodes.get(0);
    RingLink link = node.core().node().rings.all().iterator().next();

    for (int kind = StoreMessage.FIRST_KIND; kind <= 0x2f; kind++) {
      frame(node, link.number(), new Message.Store(kind, Bytes.utf8("nonsense")));
    }
    network.time.advance(Duration.ofSeconds(5));
    put(nodes.get(1), KEY, 200);

    assertThat(node.metrics.count("dcosnet.gossip.kv.dropped", "reason", "malformed"))
        .isGreaterThanOrEqualTo(4);
    assertThat(network.within(Duration.ofSeconds(20), () -> allHave(nodes, KEY))).isTrue();
  }
}
