// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Small entries that every node has a copy of.
 *
 * <p>Keys are paths with slashes. Each key has <b>one writer</b>: by convention it ends in the id
 * of the node that writes it, so the last write wins and nothing needs to be merged. Nothing is
 * hidden: the entry of a dead owner stays readable with its {@link OwnerState}, and each reader
 * decides.
 *
 * <p>Meant for up to {@value #MAX_KEYS} keys of some hundred bytes and a steady 200 writes a
 * second.
 *
 * <p><b>Thread-safe.</b>
 */
public interface ReplicatedStore {

  /** Largest number of keys. */
  int MAX_KEYS = 250_000;

  /** Largest key in UTF-8 bytes. */
  int MAX_KEY_BYTES = 512;

  /** Largest value in bytes. */
  int MAX_VALUE_BYTES = 64 * 1024;

  /** Largest sum of all keys and values in bytes. */
  long MAX_TOTAL_BYTES = 512L * 1024 * 1024;

  /** What is known of the node that owns an entry. */
  enum OwnerState {
    ALIVE,
    SUSPECT,
    DEAD,
    LEFT;

    /** False for one that is believed dead or has left; a doubt alone takes nobody out. */
    public boolean lives() {
      return this == ALIVE || this == SUSPECT;
    }
  }

  /**
   * Order of writes to one key: the greater one wins on every node.
   *
   * @param clock hybrid logical clock of the writer, never decreasing there
   */
  record Version(long clock, NodeId writer) implements Comparable<Version> {
    @Override
    public int compareTo(Version other) {
      int byClock = Long.compareUnsigned(clock, other.clock);
      return byClock != 0 ? byClock : writer.compareTo(other.writer);
    }
  }

  /**
   * One key with its value. <b>Immutable.</b>
   *
   * @param owner the node that wrote it
   * @param ownerStateSince wall clock of this node when it learnt the owner's state
   */
  record Entry(
      String key,
      Bytes value,
      NodeId owner,
      Version version,
      OwnerState ownerState,
      Instant ownerStateSince) {
    public Entry {
      requireNonNull(key, "key");
      requireNonNull(value, "value");
      requireNonNull(owner, "owner");
      requireNonNull(version, "version");
      requireNonNull(ownerState, "ownerState");
      requireNonNull(ownerStateSince, "ownerStateSince");
    }
  }

  /** A write that this node has taken. <b>Immutable.</b> */
  record Write(String key, Version version) {}

  /** Told what happens below a prefix; one call at a time, in order; must not block for long. */
  interface Listener {

    /** First call, and again after {@link #resync}: everything below the prefix. */
    void snapshot(NavigableMap<String, Entry> entries);

    /** What changed since the last call; a key at most once. A change of owner state counts. */
    void changed(List<Change<Entry>> changes);

    /** Changes were lost because the listener was too slow; a snapshot follows at once. */
    default void resync() {}
  }

  /** The node that writes through this object. */
  NodeId localNode();

  /**
   * Sets a value; writing what is there already is a new write all the same.
   *
   * @return completes when this node has it safe as far as the store's durability goes; fails with
   *     {@link io.dcosnet.api.DcosNetException} when the store is full
   * @throws IllegalArgumentException for a key or value over its limit, or a key that is empty or
   *     no valid Unicode
   */
  CompletionStage<Write> put(String key, Bytes value);

  /**
   * Removes a key; removing a missing one is a write all the same.
   *
   * @throws IllegalArgumentException as for {@link #put}
   */
  CompletionStage<Write> delete(String key);

  /**
   * All keys that start with {@code prefix} now, sorted as strings; immutable. The empty prefix
   * means all.
   */
  NavigableMap<String, Entry> view(String prefix);

  /**
   * Watches a prefix from a snapshot on. What the listener throws is logged and ends nothing; when
   * the executor refuses, the next change tries again.
   */
  Subscription watch(String prefix, Executor executor, Listener listener);

  /**
   * Waits until every live node has the write, or something newer.
   *
   * @return the nodes that had not confirmed it when the time was over; empty when all have
   */
  CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout);

  /** For a person: where the entry came from, when, and who has it. */
  String why(String key);
}
