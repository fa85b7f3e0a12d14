// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.links;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who stands next to a node on some rings. On each ring all living members stand in the order of a
 * hash, and every one has its successor and its predecessor there for neighbours; as each ring has
 * its own hash, the neighbours on several of them make a graph that holds together when nodes fail.
 *
 * <p>Knows only the neighbours: a member that comes costs one comparison a ring, and only when a
 * neighbour goes is that ring {@linkplain #rescan looked through} again. <b>Not thread-safe.</b>
 */
public final class Rings<M extends RingMember> {

  private final M self;
  private final List<@Nullable M> successors = new ArrayList<>();
  private final List<@Nullable M> predecessors = new ArrayList<>();
  private final boolean[] stale;

  /** The rings of a node that knows nobody else. */
  public Rings(M self, int rings) {
    this.self = self;
    this.stale = new boolean[rings];
    for (int ring = 0; ring < rings; ring++) {
      successors.add(null);
      predecessors.add(null);
    }
  }

  public int size() {
    return stale.length;
  }

  /** The neighbour behind this node; null when it is alone. */
  public @Nullable M successor(int ring) {
    return successors.get(ring);
  }

  /** The neighbour before this node; null when it is alone. */
  public @Nullable M predecessor(int ring) {
    return predecessors.get(ring);
  }

  /**
   * A member lives.
   *
   * @return whether it may have become a neighbour
   */
  public boolean add(M member) {
    boolean changed = false;
    for (int ring = 0; ring < stale.length; ring++) {
      changed |= stale[ring] || place(member, ring);
    }
    return changed;
  }

  /**
   * A member lives no more.
   *
   * @return whether it was a neighbour; then {@link #rescan} is due
   */
  public boolean remove(M member) {
    boolean changed = false;
    for (int ring = 0; ring < stale.length; ring++) {
      if (is(successors.get(ring), member) || is(predecessors.get(ring), member)) {
        stale[ring] = true;
        changed = true;
      }
    }
    return changed;
  }

  /** All rings have to be looked through again. */
  public void forget() {
    Arrays.fill(stale, true);
  }

  /**
   * Looks through all members for the neighbours on the rings that lost one.
   *
   * @param members gives the member at each place from 0, or null for one that does not live
   */
  public void rescan(int count, IntFunction<@Nullable M> members) {
    for (int ring = 0; ring < stale.length; ring++) {
      if (stale[ring]) {
        stale[ring] = false;
        successors.set(ring, null);
        predecessors.set(ring, null);
        for (int i = 0; i < count; i++) {
          M member = members.apply(i);
          if (member != null) {
            place(member, ring);
          }
        }
      }
    }
  }

  private boolean place(M member, int ring) {
    if (member.id().equals(self.id())) {
      return false;
    }
    boolean changed = false;
    M successor = successors.get(ring);
    if (successor == null || isNearer(member, successor, ring)) {
      successors.set(ring, member);
      changed = true;
    }
    M predecessor = predecessors.get(ring);
    if (predecessor == null || isNearer(predecessor, member, ring)) {
      predecessors.set(ring, member);
      changed = true;
    }
    return changed;
  }

  /** Whether who goes along the ring from this node meets {@code a} before {@code b}. */
  private boolean isNearer(M a, M b, int ring) {
    boolean aWraps = compare(a, self, ring) < 0;
    boolean bWraps = compare(b, self, ring) < 0;
    return aWraps == bWraps ? compare(a, b, ring) < 0 : bWraps;
  }

  private static int compare(RingMember a, RingMember b, int ring) {
    int byPlace = Long.compareUnsigned(a.ringPlace(ring), b.ringPlace(ring));
    return byPlace != 0 ? byPlace : a.id().compareTo(b.id());
  }

  private static boolean is(@Nullable RingMember neighbour, RingMember member) {
    return neighbour != null && neighbour.id().equals(member.id());
  }
}
