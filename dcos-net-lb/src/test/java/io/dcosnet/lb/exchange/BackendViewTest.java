// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.testkit.FakeMembership;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BackendViewTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final NodeId ONE = new NodeId(new UUID(0, 1));
  private static final NodeId TWO = new NodeId(new UUID(0, 2));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final LocalStore one = LocalStore.of(ONE, time, metrics);
  private final LocalStore two = one.forNode(TWO);
  private final FakeMembership members =
      new FakeMembership(ONE, HostPort.parse("10.0.0.99:7950"), time);
  private final List<Set<VipKey>> told = new ArrayList<>();

  @Test
  void showsTheBackEndsOfAllWriters() {
    write(one, "10.0.0.1:80", 1, true);
    BackendView view = open(null);
    write(two, "10.0.0.2:80", 1, true);
    time.runReady();
    assertThat(endpoints(view)).containsExactly("10.0.0.1:80", "10.0.0.2:80");
    assertThat(told).containsExactly(Set.of(WEB), Set.of(WEB));
  }

  @Test
  void forgetsWhatIsDeleted() {
    write(one, "10.0.0.1:80", 1, true);
    BackendView view = open(null);
    one.delete(key("10.0.0.1:80", ONE));
    time.runReady();
    assertThat(view.candidates(WEB)).isEmpty();
    assertThat(told).hasSize(2);
  }

  @Test
  void skipsAndCountsWhatItCannotRead() {
    write(one, "10.0.0.1:80", 1, true);
    one.put("lb/vips/nonsense", Bytes.utf8("{}"));
    one.put(key("10.0.0.3:80", ONE), Bytes.utf8("not JSON"));
    one.put(key("10.0.0.4:80", ONE), entry("10.0.0.5:80", 1, true).encode());
    BackendView view = open(null);
    assertThat(endpoints(view)).containsExactly("10.0.0.1:80");
    assertThat(metrics.count("dcosnet.lb.exchange.unreadable")).isEqualTo(3);
  }

  @Test
  void countsAKeyThatItCannotReadOnce() {
    BackendView view = open(null);
    one.put("lb/vips/nonsense", Bytes.utf8("{}"));
    write(one, "10.0.0.1:80", 1, true);
    time.runReady();
    assertThat(endpoints(view)).containsExactly("10.0.0.1:80");
    assertThat(metrics.count("dcosnet.lb.exchange.unreadable")).isEqualTo(1);
  }

  @Test
  void dropsABackEndWhoseEntryBecomesUnreadable() {
    write(one, "10.0.0.1:80", 1, true);
    BackendView view = open(null);
    one.put(key("10.0.0.1:80", ONE), Bytes.utf8("{"));
    time.runReady();
    assertThat(view.candidates(WEB)).isEmpty();
  }

  @Test
  void believesTheSmallestLivingWriter() {
    write(one, "10.0.0.1:80", 1, true);
    write(two, "10.0.0.1:80", 2, true);
    BackendView view = open(null);
    assertThat(weights(view)).containsExactly(1);
    one.ownerState(ONE, OwnerState.DEAD);
    time.runReady();
    assertThat(weights(view)).containsExactly(2);
    two.delete(key("10.0.0.1:80", TWO));
    time.runReady();
    assertThat(weights(view)).containsExactly(1);
  }

  @Test
  void takesTheWritersStateForItsOwnTasksWithoutMembership() {
    write(one, "10.0.0.1:80", 1, true);
    write(one, "10.0.0.2:80", 1, false);
    BackendView view = open(null);
    for (OwnerState state : OwnerState.values()) {
      one.ownerState(ONE, state);
      time.runReady();
      boolean lives = state == OwnerState.ALIVE || state == OwnerState.SUSPECT;
      assertThat(reachable(view)).containsExactly(lives, true);
    }
  }

  @Test
  void takesTheStateOfTheNodeThatTheTaskRunsOnWithMembership() {
    write(one, "10.0.0.1:80", 1, false);
    members.put(TWO, HostPort.parse("10.0.0.1:7950"), Map.of());
    BackendView view = open(members);
    one.ownerState(ONE, OwnerState.DEAD); // the death of a scheduler changes nothing
    time.runReady();
    assertThat(reachable(view)).containsExactly(true);
    for (Member.State state : Member.State.values()) {
      members.state(TWO, state);
      time.runReady();
      boolean lives = state == Member.State.ALIVE || state == Member.State.SUSPECT;
      assertThat(reachable(view)).containsExactly(lives);
    }
    assertThat(told).last().isEqualTo(Set.of(WEB));
  }

  @Test
  void countsNodesWithoutThisSoftwareAsReachable() {
    write(one, "10.0.0.1:80", 1, false);
    assertThat(reachable(open(members))).containsExactly(true);
  }

  @Test
  void takesNobodyForDeadWhomItHasNotHeardOfYet() {
    write(two, "10.0.0.2:80", 1, true);
    one.ownerState(TWO, OwnerState.DEAD); // as the store says of all that are no members
    BackendView view = open(members);
    time.advance(Duration.ofMinutes(1));
    assertThat(reachable(view)).as("nobody else was heard of").containsExactly(true);

    NodeId three = new NodeId(new UUID(0, 3));
    members.put(three, HostPort.parse("10.0.0.3:7950"), Map.of());
    time.advance(Duration.ofSeconds(9));
    assertThat(reachable(view)).as("others may come yet").containsExactly(true);
    told.clear();
    time.advance(Duration.ofSeconds(1));
    assertThat(reachable(view)).containsExactly(false);
    assertThat(told).containsExactly(Set.of(WEB));

    members.put(TWO, HostPort.parse("10.0.0.2:7950"), Map.of());
    time.runReady();
    assertThat(reachable(view)).containsExactly(true);
  }

  @Test
  void believesAtOnceThatOneIsDeadOfWhomTheMembersSaySo() {
    write(two, "10.0.0.2:80", 1, true);
    BackendView view = open(members);
    members.put(TWO, HostPort.parse("10.0.0.2:7950"), Map.of());
    members.put(new NodeId(new UUID(0, 3)), HostPort.parse("10.0.0.3:7950"), Map.of());
    members.state(TWO, Member.State.DEAD);
    time.runReady();
    assertThat(reachable(view)).containsExactly(false);
  }

  @Test
  void touchesOnlyTheVipsOfTheNodeThatChanged() {
    members.put(TWO, HostPort.parse("10.0.0.2:7950"), Map.of());
    write(one, "10.0.0.2:80", 1, false);
    VipKey other = VipKey.named(Protocol.TCP, "api.marathon", 80);
    HostPort elsewhere = HostPort.parse("10.0.0.99:80");
    one.put(
        new BackendKey(new Place(other, elsewhere), ONE).toString(),
        entry("10.0.0.99:80", 1, true).encode());
    open(members);
    told.clear();
    members.state(TWO, Member.State.SUSPECT); // a doubt changes nothing
    time.runReady();
    assertThat(told).isEmpty();
    members.state(TWO, Member.State.DEAD);
    time.runReady();
    assertThat(told).containsExactly(Set.of(WEB));
  }

  @Test
  void tellsWhichBackEndsTheirLivingWriterTookBack() {
    write(one, "10.0.0.1:80", 1, true);
    write(two, "10.0.0.2:80", 1, true);
    write(one, "10.0.0.3:80", 1, true);
    write(two, "10.0.0.3:80", 1, true);
    BackendView view = open(null);
    assertThat(view.takeEnded(WEB)).isEmpty();
    two.ownerState(TWO, OwnerState.LEFT);
    time.runReady();
    one.delete(key("10.0.0.1:80", ONE));
    two.delete(key("10.0.0.2:80", TWO)); // collected, as its owner left
    one.delete(key("10.0.0.3:80", ONE)); // the other one still has it
    time.runReady();
    assertThat(view.takeEnded(WEB)).containsExactly(HostPort.parse("10.0.0.1:80"));
    assertThat(view.takeEnded(WEB)).isEmpty();
  }

  @Test
  void heedsChecksUnlessLessThanHalfOfTheWeightPasses() {
    write(one, "10.0.0.1:80", 1, true);
    write(one, "10.0.0.2:80", 1, true);
    write(one, "10.0.0.3:80", 2, true);
    Set<String> failing = new TreeSet<>();
    Set<String> drained = new TreeSet<>();
    List<String> why = new ArrayList<>();
    BackendView view = limited(failing, drained, why);
    failing.add("10.0.0.3:80");
    assertThat(states(view)).as("half passes").containsExactly("UP", "UP", "DRAINING");
    failing.add("10.0.0.1:80");
    assertThat(states(view)).containsExactly("UP", "UP", "UP");
    assertThat(view.unheeded()).containsExactly(WEB);
    assertThat(view.told(WEB)).filteredOn(ToldBackend::failing).hasSize(2);
    drained.add("10.0.0.3:80"); // on purpose, so of the rest half passes
    assertThat(states(view)).containsExactly("DRAINING", "UP", "DOWN");
    assertThat(view.unheeded()).isEmpty();
    failing.add("10.0.0.2:80");
    assertThat(states(view)).as("drains are always heeded").containsExactly("UP", "UP", "DOWN");
    assertThat(why)
        .containsExactly(
            "too few pass their checks", "checks are heeded again", "too few pass their checks");
    view.close();
  }

  private BackendView limited(Set<String> failing, Set<String> drained, List<String> why) {
    BackendView.Limit limit =
        new BackendView.Limit() {
          @Override
          public Backend.State best(Place place, Set<String> tasks) {
            return drained.contains(place.endpoint().toString())
                ? Backend.State.DOWN
                : Backend.State.UP;
          }

          @Override
          public boolean fails(Place place) {
            return failing.contains(place.endpoint().toString());
          }

          @Override
          public int leastPassing() {
            return 50;
          }
        };
    BackendView view =
        new BackendView(
            one,
            null,
            ReachPolicy.DEFAULTS,
            time,
            new LbMetrics(metrics),
            limit,
            (key, said, at) -> why.add(said),
            told::add);
    view.open();
    time.runReady();
    why.clear();
    return view;
  }

  private static List<String> states(BackendView view) {
    return view.candidates(WEB).stream().map(c -> c.backend().state().toString()).toList();
  }

  @Test
  void followsNoMoreOnceClosed() {
    BackendView view = open(null);
    view.close();
    write(one, "10.0.0.1:80", 1, true);
    time.runReady();
    assertThat(view.candidates(WEB)).isEmpty();
  }

  private BackendView open(@Nullable Membership membership) {
    BackendView view =
        new BackendView(
            one, membership, ReachPolicy.DEFAULTS, time, new LbMetrics(metrics), told::add);
    view.open();
    time.runReady();
    return view;
  }

  private static void write(LocalStore store, String endpoint, int weight, boolean onWriter) {
    store.put(key(endpoint, store.localNode()), entry(endpoint, weight, onWriter).encode());
  }

  private static String key(String endpoint, NodeId writer) {
    return new BackendKey(new Place(WEB, HostPort.parse(endpoint)), writer).toString();
  }

  private static BackendEntry entry(String endpoint, int weight, boolean onWriter) {
    HostPort place = HostPort.parse(endpoint);
    Backend backend = new Backend(place, place.address(), weight, Backend.State.UP);
    return new BackendEntry(backend, onWriter, 1, "", new TreeMap<>());
  }

  private static List<String> endpoints(BackendView view) {
    return view.candidates(WEB).stream().map(c -> c.backend().endpoint().toString()).toList();
  }

  private static List<Integer> weights(BackendView view) {
    return view.candidates(WEB).stream().map(c -> c.backend().weight()).toList();
  }

  private static List<Boolean> reachable(BackendView view) {
    return view.candidates(WEB).stream().map(Candidate::reachable).toList();
  }
}
