// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.Board;
import io.dcosnet.api.store.EntryBoard;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Listener;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What implementers of a store get beyond what the contract shows on one. */
class EntryBoardTest {

  private static final NodeId HERE = new NodeId(new UUID(0, 1));
  private static final NodeId THERE = new NodeId(new UUID(0, 2));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final EntryBoard board =
      new EntryBoard(time, OwnerState.DEAD, metrics.counter("resyncs", "for this test"));
  private final List<String> told = new ArrayList<>();
  private long clock;

  private void put(EntryBoard.Edit edit, NodeId owner, String key) {
    edit.put(key, Bytes.utf8(key), owner, new Version(++clock, owner));
  }

  private void put(NodeId owner, String... keys) {
    board.change(
        edit -> {
          for (String key : keys) {
            put(edit, owner, key);
          }
          return edit.size();
        });
  }

  private Entry entry(String key) {
    Entry entry = board.get(key);
    if (entry == null) {
      throw new AssertionError("no entry " + key);
    }
    return entry;
  }

  private void watch(String prefix) {
    var unused =
        board.watch(
            prefix,
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
                          : after.key() + " " + after.ownerState());
                }
                told.add(String.join(", ", texts));
              }
            });
  }

  @Test
  void showsAllChangesOfOneCallAtOnce() {
    put(HERE, "old");
    watch("");
    board.change(
        edit -> {
          put(edit, HERE, "a");
          put(edit, HERE, "b");
          edit.remove("old");
          assertThat(edit.get("a")).isNotNull();
          assertThat(edit.get("old")).isNull();
          assertThat(board.view("").keySet()).containsExactly("old");
          return edit.size();
        });

    assertThat(told).containsExactly("all [old]", "a DEAD, b DEAD, -old");
  }

  @Test
  void showsNothingOfChangesThatFail() {
    put(HERE, "old");
    watch("");

    assertThatThrownBy(
            () ->
                board.change(
                    edit -> {
                      put(edit, HERE, "a");
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");

    assertThat(board.view("").keySet()).containsExactly("old");
    assertThat(told).containsExactly("all [old]");
    put(HERE, "b");
    assertThat(told).containsExactly("all [old]", "b DEAD");
  }

  @Test
  void believesOfAnOwnerThatNothingWasSaidAboutWhatItWasMadeFor() {
    put(THERE, "a");
    assertThat(entry("a").ownerState()).isEqualTo(OwnerState.DEAD);
    time.advance(Duration.ofSeconds(3));

    board.ownerState(THERE, OwnerState.ALIVE);

    assertThat(entry("a").ownerState()).isEqualTo(OwnerState.ALIVE);
    assertThat(entry("a").ownerStateSince()).isEqualTo(VirtualTime.EPOCH.plusSeconds(3));
  }

  @Test
  void changesTheStateOfAnOwnersPresentEntriesOnly() {
    board.ownerState(HERE, OwnerState.ALIVE);
    board.ownerState(THERE, OwnerState.ALIVE);
    put(THERE, "given away", "removed", "kept");
    put(HERE, "given away", "taken");
    put(THERE, "taken");
    board.change(
        edit -> {
          edit.remove("removed");
          return edit.size();
        });
    watch("");

    board.ownerState(THERE, OwnerState.SUSPECT);

    assertThat(told).hasSize(2).endsWith("kept SUSPECT, taken SUSPECT");
    assertThat(entry("given away").ownerState()).isEqualTo(OwnerState.ALIVE);
  }

  @Test
  void keepsWhatWasBelievedLastOfAnOwnerThatIsForgotten() {
    board.ownerState(THERE, OwnerState.LEFT);
    put(THERE, "a");
    board.forget(THERE);
    put(THERE, "b");
    assertThat(entry("b").ownerState()).isEqualTo(OwnerState.LEFT);

    board.change(
        edit -> {
          edit.remove("a");
          edit.remove("b");
          return edit.size();
        });
    put(THERE, "a");

    assertThat(entry("a").ownerState()).as("of nobody that is known").isEqualTo(OwnerState.DEAD);
  }

  @Test
  void showsManyEntriesOfAnOwnerAsItShowsFew() {
    for (int i = 0; i < 1000; i++) {
      put(i % 100 == 0 ? HERE : THERE, "%03d".formatted(i));
    }
    board.ownerState(HERE, OwnerState.LEFT);
    board.ownerState(THERE, OwnerState.SUSPECT);

    assertThat(board.size()).isEqualTo(1000);
    assertThat(board.view("").values())
        .allSatisfy(
            entry ->
                assertThat(entry.ownerState())
                    .isEqualTo(entry.owner().equals(HERE) ? OwnerState.LEFT : OwnerState.SUSPECT));
  }

  @Test
  void showsTheStatesOfManyOwnersAtOnce() {
    put(HERE, "a", "b");
    put(THERE, "c");
    watch("");

    board.ownerStates(Map.of(HERE, OwnerState.SUSPECT, THERE, OwnerState.DEAD));
    assertThat(told).containsExactly("all [a, b, c]", "a SUSPECT, b SUSPECT");

    board.ownerStates(Map.of(HERE, OwnerState.ALIVE, THERE, OwnerState.ALIVE));
    assertThat(told).hasSize(3).endsWith("a ALIVE, b ALIVE, c ALIVE");
  }

  @Test
  void replacesAllThatIsThere() {
    board.ownerState(HERE, OwnerState.ALIVE);
    put(HERE, "a", "b");
    watch("");

    board.replace(
        List.of(
            new EntryBoard.Unowned("c", Bytes.utf8("1"), new Version(7, THERE)),
            new EntryBoard.Unowned("b", Bytes.utf8("2"), new Version(8, HERE))));

    assertThat(told).containsExactly("all [a, b]", "-a, b ALIVE, c DEAD");
    board.ownerState(HERE, OwnerState.SUSPECT);
    assertThat(told).hasSize(3).endsWith("b SUSPECT");
  }

  @Test
  void tellsAWatcherAnewOfALongListOfEntriesWhoseOwnerDied() {
    board.ownerState(THERE, OwnerState.ALIVE);
    String[] keys = new String[Board.MAX_PENDING_KEYS + 1];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "k" + i;
    }
    put(THERE, keys);
    watch("");
    board.ownerState(THERE, OwnerState.DEAD);

    assertThat(told).hasSize(2);
    assertThat(told.get(1)).startsWith("all [");
    assertThat(metrics.count("resyncs")).isEqualTo(1);
  }

  @Test
  void explainsAnEntryByTheClockOfItsStore() {
    put(HERE, "a");

    assertThat(board.why("a", clock -> Instant.ofEpochSecond(clock)))
        .contains("a", HERE.toString(), "1970-01-01T00:00:01Z", "DEAD");
    assertThat(board.why("b", clock -> Instant.EPOCH)).contains("b", "not in the store");
  }
}
