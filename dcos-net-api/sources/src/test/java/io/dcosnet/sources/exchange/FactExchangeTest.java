// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static io.dcosnet.sources.exchange.Demo.DB;
import static io.dcosnet.sources.exchange.Demo.F;
import static io.dcosnet.sources.exchange.Demo.MASTERS;
import static io.dcosnet.sources.exchange.Demo.S1;
import static io.dcosnet.sources.exchange.Demo.STATE;
import static io.dcosnet.sources.exchange.Demo.WEB;
import static io.dcosnet.sources.exchange.Demo.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.sources.facts.FactHead;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.VirtualTime;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FactExchangeTest {

  private final VirtualTime time = new VirtualTime();
  private final FakeStores stores =
      new FakeStores(time, new SplittableRandom(7))
          .delay(Duration.ofMillis(1), Duration.ofMillis(200));
  private final FactNode one = node(1);
  private final FactNode two = node(2);
  private final FactNode reader = node(9);

  private FactNode node(int number) {
    return new FactNode(stores.node(FactNode.id(number)), time);
  }

  private void pass(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  private void leadsWith(FactNode node, ClusterState state) {
    node.publisher.active(true);
    node.says(state);
    pass(1);
  }

  @Test
  void whatTheLeaderKnowsIsKnownEverywhere() {
    leadsWith(one, STATE);

    assertThat(reader.facts.cluster()).isEqualTo(STATE);
    assertThat(two.facts.cluster()).isEqualTo(STATE);
    assertThat(one.facts.cluster()).isEqualTo(STATE);
    assertThat(reader.facts.writer()).contains(FactNode.id(1));
  }

  @Test
  void nothingIsWrittenWithoutTheLead() {
    one.says(STATE);
    pass(60);

    assertThat(one.puts()).isZero();
    assertThat(reader.facts.ready()).isFalse();
  }

  @Test
  void aChangeIsOneWrite() {
    leadsWith(one, STATE);
    pass(10);
    long before = one.puts();
    List<ClusterUpdate> updates = new ArrayList<>();
    Subscription subscription = reader.facts.subscribe(Runnable::run, updates::add);

    one.master.put(WEB.toBuilder().state(TaskState.KILLING).build());
    pass(1);

    assertThat(one.puts() - before).isEqualTo(1);
    assertThat(updates).hasSize(2);
    assertThat(updates.get(1).change().size()).isEqualTo(1);
    assertThat(updates.get(1).sinceNanos()).isNotEqualTo(ClusterUpdate.NO_TIME);
    subscription.close();
  }

  @Test
  void whatEndsIsDeleted() {
    leadsWith(one, STATE);

    one.master.remove(WEB.key());
    pass(1);

    assertThat(reader.facts.cluster()).isEqualTo(STATE.without(WEB.key()));
  }

  @Test
  void aDeadLeaderLeavesItsFacts() {
    leadsWith(one, STATE);

    stores.down(FactNode.id(1));
    one.stop(time);
    pass(3600);

    assertThat(reader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void theStateOfAnOwnerChangesNothing() {
    LocalStore store = LocalStore.of(FactNode.id(1));
    FactNode leader = new FactNode(store, time);
    leadsWith(leader, STATE);

    store.ownerState(FactNode.id(1), OwnerState.DEAD);
    pass(1);

    assertThat(leader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void aNewLeaderTakesOverInOneStep() {
    leadsWith(one, STATE);
    List<Set<String>> seen = new ArrayList<>();
    Subscription subscription =
        reader.facts.subscribe(
            Runnable::run,
            update -> {
              List<String> names = update.after().tasks().stream().map(Task::name).toList();
              seen.add(Set.copyOf(names));
            });

    one.publisher.active(false);
    Task more = task("more", "S1");
    leadsWith(two, STATE.with(more));
    pass(300);

    assertThat(seen).containsExactly(Set.of("web", "db"), Set.of("web", "db", "more"));
    assertThat(reader.facts.writer()).contains(FactNode.id(2));
    assertThat(one.facts.cluster()).isEqualTo(STATE.with(more));
    subscription.close();
  }

  @Test
  void aFormerLeaderClearsAwayBehindItself() {
    leadsWith(one, STATE);
    one.publisher.active(false);
    leadsWith(two, STATE);

    pass(30);
    assertThat(one.deletes()).isZero();
    pass(60);

    assertThat(reader.store.view("").values())
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.owner()).isEqualTo(FactNode.id(2)));
    assertThat(reader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void aFormerLeaderThatRestartedLeavesNoHeadBehind() {
    leadsWith(one, STATE);
    one.stop(time);
    leadsWith(two, STATE);

    FactNode again = node(1);
    pass(70);

    assertThat(again.store.view("").values())
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.owner()).isEqualTo(FactNode.id(2)));
    assertThat(reader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void aHeadOfWhichAlmostNothingIsHereTakesNothingAway() {
    LocalStore store = LocalStore.of(FactNode.id(1));
    FactNode leader = new FactNode(store, time);
    leadsWith(leader, STATE);
    LocalStore other = store.forNode(FactNode.id(2));
    put(other, FactKey.head(FactNode.id(2)), FactCodec.encode(new FactHead(7, 5, MASTERS)));
    leader.publisher.active(false);

    pass(600);

    assertThat(leader.facts.cluster()).isEqualTo(STATE);
    assertThat(leader.facts.writer()).contains(FactNode.id(1));
  }

  @Test
  void aNewLeaderThatStillWaitsForAgentsEmptiesNothing() {
    leadsWith(one, STATE);
    stores.down(FactNode.id(1));

    leadsWith(two, ClusterState.EMPTY.with(MASTERS.awaiting(Set.of("S1", "S2", "S3"))));

    assertThat(reader.facts.writer()).contains(FactNode.id(2));
    assertThat(reader.facts.cluster()).isEqualTo(STATE.with(MASTERS.awaiting(Set.of("S3"))));

    two.says(STATE.without(DB.key()).withoutAgent("S2"));
    pass(1);
    assertThat(reader.facts.cluster()).isEqualTo(STATE.without(DB.key()).withoutAgent("S2"));
  }

  @Test
  void aRestartWritesOnlyWhatDiffers() {
    leadsWith(one, STATE);
    pass(10);
    one.stop(time);

    FactNode again = node(1);
    leadsWith(again, STATE.without(WEB.key()));
    pass(10);

    assertThat(again.puts()).isEqualTo(1); // the head, with one entry less
    assertThat(again.deletes()).isEqualTo(1);
    assertThat(reader.facts.cluster()).isEqualTo(STATE.without(WEB.key()));
  }

  @Test
  void aRestartRightAfterAnElectionLeavesWhatIsAwaited() {
    leadsWith(one, STATE);
    one.stop(time);

    FactNode again = node(1);
    leadsWith(
        again, STATE.without(WEB.key()).withoutAgent("S1").with(MASTERS.awaiting(Set.of("S1"))));

    assertThat(reader.facts.cluster()).isEqualTo(STATE);
    assertThat(again.deletes()).isZero();
  }

  @Test
  void aSourceThatIsNotReadyChangesNothing() {
    leadsWith(one, STATE);
    one.stop(time);

    FactNode again = node(1);
    again.publisher.active(true);
    pass(600);

    assertThat(again.puts() + again.deletes()).isZero();
    assertThat(reader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void aLeaderThatMissedTheFormerHeadClaimsAHigherOne() {
    leadsWith(one, STATE);
    one.publisher.active(false);
    stores.down(FactNode.id(2));
    stores.lost(FactNode.id(2));
    stores.down(FactNode.id(2));
    FactNode alone = node(2);
    alone.publisher.active(true);
    ClusterState other = STATE.without(DB.key());
    alone.says(other);
    pass(5);

    stores.up(FactNode.id(2));
    pass(20);

    assertThat(reader.facts.writer()).contains(FactNode.id(2));
    assertThat(reader.facts.cluster()).isEqualTo(other);
  }

  @Test
  void aLateClaimTakesOverWhatIsKnownOfAwaitedAgents() {
    leadsWith(reader, STATE);
    reader.publisher.active(false);
    leadsWith(one, STATE);
    one.publisher.active(false);
    stores.lost(FactNode.id(2));
    stores.down(FactNode.id(2));
    FactNode alone = node(2);
    alone.publisher.active(true);
    alone.says(ClusterState.EMPTY.with(MASTERS.awaiting(Set.of("S1", "S2"))));
    pass(5);

    stores.up(FactNode.id(2));
    pass(20);

    assertThat(reader.facts.writer()).contains(FactNode.id(2));
    assertThat(reader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void ownEntriesThatComeBackLateAreComparedAgain() {
    leadsWith(one, STATE);
    one.stop(time);
    stores.lost(FactNode.id(1));
    stores.down(FactNode.id(1));
    FactNode again = node(1);
    ClusterState less = STATE.without(WEB.key());
    again.publisher.active(true);
    again.says(less);
    pass(2);

    stores.up(FactNode.id(1));
    pass(20);

    assertThat(reader.facts.cluster()).isEqualTo(less);
    assertThat(again.facts.cluster()).isEqualTo(less);
  }

  @Test
  void aFullStoreIsTriedAgain() {
    stores.full(FactNode.id(1), true);
    leadsWith(one, STATE);
    pass(10);
    assertThat(reader.facts.ready()).isFalse();
    long failures = one.metrics.count("dcosnet.sources.facts.write.failures");
    assertThat(failures).isBetween(6L, 100L);

    stores.full(FactNode.id(1), false);
    pass(40);

    assertThat(reader.facts.cluster()).isEqualTo(STATE);
  }

  @Test
  void aStoreThatThrowsLosesNothingOfTheBatch() {
    LocalStore store = LocalStore.of(FactNode.id(1));
    AtomicBoolean broken = new AtomicBoolean(true);
    FactNode node = new FactNode(throwingOnPut(store, broken), time);
    leadsWith(node, STATE);
    pass(3);
    assertThat(store.view("")).isEmpty();

    broken.set(false);
    pass(40);

    FactNode late = new FactNode(store.forNode(FactNode.id(5)), time);
    pass(1);
    assertThat(late.facts.cluster()).isEqualTo(STATE);
  }

  private static ReplicatedStore throwingOnPut(ReplicatedStore store, AtomicBoolean broken) {
    return (ReplicatedStore)
        Proxy.newProxyInstance(
            ReplicatedStore.class.getClassLoader(),
            new Class<?>[] {ReplicatedStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("put") && broken.get()) {
                throw new IllegalStateException("not running");
              }
              return method.invoke(store, arguments);
            });
  }

  @Test
  void anUnreadableEntryHidesNoOther() {
    leadsWith(one, STATE);
    String key = FactKey.task(WEB.key(), FactNode.id(1).toString());
    LocalStore store = LocalStore.of(FactNode.id(1));
    one.store.view("").forEach((name, entry) -> put(store, name, entry.value()));
    put(store, key, Bytes.utf8("garbage"));
    put(store, "facts/other/x/y", Bytes.EMPTY);
    FactNode late = new FactNode(store.forNode(FactNode.id(5)), time);
    pass(1);

    assertThat(late.facts.cluster()).isEqualTo(STATE.without(WEB.key()));
    assertThat(late.facts.rejections())
        .extracting(Rejection::subject, Rejection::code)
        .containsExactly(tuple(key, "FACT_UNREADABLE"));
    assertThat(late.metrics.count("dcosnet.sources.facts.unreadable")).isEqualTo(2);

    put(store, key, one.store.view(key).firstEntry().getValue().value());
    pass(1);
    assertThat(late.facts.cluster()).isEqualTo(STATE);
    assertThat(late.facts.rejections()).isEmpty();
  }

  private static void put(LocalStore store, String key, Bytes value) {
    assertThat(store.put(key, value)).isCompleted();
  }

  @Test
  void aHeadWithoutItsEntriesWaits() {
    leadsWith(one, STATE);
    LocalStore store = LocalStore.of(FactNode.id(1));
    String missing = FactKey.task(WEB.key(), FactNode.id(1).toString());
    one.store.view("").forEach((name, entry) -> put(store, name, entry.value()));
    assertThat(store.delete(missing)).isCompleted();
    FactNode late = new FactNode(store.forNode(FactNode.id(5)), time);
    pass(9);
    assertThat(late.facts.ready()).isFalse();

    pass(2);

    assertThat(late.facts.cluster()).isEqualTo(STATE.without(WEB.key()));
  }

  @Test
  void aTaskThatIsTooLargeIsToldWithoutItsLabels() {
    Task large = WEB.toBuilder().label("HAPROXY_TEMPLATE", "x".repeat(70_000)).build();
    Task hopeless = DB.toBuilder().name("y".repeat(70_000)).build();

    leadsWith(one, STATE.with(large).with(hopeless));

    assertThat(reader.facts.cluster()).isEqualTo(STATE.without(DB.key()));
    assertThat(one.publisher.rejections())
        .extracting(Rejection::code)
        .containsExactlyInAnyOrder("FACT_WITHOUT_LABELS", "FACT_TOO_LARGE");
  }

  @Test
  void aTaskThatHasBecomeTooLargeIsNotToldAsItWas() {
    leadsWith(one, STATE);
    assertThat(reader.facts.cluster()).isEqualTo(STATE);

    one.says(STATE.with(DB.toBuilder().name("y".repeat(70_000)).build()));
    pass(1);

    assertThat(reader.facts.cluster()).isEqualTo(STATE.without(DB.key()));
    assertThat(one.publisher.rejections())
        .extracting(Rejection::code)
        .containsExactly("FACT_TOO_LARGE");
  }

  @Test
  void twentyThousandTasksAreToldInFiveSeconds() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      tasks.add(task("t" + i, "S1"));
    }
    ClusterState state = ClusterState.of(tasks, List.of(S1), List.of(F), MASTERS);

    LocalStore store = LocalStore.of(FactNode.id(1));
    FactNode leader = new FactNode(store, time);
    FactNode other = new FactNode(store.forNode(FactNode.id(2)), time);

    leadsWith(leader, state);
    pass(4);

    assertThat(other.facts.cluster()).isEqualTo(state);
  }
}
