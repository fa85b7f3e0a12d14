// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.gossip.crdt.CrdtOp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

  /** Keys with more than this are sent behind all others. */
  private static final int LARGE = 64 << 10;

  private final Contents contents = new Contents();
  private final Room room;
  private final Quarantine quarantine = new Quarantine();
  private final DotClock clock = new DotClock();
  private ReplicaId self;
  private Observer observer = Observer.NONE;

  /** The last number that was used here, or by whoever else writes as {@link #self}. */
  private long counter;

  private boolean usedElsewhere;
  private boolean hasCaughtUp;
  private long lastTime;

  /** An empty store of a replica. */
  public StoreState(ReplicaId self, StoreLimits limits) {
    this.self = requireNonNull(self, "self");
    this.room = new Room(requireNonNull(limits, "limits"), contents);
  }

  public ReplicaId self() {
    return self;
  }

  /**
   * Whether somebody else writes as this replica, or its last writes were lost here: others have
   * writes of it that it does not know. It must then {@link #become} another one before it writes.
   */
  public boolean isUsedElsewhere() {
    return usedElsewhere;
  }

  /**
   * Whether all of another's data was taken in at some time, as far as is known for good. A store
   * that begins with nothing must take no deltas before: one that was on its way for very long
   * could bring what all others have removed and forgotten.
   */
  public boolean hasCaughtUp() {
    return hasCaughtUp;
  }

  /**
   * Others forget from now on what was deleted, whether this replica has that or not; so it must
   * have all of theirs again before it {@link #hasCaughtUp}.
   */
  public void leftBehind() {
    hasCaughtUp = false;
  }

  /** Goes on as another replica, with all data: this one is used by somebody else as well. */
  public void become(ReplicaId next) {
    if (next.node().equals(self.node()) && next.generation() <= self.generation()) {
      throw new IllegalArgumentException(
          "become %s: not a later generation of %s, and no other member".formatted(next, self));
    }
    self = next;
    counter = clock.highest(next);
    usedElsewhere = false;
  }

  /** Who hears of changes from now on. */
  public void observer(Observer observer) {
    this.observer = requireNonNull(observer, "observer");
  }

  /** The cell of a key; {@link Cell#EMPTY} when there is none. */
  public Cell cell(String key) {
    return contents.cell(key);
  }

  /** The key that a write went to, while it is live or may not be everywhere; null otherwise. */
  public @Nullable String keyOf(Dot dot) {
    return contents.index().keyOf(dot);
  }

  /** All cells, ghosts included, in no useful order; not to be changed. */
  public Map<String, Cell> cells() {
    return contents.cells();
  }

  /** Not to be changed by others. */
  public DotClock clock() {
    return clock;
  }

  /**
   * The clock to ask others by: {@link #clock} and the writes that are kept out. Not to be changed,
   * and never to be told as what is taken in.
   */
  public DotClock asked() {
    if (room.isThere()) {
      quarantine.room();
    }
    return quarantine.asked(clock);
  }

  /** Keys that are read, ghosts left out. */
  public int keys() {
    return contents.keys();
  }

  public int ghosts() {
    return contents.ghosts();
  }

  /** Keys with writes that are kept out since the key or the store is too large. */
  public int quarantined() {
    return quarantine.keys();
  }

  /** Octets of all keys and values. */
  public long octets() {
    return contents.octets();
  }

  /**
   * Time of the latest write that was made on this node, or of what it said last; 0 for neither.
   * Outlives a restart.
   */
  public long lastTime() {
    return lastTime;
  }

  /** This node tells others what it has at this time: all that it writes later must be later. */
  public void said(long time) {
    lastTime = Math.max(lastTime, time);
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
    if (ops.isEmpty()) {
      return delete(key, time);
    }
    Cell before = cell(key);
    Edit edit = new Edit(key, before, self, counter, time);
    edit.apply(ops);
    Delta delta = edit.toDelta();
    room.require(key, before, edit, delta);
    made(before, delta);
    return delta;
  }

  /**
   * Removes all of a key that is seen; a write even where nothing is there.
   *
   * @throws DcosNetException when nothing is there, and so many deleted keys are remembered that
   *     this one may not be as well
   */
  public Delta delete(String key, long time) {
    Cell before = cell(key);
    room.requireMemory(key, before);
    Edit edit = new Edit(key, before, self, counter, time);
    edit.delete();
    Delta delta = edit.toDelta();
    made(before, delta);
    return delta;
  }

  private void made(Cell before, Delta delta) {
    // First, so that nobody takes them for writes that we do not know.
    counter = delta.last().dot().counter();
    apply(before, before.with(delta, clock), delta);
  }

  /**
   * Takes in what another replica, or this one in an earlier life, wrote. Afterwards {@link
   * #isUsedElsewhere} may hold.
   */
  public Outcome take(Delta delta) {
    Cell before = cell(delta.key());
    if (delta.writes().stream().allMatch(write -> before.hasSeen(write.dot(), clock))) {
      delta.writes().forEach(write -> claim(write.dot()));
      return Outcome.KNOWN;
    }
    if (!delta.isDue(before, clock)) {
      return Outcome.EARLY;
    }
    Cell after = before.with(delta, clock);
    if (!delta.added().isEmpty() && room.refuses(delta.key(), before, after)) {
      quarantine.add(
          delta.key(), delta.writes().stream().map(Stamp::dot).toList(), room.isTooLarge(after));
      return Outcome.REFUSED;
    }
    apply(before, after, delta);
    return Outcome.TAKEN;
  }

  private void apply(Cell before, Cell after, Delta delta) {
    delta.writes().forEach(this::noteTime);
    contents.replace(before, after, delta);
    delta.writes().forEach(write -> claim(write.dot()));
    observer.changed(delta.key(), before, after);
  }

  private void noteTime(Stamp write) {
    if (write.dot().replica().node().equals(self.node())) {
      lastTime = Math.max(lastTime, write.time());
    }
  }

  /** Counts a write as taken in. */
  private boolean claim(Dot dot) {
    if (dot.counter() > counter && dot.replica().equals(self)) {
      usedElsewhere = true;
      counter = dot.counter();
    }
    return clock.add(dot);
  }

  /**
   * Joins a whole key of another replica. Afterwards {@link #isUsedElsewhere} may hold.
   *
   * @param theirs clock of that replica when it was read
   * @return whether anything changed here
   */
  public boolean join(KeyState state, Seen theirs) {
    Cell before = cell(state.key());
    // Who has not caught up takes nothing in before it has the clock of somebody who has.
    Cell other = hasCaughtUp ? state.cell().newTo(clock) : state.cell();
    Cell after = before.join(clock, other, theirs);
    if (room.refuses(state.key(), before, after)) {
      quarantine.add(state.key(), unseen(before, state.cell()), room.isTooLarge(after));
      return false;
    }
    quarantine.remove(state.key());
    return replace(state, before, after);
  }

  private boolean replace(KeyState state, Cell before, Cell after) {
    boolean isNew = contents.replace(state.key(), before, after);
    boolean isClaimed = false;
    for (Dot dot : state.cell().live().keySet()) {
      isClaimed |= claim(dot);
    }
    for (Stamp stamp : state.cell().latest().values()) {
      isClaimed |= claim(stamp.dot());
    }
    if (isNew) {
      observer.changed(state.key(), before, after);
    }
    return isNew || isClaimed;
  }

  private List<Dot> unseen(Cell ours, Cell theirs) {
    return Stream.concat(
            theirs.live().keySet().stream(), theirs.latest().values().stream().map(Stamp::dot))
        .filter(dot -> !ours.hasSeen(dot, clock))
        .toList();
  }

  /**
   * Counts all writes of another replica as taken in, but those that are kept out: after each of
   * its keys that {@link #missing} names for our clock was joined, and not before. Afterwards
   * {@link #isUsedElsewhere} may hold.
   *
   * @return what was counted, for {@link StoreRecord#caughtUp}
   */
  public DotClock caughtUp(DotClock theirs) {
    DotClock safe = quarantine.without(theirs);
    clock.addAll(safe);
    hasCaughtUp = true;
    if (clock.highest(self) > counter) {
      counter = clock.highest(self);
      usedElsewhere = true;
    }
    return safe;
  }

  /**
   * The keys with a write that a clock does not have, as of now, each once; small ones first. May
   * be used while the store changes; a key that is gone by then is still named, with an empty cell.
   */
  public Iterator<String> missing(DotClock theirs) {
    // All of them at once: a key that changes meanwhile must still be told, since whoever gets our
    // clock of now believes to have all that it had.
    List<String> small = new ArrayList<>();
    List<String> large = new ArrayList<>();
    for (String key : contents.index().missing(theirs)) {
      (cell(key).octets() > LARGE ? large : small).add(key);
    }
    small.addAll(large);
    return small.iterator();
  }

  /**
   * A number that stores with equal live atoms have in common; kept up to date with each change.
   * With equal {@link DotClock#digest clocks} it must be equal too.
   */
  public long liveDigest() {
    return contents.digest().all();
  }

  /** The same over the keys of a bucket, 0 to 255. */
  public long liveDigest(int bucket) {
    return contents.digest().bucket(bucket);
  }

  /** The bucket of a key, 0 to 255; the same on all nodes. */
  public static int bucket(String key) {
    return LiveDigest.bucket(key);
  }

  /** The keys of some buckets, ghosts included; looks at all keys. */
  public Collection<String> keysIn(BitSet buckets) {
    return cells().keySet().stream().filter(key -> buckets.get(bucket(key))).sorted().toList();
  }

  /**
   * Forgets which writes brought about what is there, up to a time by which all replicas have them;
   * ghosts without later writes are gone for good. Nothing that is read changes, so nobody hears of
   * it.
   */
  public void strip(long stable) {
    for (String key : contents.unstableUpTo(stable)) {
      Cell before = cell(key);
      Cell after = before.strip(stable);
      Set<Dot> touched = new LinkedHashSet<>();
      before.latest().values().forEach(stamp -> touched.add(stamp.dot()));
      contents.replace(key, before, after, touched);
    }
  }

  /** The time of the oldest write that was not stripped; 0 when there is none. */
  public long oldestUnstable() {
    return contents.oldestUnstable();
  }

  /** All of it at this moment, to be written by another thread; takes time only for references. */
  public StoreImage image() {
    return new StoreImage(cells(), clock.copy(), lastTime, hasCaughtUp);
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
    StoreState state = new StoreState(self, limits);
    if (snapshot.size() > 0) {
      StoreImage.read(snapshot, state);
    }
    for (Bytes record : records) {
      StoreRecord.replay(record, state);
    }
    state.counter = state.clock.highest(self);
    state.usedElsewhere = false;
    return state;
  }

  /** A cell from disk, in place of the one before; whatever the limits are. */
  void restore(KeyState state) {
    replace(state, cell(state.key()), state.cell());
  }

  /** A delta from disk. */
  void restore(Delta delta) {
    Cell before = cell(delta.key());
    apply(before, before.with(delta, clock), delta);
  }

  /** A clock from disk. */
  void restore(DotClock taken, long time, boolean isCaughtUp) {
    clock.addAll(taken);
    hasCaughtUp |= isCaughtUp;
    lastTime = Math.max(lastTime, time);
  }
}
