// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent.LinkImpaired;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemberViewTest {

  private static final NodeId SELF = new NodeId(new UUID(1, 1));
  private static final NodeId PEER = new NodeId(new UUID(2, 2));
  private static final NodeId THIRD = new NodeId(new UUID(3, 3));

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final MemberView view = new MemberView(new VirtualTime().time(), metrics);
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<List<Change<Member>>> told = new ArrayList<>();

  private static Profile profile(String name, Bytes meta) {
    return new Profile(name, List.of(HostPort.parse("192.0.2.1:7950")), meta, ProtocolRange.OURS);
  }

  private void change(NodeId id, @Nullable State after, Accusation... accusations) {
    Profile profile = profile("agent", Metadata.encode(Map.of("zone", "a")));
    view.accept(new MemberChanged(id, profile, null, after, List.of(accusations)));
  }

  private void run() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  private void start() {
    view.self(SELF, profile("self", Bytes.EMPTY));
    view.publish();
  }

  @Test
  void hasNoLocalMemberBeforeTheStart() {
    assertThat(view.members()).isEmpty();
    assertThatThrownBy(view::local)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start");
  }

  @Test
  void showsNothingOfABatchBeforeItIsPublished() {
    start();
    change(PEER, State.ALIVE);
    assertThat(view.byId(PEER)).isEmpty();
    view.publish();

    assertThat(view.byId(PEER).orElseThrow().metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("zone", "a", "name", "agent"));
  }

  @Test
  void aListenerThatIsSlowGetsTheChangesOfAMemberMerged() {
    start();
    view.subscribe(work::add, told::add);
    run();
    change(PEER, State.ALIVE);
    view.publish();
    change(PEER, State.SUSPECT, new Accusation(SELF, Grade.PROBE));
    view.publish();
    change(THIRD, State.ALIVE);
    view.publish();
    change(THIRD, null);
    view.publish();
    run();

    assertThat(told).hasSize(2);
    assertThat(told.get(1)).containsExactly(Change.added(view.byId(PEER).orElseThrow()));
  }

  @Test
  void aSubscriptionBeforeTheStartHearsOfTheStart() {
    view.subscribe(Runnable::run, told::add);
    start();

    assertThat(told).containsExactly(List.of(Change.added(view.local())));
  }

  @Test
  void aMemberThatIsForgottenIsGone() {
    start();
    change(PEER, State.DEAD);
    view.publish();
    view.subscribe(Runnable::run, told::add);
    Member before = view.byId(PEER).orElseThrow();
    change(PEER, null);
    view.publish();

    assertThat(view.byId(PEER)).isEmpty();
    assertThat(told.get(1)).containsExactly(Change.removed(before));
  }

  @Test
  void metadataThatCannotBeReadLeavesAMemberWithItsName() {
    start();
    view.accept(
        new MemberChanged(
            PEER, profile("odd", Bytes.utf8("no metadata")), null, State.ALIVE, List.of()));
    view.publish();

    assertThat(view.byId(PEER).orElseThrow().metadata()).isEqualTo(Map.of("name", "odd"));
    assertThat(metrics.count("dcosnet.gossip.metadata.unreadable")).isEqualTo(1);
  }

  @Test
  void onlyTheWordOfOneAccuserWithoutAnswerLeavesASuspectRoutable() {
    Accusation probe = new Accusation(SELF, Grade.PROBE);
    Accusation other = new Accusation(THIRD, Grade.PROBE);
    start();
    change(PEER, State.SUSPECT, probe);
    view.publish();
    boolean afterOne = requireNonNull(view.seen(PEER)).isRoutable();
    change(PEER, State.SUSPECT, probe, other);
    view.publish();
    boolean afterTwo = requireNonNull(view.seen(PEER)).isRoutable();
    change(PEER, State.SUSPECT, new Accusation(THIRD, Grade.LINK));
    view.publish();

    assertThat(afterOne).isTrue();
    assertThat(afterTwo).isFalse();
    assertThat(requireNonNull(view.seen(PEER)).isRoutable()).isFalse();
  }

  @Test
  void aMemberThatWasOnlyHeardOfIsNotRoutable() {
    start();
    change(PEER, State.ALIVE);
    view.shown(PEER, "agent#1", false);
    view.publish();
    boolean before = requireNonNull(view.seen(PEER)).isRoutable();
    change(PEER, State.ALIVE);
    view.shown(PEER, "agent", true);
    view.publish();

    assertThat(before).isFalse();
    assertThat(requireNonNull(view.seen(PEER)).isRoutable()).isTrue();
    assertThat(view.byId(PEER).orElseThrow().metadata()).containsEntry("name", "agent");
  }

  @Test
  void remembersWhomItReachesThroughOthersOnly() {
    start();
    view.accept(new LinkImpaired(THIRD, true));
    change(PEER, State.ALIVE);
    view.accept(new LinkImpaired(PEER, true));
    view.publish();
    boolean impaired = requireNonNull(view.seen(PEER)).impaired();
    view.accept(new LinkImpaired(PEER, false));
    view.publish();

    assertThat(impaired).isTrue();
    assertThat(requireNonNull(view.seen(PEER)).impaired()).isFalse();
    assertThat(view.seen(THIRD)).isNull();
  }

  @Test
  void aNewIdentityTakesThePlaceOfTheOld() {
    start();
    change(PEER, State.ALIVE);
    view.publish();
    view.subscribe(Runnable::run, told::add);
    view.self(THIRD, profile("self", Bytes.EMPTY));
    view.publish();

    assertThat(view.local().id()).isEqualTo(THIRD);
    assertThat(view.members()).extracting(Member::id).containsExactlyInAnyOrder(THIRD, PEER);
    assertThat(told.get(1)).hasSize(2);
  }

  @Test
  void anExecutorThatRefusesGetsTheChangesLater() {
    start();
    boolean[] refuse = {true};
    view.subscribe(
        run -> {
          if (refuse[0]) {
            throw new RejectedExecutionException("full, on purpose");
          }
          run.run();
        },
        told::add);
    refuse[0] = false;
    change(PEER, State.ALIVE);
    view.publish();

    assertThat(told).hasSize(1);
    assertThat(told.get(0)).hasSize(2);
  }
}
