// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.gossip.crdt.CrdtOp;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All keys of one replica, with the clock that says which writes they hold.
 *
 * <p>The clock never claims a write that its key has not taken in. That is what all joins rely on:
 * an atom that the clock has and the cell has not was deleted.
 *
 * <p><b>Not thread-safe.</b>
 */
public final class StoreState {

  /** Hears of each change after it is made. */
  public interface Observer {
    /** Hears nothing. */
    Observer NONE = (key, before, after) -> {};

    /** A key changed; {@link Cell#EMPTY} stands for one that is not there. */
    void changed(String key, Cell before, Cell after);
  }

  /** What became of a delta. */
  public enum Outcome {
    /** It was taken in. */
    TAKEN,

    /** All of it was there already. */
    KNOWN,

    /** Something that it builds on has not come yet; nothing was changed. */
    EARLY,

    /** The key is beyond its limit or the store is; nothing was changed, but it is remembered. */
    REFUSED
  }

  /** An empty store of a replica. */
  public StoreState(ReplicaId self, StoreLimits limits) {
    throw new UnsupportedOperationException();
  }

  public ReplicaId self() {
    throw new UnsupportedOperationException();
  }

  /** Goes on as another replica, with all data: this one is used by somebody else as well. */
  public void become(ReplicaId next) {
    throw new UnsupportedOperationException();
  }

  /** Who hears of changes from now on. */
  public void observer(Observer observer) {
    throw new UnsupportedOperationException();
  }

  /** The cell of a key; {@link Cell#EMPTY} when there is none. */
  public Cell cell(String key) {
    throw new UnsupportedOperationException();
  }

  /** The key that a write went to, while it is live or may not be everywhere; null otherwise. */
  public @Nullable String keyOf(Dot dot) {
    throw new UnsupportedOperationException();
  }

  /** All cells, ghosts included, in no useful order; not to be changed. */
  public Map<String, Cell> cells() {
    throw new UnsupportedOperationException();
  }

  /** Not to be changed by others. */
  public DotClock clock() {
    throw new UnsupportedOperationException();
  }

  /** Keys that are read, ghosts left out. */
  public int keys() {
    throw new UnsupportedOperationException();
  }

  public int ghosts() {
    throw new UnsupportedOperationException();
  }

  /** Octets of all keys and values. */
  public long octets() {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes to a key.
   *
   * @param ops what is done, in order; {@link #delete} when there are none
   * @param time of the write, from the {@link Hlc}; greater than all before
   * @return what others must learn
   * @throws IllegalArgumentException when the key has another type, or an op cannot be done
   * @throws DcosNetException when the store is full or the value too large; nothing is changed
   */
  public Delta update(String key, List<CrdtOp> ops, long time) {
    throw new UnsupportedOperationException();
  }

  /** Removes all of a key that is seen; a write even where nothing is there. */
  public Delta delete(String key, long time) {
    throw new UnsupportedOperationException();
  }

  /** Takes in what another replica, or this one in an earlier life, wrote. */
  public Outcome take(Delta delta) {
    throw new UnsupportedOperationException();
  }

  /**
   * Joins a whole key of another replica.
   *
   * @param theirs clock of that replica when it was read
   * @return whether anything changed here
   */
  public boolean join(KeyState state, Seen theirs) {
    throw new UnsupportedOperationException();
  }

  /**
   * Counts all writes of another replica as taken in: after each of its keys that {@link #missing}
   * names for our clock was joined, and not before.
   */
  public void caughtUp(DotClock theirs) {
    throw new UnsupportedOperationException();
  }

  /**
   * The keys with a write that a clock does not have, each once; small ones first. May be used
   * while the store changes; then shows each key that was there all the time.
   */
  public Iterator<String> missing(DotClock theirs) {
    throw new UnsupportedOperationException();
  }

  /**
   * A number that stores with equal live atoms have in common; kept up to date with each change.
   * With equal {@link DotClock#digest clocks} it must be equal too.
   */
  public long liveDigest() {
    throw new UnsupportedOperationException();
  }

  /** The same over the keys of a bucket, 0 to 255. */
  public long liveDigest(int bucket) {
    throw new UnsupportedOperationException();
  }

  /** The bucket of a key, 0 to 255; the same on all nodes. */
  public static int bucket(String key) {
    throw new UnsupportedOperationException();
  }

  /** The keys of some buckets, ghosts included. */
  public Collection<String> keysIn(BitSet buckets) {
    throw new UnsupportedOperationException();
  }

  /**
   * Forgets which writes brought about what is there, up to a time by which all replicas have them;
   * ghosts without later writes are gone for good.
   */
  public void strip(long stable) {
    throw new UnsupportedOperationException();
  }

  /** The time of the latest write to be stripped at all; 0 when there is none. */
  public long oldestUnstable() {
    throw new UnsupportedOperationException();
  }

  /** All of it at this moment, to be written by another thread; takes time only for references. */
  public StoreImage image() {
    throw new UnsupportedOperationException();
  }

  /**
   * A store from what a disk holds.
   *
   * @param self who writes from now on; of an earlier generation everything is taken over
   * @param snapshot from {@link StoreImage#encode}; empty for none
   * @param records of {@link StoreRecord}, in their order
   * @throws io.dcosnet.api.DecodeException when it cannot be read
   */
  public static StoreState load(
      ReplicaId self, StoreLimits limits, Bytes snapshot, Iterable<Bytes> records) {
    throw new UnsupportedOperationException();
  }
}
