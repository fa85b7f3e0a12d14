// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ReplicatedStore} does. Extend it, and give two nodes of one cluster that starts
 * empty.
 */
public abstract class ReplicatedStoreContract extends ReplicatedStoreWatching {

  /** For implementations. */
  protected ReplicatedStoreContract() {}

  @Test
  void startsEmpty() {
    assertThat(store().view("")).isEmpty();
  }

  @Test
  void showsOwnWritesWithTheirOwner() {
    Write write = put("task/a", "1");

    Entry entry = entry(store().view(""), "task/a");
    assertThat(entry.key()).isEqualTo("task/a");
    assertThat(entry.value()).isEqualTo(text("1"));
    assertThat(entry.owner()).isEqualTo(store().localNode());
    assertThat(entry.version()).isEqualTo(write.version());
    assertThat(entry.ownerState()).isEqualTo(OwnerState.ALIVE);
  }

  @Test
  void spreadsWritesToOtherNodes() {
    put("task/a", "1");
    settle();

    Entry entry = entry(peer().view(""), "task/a");
    assertThat(entry.value()).isEqualTo(text("1"));
    assertThat(entry.owner()).isEqualTo(store().localNode());
  }

  @Test
  void givesLaterWritesGreaterVersions() {
    Write first = put("a", "1");
    Write second = put("a", "1");
    Write third = delete("a");
    Write fourth = put("a", "1");

    assertThat(List.of(first, second, third, fourth))
        .extracting(Write::version)
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(entry(store().view(""), "a").version()).isEqualTo(fourth.version());
  }

  @Test
  void removesDeletedKeysEverywhere() {
    put("a", "1");
    settle();
    delete("a");
    settle();

    assertThat(store().view("")).isEmpty();
    assertThat(peer().view("")).isEmpty();
  }

  @Test
  void takesTheDeletionOfAMissingKeyAsAWrite() {
    assertThat(delete("never there").key()).isEqualTo("never there");
    assertThat(store().view("")).isEmpty();
  }

  @Test
  void givesBackNodesThatLackAWriteNamelyNone() {
    Write write = put("a", "1");
    CompletionStage<?> seen = store().awaitSeen(write, Duration.ofSeconds(10));
    settle();

    assertThat(done(seen)).isEqualTo(Set.of());
  }

  @Test
  void explainsWhereAnEntryComesFrom() {
    put("task/a", "1");

    assertThat(store().why("task/a")).contains("task/a", store().localNode().toString());
    assertThat(store().why("task/none")).contains("task/none");
  }

  @Test
  void showsExactlyTheKeysWithThePrefixInOrder() {
    for (String key : List.of("b", "a/2", "a", "a/10", "a0", "A/1", "a/", "ä/1", "a/\uffff")) {
      put(key, key);
    }

    assertThat(store().view("a/").keySet()).containsExactly("a/", "a/10", "a/2", "a/\uffff");
    assertThat(store().view("a").keySet())
        .containsExactly("a", "a/", "a/10", "a/2", "a/\uffff", "a0");
    assertThat(List.copyOf(store().view("").keySet())).hasSize(9).isSorted();
    assertThat(store().view("c")).isEmpty();
  }

  @Test
  void givesViewsThatNeverChange() {
    put("a", "1");
    NavigableMap<String, Entry> view = store().view("");
    Map<String, Entry> copy = new TreeMap<>(view);
    put("a", "2");
    put("b", "1");
    settle();

    assertThat(view).isEqualTo(copy);
    assertThatThrownBy(view::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.pollFirstEntry())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void takesTheLargestKeyAndValue() {
    String key = "é".repeat(ReplicatedStore.MAX_KEY_BYTES / 2);
    done(store().put(key, Bytes.copyOf(new byte[ReplicatedStore.MAX_VALUE_BYTES])));

    assertThat(entry(store().view(""), key).value().size())
        .isEqualTo(ReplicatedStore.MAX_VALUE_BYTES);
  }

  @Test
  void refusesKeysAndValuesOverTheirLimit() {
    Bytes tooMuch = Bytes.copyOf(new byte[ReplicatedStore.MAX_VALUE_BYTES + 1]);

    assertThatThrownBy(() -> store().put("", Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> store().put("é".repeat(256) + "x", Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("513 bytes");
    assertThatThrownBy(() -> store().put("a", tooMuch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65537 bytes");
    assertThatThrownBy(() -> store().delete("x".repeat(513)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store().view("")).isEmpty();
  }

  @Test
  void refusesKeysThatAreNoUnicode() {
    assertThatThrownBy(() -> store().put("half a pair \ud83d", Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().put("\ude00 the other half", Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    put("both \ud83d\ude00", "fine");
  }
}
