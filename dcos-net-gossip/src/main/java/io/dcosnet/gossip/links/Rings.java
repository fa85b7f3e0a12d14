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

  // How far along the ring each neighbour stands from us, unsigned: what lies between is none.
  private final long[] selfPlaces;
  private final long[] toSuccessor;
  private final long[] toPredecessor;

  /** The rings of a node that knows nobody else. */
  public Rings(M self, int rings) {
    this.self = self;
    this.stale = new boolean[rings];
    this.selfPlaces = new long[rings];
    this.toSuccessor = new long[rings];
    this.toPredecessor = new long[rings];
    for (int ring = 0; ring < rings; ring++) {
      selfPlaces[ring] = self.ringPlace(ring);
      toSuccessor[ring] = -1;
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
    int due = 0;
    int[] rings = new int[stale.length];
    for (int ring = 0; ring < stale.length; ring++) {
      if (stale[ring]) {
        stale[ring] = false;
        successors.set(ring, null);
        predecessors.set(ring, null);
        measure(ring);
        rings[due++] = ring;
      }
    }
    for (int i = 0; due > 0 && i < count; i++) {
      M member = members.apply(i);
      if (member != null) {
        for (int j = 0; j < due; j++) {
          place(member, rings[j]);
        }
      }
    }
  }

  private boolean place(M member, int ring) {
    long ahead = member.ringPlace(ring) - selfPlaces[ring];
    // Nearly everybody; who stands at our own place is looked at below.
    if (ahead != 0
        && Long.compareUnsigned(ahead, toSuccessor[ring]) > 0
        && Long.compareUnsigned(ahead, toPredecessor[ring]) < 0) {
      return false;
    }
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
    if (changed) {
      measure(ring);
    }
    return changed;
  }

  private void measure(int ring) {
    M successor = successors.get(ring);
    M predecessor = predecessors.get(ring);
    long forward = successor == null ? 0 : successor.ringPlace(ring) - selfPlaces[ring];
    // One at our own place may stand before or behind us: then nobody is passed over.
    toSuccessor[ring] = forward == 0 ? -1 : forward;
    toPredecessor[ring] = predecessor == null ? 0 : predecessor.ringPlace(ring) - selfPlaces[ring];
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
