// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SyncingTest {

  private static final String SYNC = "dcosnet.gossip.sync";
  private static final long EPOCH = 1_700_000_000_000L;

  private final StreamNetwork network =
      new StreamNetwork(StreamNetwork.quiet().toBuilder().rings(0).build());
  private final SplittableRandom random = new SplittableRandom(7);
  private final List<NodeId> ghosts = new ArrayList<>();

  SyncingTest() {
    network.datagrams = false;
    for (int i = 0; i < 40; i++) {
      ghosts.add(NodeId.random(random));
    }
  }

  private Fact.Alive alive(int ghost, long incarnation) {
    HostPort address = HostPort.parse("192.0.2." + (1 + ghost) + ":7950");
    return new Fact.Alive(
        ghosts.get(ghost),
        EPOCH,
        incarnation,
        new Profile(
            "ghost-" + ghost + "-" + incarnation,
            List.of(address),
            Bytes.EMPTY,
            ProtocolRange.OURS));
  }

  /** Two nodes that know different things, and a way from the second to the first. */
  private List<StreamNode> twoThatDiffer() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    first.start();
    second.start();
    for (int i = 0; i < 10; i++) {
      first.hear(alive(i, 1));
      second.hear(alive(10 + i, 1));
      first.hear(alive(20 + i, i));
      second.hear(alive(20 + i, 9 - i));
    }
    return List.of(first, second);
  }

  private static void assertSame(StreamNode first, StreamNode second) {
    assertThat(second.core().digest()).isEqualTo(first.core().digest());
    assertThat(second.core().size()).isEqualTo(first.core().size());
    for (MemberRecord member : first.core().members()) {
      MemberRecord other = second.core().member(member.id());
      assertThat(other).as("%s", member.profile()).isNotNull();
      assertThat(other.incarnation()).isEqualTo(member.incarnation());
      assertThat(other.profile()).isEqualTo(member.profile());
    }
  }

  @Test
  void afterAnExchangeBothSidesKnowWhatEitherKnew() {
    List<StreamNode> two = twoThatDiffer();

    network.time.advance(Duration.ofMillis(100));

    assertThat(two.get(0).core().size()).isEqualTo(32);
    assertSame(two.get(0), two.get(1));
    assertThat(two.get(1).metrics.count(SYNC, "kind", "join", "result", "different")).isEqualTo(1);
    assertThat(two.get(0).metrics.count(SYNC, "kind", "answer", "result", "different"))
        .isEqualTo(1);
    assertThat(two.get(0).openLinks() + two.get(1).openLinks()).isZero();
  }

  @Test
  void anExchangeThatBreaksAtAnyFrameDoesNoHarmAndTheNextOneCompletes() {
    for (int frame = 0; frame < 6; frame++) {
      int cut = frame;
      network.frames = 0;
      network.breaksAt = number -> number == cut;
      List<StreamNode> two = twoThatDiffer();

      network.time.advance(Duration.ofSeconds(20));

      assertThat(network.frames).isGreaterThan(cut);
      assertSame(two.get(0), two.get(1));
      assertThat(two.get(0).openLinks() + two.get(1).openLinks()).isZero();
    }
  }

  @Test
  void twoThatKnowTheSameExchangeNextToNothing() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    first.start();
    second.start();
    network.time.advance(Duration.ofMillis(500));

    // The first of the two further exchanges of a node that joined.
    network.time.advance(Duration.ofSeconds(1));

    assertThat(second.metrics.count(SYNC, "kind", "join", "result", "equal")).isEqualTo(1);
    List<Long> octets = second.metrics.values("dcosnet.gossip.sync.bytes");
    // Both digests with what both say of themselves.
    assertThat(octets.get(octets.size() - 1)).isBetween(120L, 220L);
  }

  @Test
  void anExchangeThatProbesMakeNeedlessIsMostlySpared() {
    StreamNetwork probing =
        new StreamNetwork(
            GossipSettings.lan().toBuilder().syncInterval(Duration.ofSeconds(10)).build());
    List<StreamNode> cluster = probing.cluster(4);
    probing.time.advance(Duration.ofMinutes(1));
    long before = periodic(cluster);

    probing.time.advance(Duration.ofMinutes(10));
    // Of 240 one in four.
    assertThat(periodic(cluster) - before).isBetween(50L, 70L);

    probing.datagrams = false;
    before = periodic(cluster);
    probing.time.advance(Duration.ofMinutes(1));
    assertThat(periodic(cluster) - before).isBetween(16L, 28L);
  }

  private static long periodic(List<StreamNode> cluster) {
    return cluster.stream()
        .mapToLong(
            node ->
                node.metrics.count(SYNC, "kind", "periodic", "result", "equal")
                    + node.metrics.count(SYNC, "kind", "periodic", "result", "different")
                    + node.metrics.count(SYNC, "kind", "periodic", "result", "failed"))
        .sum();
  }

  @Test
  void aMemberThatMissedNewsIsRepairedAsSoonAsARumourWouldHaveSettled() {
    StreamNetwork probing = new StreamNetwork(GossipSettings.lan());
    List<StreamNode> cluster = probing.cluster(8);
    StreamNode missed = cluster.get(3);
    probing.time.advance(Duration.ofSeconds(30));
    probing.deaf = missed;
    // Rumours do not reach it, while it probes and gets answers.
    cluster.get(0).core().announce(profile("changed", cluster.get(0).address));
    probing.time.advance(Duration.ofSeconds(1));
    probing.deaf = null;
    long digests = digests(cluster);

    assertThat(
            probing.within(
                Duration.ofMillis(2200),
                () ->
                    requireNonNull(missed.core().member(cluster.get(0).id))
                        .profile()
                        .name()
                        .equals("changed")))
        .isTrue();
    assertThat(digests(cluster) - digests).isBetween(1L, 4L);
  }

  @Test
  void newsOnTheirWayStartNoExchanges() {
    StreamNetwork probing = new StreamNetwork(GossipSettings.lan());
    List<StreamNode> cluster = probing.cluster(40);
    probing.time.advance(Duration.ofSeconds(20));
    long before = digests(cluster);

    for (int i = 0; i < 20; i++) {
      StreamNode node = cluster.get(i);
      node.core().announce(profile("changed-" + i, node.address));
      probing.time.advance(Duration.ofSeconds(3));
    }

    assertThat(digests(cluster) - before).isLessThanOrEqualTo(2);
  }

  private static long digests(List<StreamNode> cluster) {
    return cluster.stream()
        .mapToLong(
            node ->
                node.metrics.count(SYNC, "kind", "digest", "result", "equal")
                    + node.metrics.count(SYNC, "kind", "digest", "result", "different"))
        .sum();
  }

  private static Profile profile(String name, HostPort address) {
    return new Profile(name, List.of(address), Bytes.EMPTY, ProtocolRange.OURS);
  }

  @Test
  void deathsAndDeparturesAreToldOnlyWhereTheMemberIsKnown() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    first.start();
    second.start();
    first.hear(alive(0, 1), alive(1, 1), alive(2, 1), alive(3, 1));
    first.hear(
        new Fact.Left(ghosts.get(0), EPOCH, 2),
        new Fact.Left(ghosts.get(1), EPOCH, 2),
        new Fact.Dead(ghosts.get(2), EPOCH, 1, ghosts.get(3), Grade.PROBE));
    second.hear(alive(0, 1));

    network.time.advance(Duration.ofMillis(100));

    assertThat(requireNonNull(second.core().member(ghosts.get(0))).state()).isEqualTo(State.LEFT);
    assertThat(second.core().member(ghosts.get(1))).isNull();
    assertThat(second.core().member(ghosts.get(2))).isNull();
    assertThat(requireNonNull(second.core().member(ghosts.get(3))).state()).isEqualTo(State.ALIVE);
    assertThat(second.core().digest()).isEqualTo(first.core().digest());
  }

  @Test
  void aSuspectComesWithWhereItIs() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    first.start();
    second.start();
    first.hear(alive(0, 1), alive(1, 1));
    first.hear(new Fact.Suspect(ghosts.get(0), EPOCH, 1, ghosts.get(1), Grade.PROBE));

    network.time.advance(Duration.ofMillis(100));

    MemberRecord suspect = second.core().member(ghosts.get(0));
    assertThat(requireNonNull(suspect).state()).isEqualTo(State.SUSPECT);
    assertThat(suspect.profile()).isEqualTo(alive(0, 1).profile());
  }

  @Test
  void aNodeOfAVersionThatDoesNotMeetOursIsRefusedWithTheReason() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    second.protocol = new ProtocolRange(2, 3, 2);
    first.start();
    second.start();

    network.time.advance(Duration.ofMillis(100));

    assertThat(first.core().size()).isEqualTo(1);
    assertThat(second.core().size()).isEqualTo(1);
    assertThat(second.events)
        .contains(
            new GossipEvent.Refused(
                first.address.toString(), "protocol: 2 to 3 (expected: some of 1 to 1)"));
    assertThat(second.metrics.count(SYNC, "kind", "join", "result", "refused")).isEqualTo(1);
  }

  @Test
  void oneExchangeBringsOnlySoManyUnknownMembers() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    first.start();
    for (int i = 0; i < 2100; i++) {
      HostPort address = HostPort.parse("192.0.2." + (1 + i % 250) + ":" + (1024 + i));
      first.hear(new Fact.Alive(NodeId.random(random), EPOCH, 1, profile("many-" + i, address)));
    }
    assertThat(first.core().size()).isEqualTo(2101);

    second.start();
    network.time.advance(Duration.ofMillis(100));

    assertThat(second.core().size()).isEqualTo(1 + 2000);
    assertThat(second.metrics.count("dcosnet.gossip.sync.limited")).isEqualTo(101);
  }

  @Test
  void exchangesAreRarerInALargerCluster() {
    assertThat(Syncing.scale(1)).isEqualTo(1);
    assertThat(Syncing.scale(32)).isEqualTo(1);
    assertThat(Syncing.scale(33)).isEqualTo(2);
    assertThat(Syncing.scale(64)).isEqualTo(2);
    assertThat(Syncing.scale(65)).isEqualTo(3);
    assertThat(Syncing.scale(1000)).isEqualTo(6);
    assertThat(Syncing.scale(10_000)).isEqualTo(10);
  }
}
