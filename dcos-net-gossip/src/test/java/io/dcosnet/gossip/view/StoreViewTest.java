// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Listener;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.api.store.ReplicatedStore.Write;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What hosts see of the replica of one node, and what becomes of what they ask it for. */
class StoreViewTest {

  private static final NodeId OTHER = LoneReplica.node(2);

  private final LoneReplica lone = new LoneReplica();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final StoreView view = viewOf(lone);
  private final StoreState other = new StoreState(new ReplicaId(OTHER, 1), StoreLimits.USUAL);
  private final List<String> told = new ArrayList<>();

  private StoreView viewOf(LoneReplica of) {
    StoreView made = new StoreView(() -> LoneReplica.SELF, of, of.time, metrics);
    made.begin(of.state);
    return made;
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

  private void fails(CompletionStage<?> stage, String... reasons) {
    lone.settle();
    assertThat(stage.toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(DcosNetException.class)
        .withMessageContainingAll(reasons);
  }

  private Entry entry(String key) {
    Entry entry = view.view("").get(key);
    if (entry == null) {
      throw new AssertionError("no entry " + key);
    }
    return entry;
  }

  /** A write of another node, as it comes in. */
  private void heard(String key, String value, long millis) {
    Delta delta = other.update(key, List.of(new CrdtOp.Put(text(value))), Hlc.at(millis));
    assertThat(lone.state.take(delta)).isEqualTo(StoreState.Outcome.TAKEN);
  }

  private void watch(StoreView of) {
    var unused =
        of.watch(
            "",
            Runnable::run,
            new Listener() {
              @Override
              public void snapshot(NavigableMap<String, Entry> entries) {
                told.add("all " + entries.keySet());
              }

              @Override
              public void changed(List<Change<Entry>> changes) {
                List<String> texts = new ArrayList<>();
                for (Change<Entry> change : changes) {
                  Entry after = change.after();
                  texts.add(
                      after == null
                          ? "-" + change.latest().key()
                          : after.key() + "=" + after.value().toUtf8() + " " + after.ownerState());
                }
                told.add(String.join(", ", texts));
              }
            });
  }

  @Test
  void showsAWriteBeforeItIsDone() {
    List<String> seen = new ArrayList<>();
    var unused = view.put("a", text("1")).thenRun(() -> seen.addAll(view.view("").keySet()));
    lone.settle();

    assertThat(seen).containsExactly("a");
    assertThat(entry("a").owner()).isEqualTo(LoneReplica.SELF);
    assertThat(Hlc.millis(entry("a").version().clock())).isEqualTo(lone.time.wallMillis());
  }

  @Test
  void tellsOfAWriteWhenTheDiskHasIt() {
    lone.slowDisk();
    CompletionStage<Write> write = view.put("a", text("1"));
    lone.settle();
    assertThat(write.toCompletableFuture()).isNotCompleted();
    assertThat(metrics.gauge("dcosnet.gossip.kv.pending")).isEqualTo(1);

    lone.disk("");

    assertThat(done(write).version()).isEqualTo(entry("a").version());
    assertThat(metrics.gauge("dcosnet.gossip.kv.pending")).isZero();
  }

  @Test
  void saysWhyTheDiskDidNotTakeAWrite() {
    lone.slowDisk();
    CompletionStage<Write> write = view.put("a", text("1"));
    lone.settle();
    lone.disk("no space left");

    fails(write, "no space left");
    assertThat(metrics.count("dcosnet.gossip.kv.write.failures")).isEqualTo(1);
  }

  @Test
  void showsAllOfATurnAtOnce() {
    watch(view);
    var first = view.put("a", text("1"));
    var second = view.put("b", text("1"));
    var third = view.put("a", text("2"));
    var fourth = view.delete("b");
    var fifth = view.put("c", text("1"));
    lone.settle();

    assertThat(List.of(first, second, third, fourth, fifth))
        .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isCompleted());
    assertThat(told).containsExactly("all []", "a=2 ALIVE, c=1 ALIVE");
  }

  @Test
  void showsWhatOtherNodesWroteWithWhatIsBelievedOfThem() {
    watch(view);
    heard("a", "1", 1000);
    lone.settle();
    assertThat(entry("a").owner()).isEqualTo(OTHER);
    assertThat(entry("a").version()).isEqualTo(new Version(Hlc.at(1000), OTHER));

    view.ownerState(OTHER, Member.State.ALIVE);
    lone.settle();
    view.ownerState(OTHER, Member.State.DEAD);
    view.ownerState(OTHER, Member.State.SUSPECT);
    lone.settle();
    view.ownerState(OTHER, null);
    lone.settle();

    assertThat(told).containsExactly("all []", "a=1 DEAD", "a=1 ALIVE", "a=1 SUSPECT");
    assertThat(entry("a").ownerStateSince()).isEqualTo(VirtualTime.EPOCH);
  }

  @Test
  void beginsWithWhatIsThereAndHidesWhatTheStoreKeepsForItself() {
    heard("a", "1", 1000);
    heard("\u0000replica/x", "1", 1000);
    lone.state.delete("gone", Hlc.at(2000));
    StoreView late = viewOf(lone);
    watch(late);

    assertThat(told).containsExactly("all [a]");
    assertThat(late.crdts().view("").keySet()).containsExactly("a");
    heard("\u0000replica/y", "1", 1000);
    heard("b", "1", 1000);
    lone.settle();
    assertThat(told).containsExactly("all [a]", "b=1 DEAD");
  }

  @Test
  void doesNotTellOfAConcurrentWriteThatLoses() {
    Write mine = done(view.put("a", text("mine")));
    watch(view);
    heard("a", "theirs", 1000);
    lone.settle();

    assertThat(told).containsExactly("all [a]");
    assertThat(entry("a").version()).isEqualTo(mine.version());
  }

  @Test
  void refusesKeysOfTheStoreItselfAtOnce() {
    assertThatThrownBy(() -> view.put("\u0000replica/x", Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("U+0000");
    assertThatThrownBy(() -> view.delete("\u0000replica/x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysThatTheStoreIsFull() {
    LoneReplica small = new LoneReplica(new StoreLimits(1, 1000, 100, 200));
    StoreView full = viewOf(small);
    var first = full.put("a", text("1"));
    var second = full.put("b", text("1"));
    small.settle();

    assertThat(first.toCompletableFuture()).isCompleted();
    fails(second, "full");
    assertThat(full.view("").keySet()).containsExactly("a");
  }

  @Test
  void failsWhatIsAskedWhereNoReplicaRuns() {
    lone.over("the node is not started yet");

    fails(view.put("a", Bytes.EMPTY), "write of a", "not started yet");
    fails(view.delete("a"), "not started yet");
    fails(
        view.awaitSeen(new Write("a", new Version(1, OTHER)), Duration.ofSeconds(1)),
        "awaitSeen of a",
        "not started yet");
  }

  @Test
  void failsWhatWaitsAtTheEndAndShowsWhatThereIs() {
    done(view.put("a", text("1")));
    lone.slowDisk();
    CompletionStage<Write> write = view.put("b", text("1"));
    lone.settle();
    lone.over("the node does not run any more");
    heard("late", "1", 1000);
    view.end("the node does not run any more");

    fails(write, "does not run any more");
    assertThat(view.view("").keySet()).containsExactly("a", "b", "late");
    fails(view.put("c", Bytes.EMPTY), "does not run any more");
    assertThat(metrics.gauge("dcosnet.gossip.kv.pending")).isZero();
  }

  @Test
  void namesWhoDidNotConfirmAWriteInTime() {
    lone.meet(OTHER);
    Write write = done(view.put("a", text("1")));
    CompletionStage<Set<NodeId>> seen = view.awaitSeen(write, Duration.ofSeconds(1));
    lone.settle();
    assertThat(lone.asked).contains(OTHER);
    assertThat(seen.toCompletableFuture()).isNotCompleted();
    lone.time.advance(Duration.ofSeconds(2));

    assertThat(done(seen)).containsExactly(OTHER);
  }

  @Test
  void asksForDeletedAndOverwrittenWritesAndThoseOfOthersToo() {
    Write overwritten = done(view.put("a", text("1")));
    done(view.put("a", text("2")));
    Write deletion = done(view.delete("b"));
    heard("c", "1", 1000);
    lone.settle();
    Write other = new Write("c", entry("c").version());

    for (Write write : List.of(overwritten, deletion, other)) {
      assertThat(done(view.awaitSeen(write, Duration.ofSeconds(1)))).isEmpty();
    }
    fails(
        view.awaitSeen(new Write("d", new Version(5, OTHER)), Duration.ofSeconds(1)),
        "does not know");
  }

  @Test
  void explainsEntriesAndKeysOfOtherTypes() {
    done(view.put("a", text("1")));
    done(view.crdts().update("n", List.of(new CrdtOp.Add(5))));

    assertThat(view.why("a"))
        .contains("a", LoneReplica.SELF.toString(), "ALIVE", "2026-01-01T00:00:00");
    assertThat(view.why("n")).contains("n", "PN_COUNTER", LoneReplica.SELF.toString());
    assertThat(view.why("x")).contains("x", "not in the store");
    assertThat(entry("a").ownerState()).isEqualTo(OwnerState.ALIVE);
  }
}
