// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/**
 * The half of {@link ReplicatedStoreContract} that is about watching, and what both halves need.
 */
abstract class ReplicatedStoreWatching {

  private final SlowExecutor executor = new SlowExecutor();
  private final Follower follower = new Follower();

  /** The store of one node, the same one during a test. */
  protected abstract ReplicatedStore store();

  /** The store of another node of the same cluster. */
  protected abstract ReplicatedStore peer();

  /** Lets everything that was written arrive everywhere, and everything known reach executors. */
  protected abstract void settle();

  /** How many changed keys a watcher may be late by before it gets a new snapshot. */
  protected abstract int maxPendingKeys();

  static Bytes text(String text) {
    return Bytes.utf8(text);
  }

  final Write put(String key, String value) {
    return done(store().put(key, text(value)));
  }

  final Write delete(String key) {
    return done(store().delete(key));
  }

  final <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (!future.isDone()) {
      settle();
    }
    assertThat(future).isCompleted();
    return future.join();
  }

  static Entry entry(Map<String, Entry> entries, String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new AssertionError("no entry " + key + " in " + entries.keySet());
    }
    return entry;
  }

  private void deliver() {
    settle();
    executor.runAll();
  }

  @Test
  void tellsAWatcherWhatIsThereAndThenWhatChanges() {
    put("a", "1");
    store().watch("", executor, follower);
    deliver();
    assertThat(follower.log).containsExactly("snapshot [a]");

    put("b", "1");
    deliver();
    put("a", "2");
    deliver();
    delete("b");
    deliver();

    assertThat(follower.log).containsExactly("snapshot [a]", "+b", "*a", "-b");
    assertThat(follower.seen).isEqualTo(store().view(""));
  }

  @Test
  void tellsAWatcherWhatOtherNodesWrite() {
    peer().watch("", executor, follower);
    deliver();
    put("a", "1");
    deliver();

    assertThat(follower.log).containsExactly("snapshot []", "+a");
  }

  @Test
  void tellsAWatcherOnlyOfItsPrefix() {
    store().watch("a/", executor, follower);
    deliver();
    put("a", "1");
    put("a0", "1");
    deliver();
    put("a/1", "1");
    deliver();

    assertThat(follower.log).containsExactly("snapshot []", "+a/1");
  }

  @Test
  void mergesChangesOfAKeyForASlowWatcher() {
    put("kept", "1");
    put("gone", "1");
    store().watch("", executor, follower);
    deliver();
    for (int i = 2; i < 100; i++) {
      put("kept", "" + i);
    }
    delete("gone");
    put("brief", "1");
    delete("brief");
    settle();
    executor.runAll();

    assertThat(follower.log).hasSize(3).endsWith("-gone").contains("*kept");
    assertThat(follower.seen).isEqualTo(store().view(""));
    assertThat(entry(follower.seen, "kept").value()).isEqualTo(text("99"));
  }

  @Test
  void startsALateWatcherAnewAfterTooManyChanges() {
    store().watch("", executor, follower);
    deliver();
    for (int i = 0; i <= maxPendingKeys(); i++) {
      put("key/" + i, "1");
    }
    deliver();

    assertThat(follower.log).hasSize(3);
    assertThat(follower.log.get(1)).isEqualTo("resync");
    assertThat(follower.log.get(2)).startsWith("snapshot [");
    assertThat(follower.seen).isEqualTo(store().view(""));

    put("after", "1");
    deliver();
    assertThat(follower.log).hasSize(4).endsWith("+after");
  }

  @Test
  void tellsNothingAfterTheSubscriptionIsClosed() {
    Subscription subscription = store().watch("", executor, follower);
    deliver();
    put("a", "1");
    settle();
    subscription.close();
    subscription.close();
    executor.runAll();
    put("b", "1");
    deliver();

    assertThat(follower.log).containsExactly("snapshot []");
  }

  @Test
  void canBeUnsubscribedByTheListener() {
    List<Subscription> own = new ArrayList<>();
    Follower leaving =
        new Follower() {
          @Override
          public void changed(List<Change<Entry>> changes) {
            super.changed(changes);
            own.get(0).close();
          }
        };
    own.add(store().watch("", executor, leaving));
    deliver();
    put("a", "1");
    deliver();
    put("b", "1");
    deliver();

    assertThat(leaving.log).containsExactly("snapshot []", "+a");
  }

  @Test
  void goesOnAfterAListenerThatThrows() {
    Follower failing =
        new Follower() {
          @Override
          public void changed(List<Change<Entry>> changes) {
            super.changed(changes);
            throw new IllegalStateException("thrown on purpose by ReplicatedStoreContract");
          }
        };
    store().watch("", executor, failing);
    store().watch("", executor, follower);
    deliver();
    put("a", "1");
    deliver();
    put("b", "1");
    deliver();

    assertThat(failing.log).containsExactly("snapshot []", "+a", "+b");
    assertThat(follower.log).containsExactly("snapshot []", "+a", "+b");
  }

  @Test
  void letsAListenerWriteWhatItWatches() {
    Follower echoing =
        new Follower() {
          @Override
          public void changed(List<Change<Entry>> changes) {
            super.changed(changes);
            if (seen.size() < 5) {
              put("echo/" + seen.size(), "1");
            }
          }
        };
    store().watch("", executor, echoing);
    deliver();
    put("echo/0", "1");
    for (int i = 0; i < 10; i++) {
      deliver();
    }

    assertThat(echoing.log)
        .containsExactly("snapshot []", "+echo/0", "+echo/1", "+echo/2", "+echo/3", "+echo/4");
  }

  @Test
  void neverCallsAListenerWhileItIsBeingCalled() {
    Follower nested =
        new Follower() {
          private boolean inside;

          @Override
          public void changed(List<Change<Entry>> changes) {
            assertThat(inside).isFalse();
            inside = true;
            if (seen.isEmpty()) {
              put("b", "1");
              settle();
            }
            super.changed(changes);
            inside = false;
          }
        };
    store().watch("", Runnable::run, nested);
    settle();
    put("a", "1");
    settle();

    assertThat(nested.log).containsExactly("snapshot []", "+a", "+b");
  }

  @Test
  void tellsEnoughToFollowAnyRandomHistory() {
    SplittableRandom random = new SplittableRandom(20261101);
    store().watch("k", executor, follower);
    Follower atPeer = new Follower();
    peer().watch("k", executor, atPeer);
    for (int step = 0; step < 2000; step++) {
      String key = "k" + random.nextInt(12);
      if (random.nextInt(3) == 0) {
        delete(key);
      } else {
        put(key, "" + step);
      }
      if (random.nextInt(10) == 0) {
        deliver();
        assertThat(values(follower.seen)).isEqualTo(values(store().view("k")));
        assertThat(values(atPeer.seen)).isEqualTo(values(store().view("k")));
      }
    }
  }

  private static Map<String, Bytes> values(Map<String, Entry> entries) {
    Map<String, Bytes> values = new TreeMap<>();
    entries.forEach((key, entry) -> values.put(key, entry.value()));
    return values;
  }

  /** Keeps what it is handed until the test lets it run: a listener that takes its time. */
  private static final class SlowExecutor implements Executor {
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @Override
    public void execute(Runnable work) {
      waiting.add(work);
    }

    void runAll() {
      for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
        work.run();
      }
    }
  }

  /** Rebuilds the entries from what it is told, and notes every call. */
  private static class Follower implements ReplicatedStore.Listener {
    final List<String> log = new ArrayList<>();
    NavigableMap<String, Entry> seen = new TreeMap<>();

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      log.add("snapshot " + entries.keySet());
      seen = new TreeMap<>(entries);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      for (Change<Entry> change : changes) {
        String key = change.latest().key();
        Entry after = change.after();
        assertThat(seen.get(key)).as("before of %s", key).isEqualTo(change.before());
        if (after == null) {
          seen.remove(key);
          log.add("-" + key);
        } else {
          log.add((change.before() == null ? "+" : "*") + key);
          seen.put(key, after);
        }
      }
      assertThat(changes).extracting(change -> change.latest().key()).doesNotHaveDuplicates();
    }

    @Override
    public void resync() {
      log.add("resync");
    }
  }
}
