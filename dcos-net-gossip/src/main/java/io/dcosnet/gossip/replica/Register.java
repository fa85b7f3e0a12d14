// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.gossip.wire.Xxh64;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that must have a write before it counts as everywhere, as the store has them; with
 * each, what it said last.
 *
 * <p>The value of an entry is an octet 0 and since when it is there (milliseconds, u64), or, when
 * the replica writes no more, an octet 1 and a clock with all that it wrote.
 */
final class Register {

  /** Where it lies: no key of users begins like that. */
  static final String PREFIX = "\u0000replica/";

  private static final byte OPEN = 0;
  private static final byte CLOSED = 1;

  /** One replica. */
  static final class Registered {
    private @Nullable Mark mark;
    private @Nullable DotClock closed;
    private long confirmed;
    private int silence;

    @Nullable Mark mark() {
      return mark;
    }

    boolean isClosed() {
      return closed != null;
    }

    /**
     * Takes what it said, unless it is older than what is known.
     *
     * @param clock what this node has taken in
     */
    boolean heard(Mark news, DotClock clock) {
      if (mark != null && news.time() <= mark.time()) {
        return false;
      }
      var unused = confirmed(clock);
      mark = news;
      silence = 0;
      return true;
    }

    /** Counts how often we told something since it did; begins again after so many times. */
    boolean isSilentFor(int times) {
      silence = silence >= times ? 1 : silence + 1;
      return silence == times;
    }

    /** Up to which time this node has all that the replica wrote. */
    long confirmed(DotClock clock) {
      if (closed != null) {
        return clock.covers(closed) ? Long.MAX_VALUE : 0;
      }
      if (mark != null && clock.base(mark.replica()) >= mark.counter()) {
        confirmed = Math.max(confirmed, mark.time());
      }
      return confirmed;
    }
  }

  private final StoreState state;
  private final NavigableMap<ReplicaId, Registered> all = new TreeMap<>();

  Register(StoreState state) {
    this.state = state;
  }

  /** Reads what the store holds. */
  void load() {
    for (String key : state.cells().keySet()) {
      if (key.startsWith(PREFIX)) {
        changed(key);
      }
    }
  }

  static String key(ReplicaId id) {
    return PREFIX + id;
  }

  static Bytes open(long sinceMillis) {
    return Bytes.copyOf(ByteBuffer.allocate(1 + Long.BYTES).put(OPEN).putLong(sinceMillis).flip());
  }

  static Bytes closed(DotClock wrote) {
    Bytes clock = StoreCodec.encode(wrote);
    return Bytes.copyOf(
        ByteBuffer.allocate(1 + clock.size()).put(CLOSED).put(clock.toByteBuffer()).flip());
  }

  /** A key of the register changed; gives the replica that it is about, null when it is no such. */
  @Nullable ReplicaId changed(String key) {
    ReplicaId id = parse(key);
    if (id != null) {
      if (state.cell(key).value() instanceof CrdtValue.Register register) {
        all.computeIfAbsent(id, replica -> new Registered()).closed = closing(register.value());
      } else {
        all.remove(id);
      }
    }
    return id;
  }

  private static @Nullable DotClock closing(Bytes value) {
    if (value.size() == 0 || value.get(0) != CLOSED) {
      return null;
    }
    try {
      return StoreCodec.decodeClock(Bytes.copyOf(value.toByteBuffer().position(1)));
    } catch (DecodeException e) {
      return null; // of another version: it counts as open, which is safe
    }
  }

  private static @Nullable ReplicaId parse(String key) {
    int slash = key.lastIndexOf('/');
    if (slash < PREFIX.length()) {
      return null;
    }
    try {
      NodeId node = NodeId.parse(key.substring(PREFIX.length(), slash));
      return new ReplicaId(node, Integer.parseInt(key.substring(slash + 1)));
    } catch (DecodeException | IllegalArgumentException e) {
      return null; // of another version, or written by hand: not ours to understand
    }
  }

  @Nullable Registered find(ReplicaId id) {
    return all.get(id);
  }

  /** By replica, sorted; not to be changed. */
  Map<ReplicaId, Registered> all() {
    return all;
  }

  /** All generations of a node. */
  List<ReplicaId> of(NodeId node) {
    ReplicaId first = new ReplicaId(node, 1);
    ReplicaId last = new ReplicaId(node, Integer.MAX_VALUE);
    return List.copyOf(all.subMap(first, true, last, true).keySet());
  }

  int size() {
    return all.size();
  }

  /** Up to which time this replica has all writes of all others, at most {@code now}. */
  long complete(long now) {
    long complete = now;
    for (Map.Entry<ReplicaId, Registered> entry : all.entrySet()) {
      if (!entry.getKey().equals(state.self())) {
        complete = Math.min(complete, entry.getValue().confirmed(state.clock()));
      }
    }
    return complete;
  }

  /**
   * Up to which time all replicas said that they have all writes; 0 while one of them does not know
   * the same replicas, since it may lack writes of those that it does not know.
   */
  long stable() {
    long stable = Long.MAX_VALUE;
    long known = digest();
    for (Registered replica : all.values()) {
      if (!replica.isClosed()) {
        Mark mark = replica.mark;
        stable = Math.min(stable, mark == null || mark.register() != known ? 0 : mark.complete());
      }
    }
    return stable == Long.MAX_VALUE || isAnyUnknown() ? 0 : stable;
  }

  /** Whether a write came before the first one of its replica, with which that enters itself. */
  private boolean isAnyUnknown() {
    for (ReplicaId replica : state.clock().replicas()) {
      if (state.clock().base(replica) == 0) {
        return true;
      }
    }
    return false;
  }

  /** A number that nodes have in common that know the same replicas. */
  long digest() {
    long digest = 0;
    for (Map.Entry<ReplicaId, Registered> entry : all.entrySet()) {
      ReplicaId id = entry.getKey();
      digest ^=
          Xxh64.hash(
              id.node().uuid().getMostSignificantBits(),
              id.node().uuid().getLeastSignificantBits(),
              2L * id.generation() + (entry.getValue().isClosed() ? 1 : 0));
    }
    return digest;
  }
}
