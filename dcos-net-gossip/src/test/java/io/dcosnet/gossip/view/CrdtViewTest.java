// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.Board;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.crdt.ConcurrentUpdateException;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.crdt.Field;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Keys of all types, as hosts write, read and watch them on one node. */
class CrdtViewTest {

  private static final NodeId OTHER = LoneReplica.node(2);

  private final LoneReplica lone = new LoneReplica();
  private final StoreView view =
      new StoreView(() -> LoneReplica.SELF, lone, lone.time, MetricsSink.none());
  private final CrdtStore crdts = view.crdts();
  private final StoreState other = new StoreState(new ReplicaId(OTHER, 1), StoreLimits.USUAL);
  private final List<String> told = new ArrayList<>();

  CrdtViewTest() {
    view.begin(lone.state);
  }

  private static Bytes text(String text) {
    return Bytes.utf8(text);
  }

  private <T> T done(CompletionStage<T> stage) {
    lone.settle();
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).isCompleted();
    return future.join();
  }

  private Version update(String key, CrdtOp... ops) {
    return done(crdts.update(key, List.of(ops)));
  }

  private CrdtValue value(String key) {
    return crdts.get(key).orElseThrow().value();
  }

  private void heard(String key, long millis, CrdtOp... ops) {
    Delta delta = other.update(key, List.of(ops), Hlc.at(millis));
    assertThat(lone.state.take(delta)).isEqualTo(StoreState.Outcome.TAKEN);
    lone.settle();
  }

  private <T extends Throwable> void fails(
      CompletionStage<?> stage, Class<T> kind, String... reasons) {
    lone.settle();
    assertThat(stage.toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(kind)
        .withMessageContainingAll(reasons);
  }

  private void watch(String prefix, List<Runnable> executor) {
    var unused =
        crdts.watch(
            prefix,
            executor::add,
            new CrdtStore.Listener() {
              @Override
              public void snapshot(NavigableMap<String, CrdtStore.Versioned> keys) {
                told.add("all " + (keys.size() > 9 ? keys.size() : keys.keySet()));
              }

              @Override
              public void changed(Map<String, CrdtStore.Versioned> present, Set<String> absent) {
                List<String> texts = new ArrayList<>();
                present.forEach((key, held) -> texts.add(key + "=" + held.value().type()));
                absent.forEach(key -> texts.add("-" + key));
                told.add(String.join(", ", texts));
                if (absent.contains("fault")) {
                  throw new IllegalStateException("thrown on purpose by CrdtViewTest");
                }
              }
            });
  }

  private static void runAll(List<Runnable> executor) {
    while (!executor.isEmpty()) {
      executor.remove(0).run();
    }
  }

  @Test
  void readsWhatEachTypeHolds() {
    Field field = new Field("hits", CrdtType.PN_COUNTER);
    update("lww", new CrdtOp.Put(text("1")));
    update("mv", new CrdtOp.Assign(text("1")));
    update("n", new CrdtOp.Add(7), new CrdtOp.Add(-2));
    update("flag", new CrdtOp.Switch(CrdtType.FLAG, true));
    update("off", new CrdtOp.Switch(CrdtType.DISABLE_WINS_FLAG, false));
    update("set", new CrdtOp.Insert(Set.of(text("a"), text("b"))));
    update("set", new CrdtOp.Remove(Set.of(text("a"))));
    update("map", new CrdtOp.InField(field, new CrdtOp.Add(3)));

    assertThat(value("lww")).isEqualTo(new CrdtValue.Register(text("1")));
    assertThat(value("mv")).isEqualTo(new CrdtValue.Values(List.of(text("1"))));
    assertThat(value("n")).isEqualTo(new CrdtValue.Count(5));
    assertThat(value("flag")).isEqualTo(new CrdtValue.On(CrdtType.FLAG, true));
    assertThat(value("off")).isEqualTo(new CrdtValue.On(CrdtType.DISABLE_WINS_FLAG, false));
    assertThat(value("set")).isEqualTo(new CrdtValue.Elements(Set.of(text("b"))));
    assertThat(value("map")).isEqualTo(new CrdtValue.Fields(Map.of(field, new CrdtValue.Count(3))));
    assertThat(crdts.view("").keySet())
        .containsExactly("flag", "lww", "map", "mv", "n", "off", "set");
    assertThat(crdts.view("m").keySet()).containsExactly("map", "mv");
    assertThat(view.view("").keySet()).as("entries").containsExactly("lww");
  }

  @Test
  void givesViewsThatNeverChange() {
    update("n", new CrdtOp.Add(1));
    NavigableMap<String, CrdtStore.Versioned> before = crdts.view("");
    update("n", new CrdtOp.Add(1));

    assertThat(before.get("n"))
        .extracting(CrdtStore.Versioned::value)
        .isEqualTo(new CrdtValue.Count(1));
    assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void showsThatADeletedKeyIsGone() {
    update("set", new CrdtOp.Insert(Set.of(text("a"))));
    done(crdts.delete("set"));

    assertThat(crdts.get("set")).isEmpty();
    assertThat(crdts.view("")).isEmpty();
  }

  @Test
  void writesOnlyOverTheVersionThatIsExpected() {
    Version first = update("n", new CrdtOp.Add(1));
    assertThat(crdts.get("n").orElseThrow().version()).isEqualTo(first);
    Version second = done(crdts.update("n", first, List.of(new CrdtOp.Add(1))));
    assertThat(second).isGreaterThan(first);

    fails(
        crdts.update("n", first, List.of(new CrdtOp.Add(1))),
        ConcurrentUpdateException.class,
        "n",
        first.toString());
    fails(
        crdts.update("none", first, List.of(new CrdtOp.Add(1))),
        ConcurrentUpdateException.class,
        "none");
    assertThat(value("n")).isEqualTo(new CrdtValue.Count(2));
  }

  @Test
  void seesTheVersionMoveWithinATurn() {
    Version first = update("n", new CrdtOp.Add(1));
    var winner = crdts.update("n", first, List.of(new CrdtOp.Add(1)));
    var loser = crdts.update("n", first, List.of(new CrdtOp.Add(1)));

    assertThat(done(winner)).isGreaterThan(first);
    fails(loser, ConcurrentUpdateException.class, "n");
  }

  @Test
  void takesALateWriteForAChangeThoughItIsOlder() {
    Version mine = update("n", new CrdtOp.Add(1));
    heard("n", 1000, new CrdtOp.Add(10));

    assertThat(value("n")).isEqualTo(new CrdtValue.Count(11));
    assertThat(crdts.get("n").orElseThrow().version()).isGreaterThan(mine);
    fails(
        crdts.update("n", mine, List.of(new CrdtOp.Add(1))), ConcurrentUpdateException.class, "n");
  }

  @Test
  void keepsVersionAndWatchersQuietWhenHistoryIsStripped() {
    Version version = update("set", new CrdtOp.Insert(Set.of(text("a"), text("b"))));
    version = done(crdts.update("set", version, List.of(new CrdtOp.Remove(Set.of(text("a"))))));
    List<Runnable> executor = new ArrayList<>();
    watch("", executor);
    runAll(executor);
    lone.state.strip(Long.MAX_VALUE);
    lone.settle();
    runAll(executor);

    assertThat(crdts.get("set").orElseThrow().version()).isEqualTo(version);
    assertThat(told).containsExactly("all [set]");
  }

  @Test
  void refusesAnOpOfAnotherType() {
    update("n", new CrdtOp.Add(1));

    fails(
        crdts.update("n", List.of(new CrdtOp.Put(text("1")))),
        DcosNetException.class,
        "n",
        "PN_COUNTER",
        "LWW_REGISTER");
    fails(view.put("n", text("1")), DcosNetException.class, "PN_COUNTER");
    assertThat(value("n")).isEqualTo(new CrdtValue.Count(1));
  }

  @Test
  void refusesNoOpsAndTooMany() {
    assertThatThrownBy(() -> crdts.update("n", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ops: 0");
    assertThatThrownBy(() -> crdts.update("n", Collections.nCopies(1001, new CrdtOp.Add(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ops: 1001");
    assertThatThrownBy(() -> crdts.update("", List.of(new CrdtOp.Add(1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void doesManyOpsAtOnce() {
    List<CrdtOp> ops = new ArrayList<>(Collections.nCopies(1000, new CrdtOp.Add(1)));

    done(crdts.update("n", ops));

    assertThat(value("n")).isEqualTo(new CrdtValue.Count(1000));
  }

  @Test
  void tellsAWatcherOfAllTypesAndOfKeysThatChangeTheirs() {
    List<Runnable> executor = new ArrayList<>();
    update("old", new CrdtOp.Put(text("1")));
    update("k", new CrdtOp.Put(text("1")));
    watch("k", executor);
    runAll(executor);
    update("other", new CrdtOp.Add(1));
    update("k/n", new CrdtOp.Add(1));
    done(crdts.delete("k"));
    update("k", new CrdtOp.Insert(Set.of(text("a"))));
    runAll(executor);
    done(crdts.delete("k/n"));
    runAll(executor);

    assertThat(told).containsExactly("all [k]", "k/n=PN_COUNTER, k=OR_SET", "-k/n");
    assertThat(view.view("").keySet()).containsExactly("old");
  }

  @Test
  void goesOnAfterAListenerThatThrows() {
    List<Runnable> executor = new ArrayList<>();
    update("fault", new CrdtOp.Add(1));
    watch("", executor);
    runAll(executor);
    done(crdts.delete("fault"));
    runAll(executor);
    update("n", new CrdtOp.Add(1));
    runAll(executor);

    assertThat(told).containsExactly("all [fault]", "-fault", "n=PN_COUNTER");
  }

  @Test
  void startsALateWatcherAnewAfterTooManyChanges() {
    List<Runnable> executor = new ArrayList<>();
    watch("", executor);
    runAll(executor);
    for (int i = 0; i <= Board.MAX_PENDING_KEYS; i++) {
      var unused = crdts.update("k" + i, List.of(new CrdtOp.Add(1)));
    }
    lone.settle();
    runAll(executor);

    assertThat(told).containsExactly("all []", "all " + (Board.MAX_PENDING_KEYS + 1));
  }

  @Test
  void changesOneFieldOfALargeMapWithoutReadingTheOthers() {
    List<CrdtOp> ops = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      ops.add(
          new CrdtOp.InField(
              new Field("f" + i, CrdtType.LWW_REGISTER), new CrdtOp.Put(text("" + i))));
    }
    for (int from = 0; from < ops.size(); from += 1000) {
      done(crdts.update("map", ops.subList(from, from + 1000)));
    }
    for (int i = 0; i < 1000; i++) {
      var unused = crdts.update("map", List.of(ops.get(i)));
    }
    lone.settle();

    assertThat(((CrdtValue.Fields) value("map")).fields()).hasSize(10_000);
  }
}
