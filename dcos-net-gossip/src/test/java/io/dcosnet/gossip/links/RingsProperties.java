// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.links;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RingsProperties {

  private static final int RINGS = 3;

  record Place(NodeId id) implements RingMember {
    @Override
    public long ringPlace(int ring) {
      return RingMember.place(id, ring);
    }
  }

  @Property(tries = 60)
  void allNodesComputeTheSameGraphAndItsDegreeIsLimited(
      @ForAll @IntRange(min = 2, max = 300) int count, @ForAll long seed) {
    List<Place> members = members(count, seed);
    Map<Place, Set<Place>> graph = sorted(members);
    for (Place member : members) {
      assertThat(neighbours(fresh(member, members)))
          .isEqualTo(graph.get(member))
          .hasSizeLessThanOrEqualTo(2 * RINGS);
    }
  }

  @Property(tries = 100)
  void changesOneByOneLeadToTheSameNeighboursAsABeginFromNothing(
      @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Place> all = members(count, seed);
    Place self = all.get(0);
    List<Place> living = new ArrayList<>(List.of(self));
    Rings<Place> rings = new Rings<>(self, RINGS);
    for (int step = 0; step < 200; step++) {
      Place member = all.get(random.nextInt(all.size()));
      if (member.equals(self)) {
        continue;
      }
      if (living.remove(member)) {
        rings.remove(member);
      } else {
        living.add(member);
        rings.add(member);
      }
      if (random.nextInt(3) == 0) {
        rings.rescan(living.size(), living::get);
        assertThat(neighbours(rings)).isEqualTo(neighbours(fresh(self, living)));
      }
    }
  }

  @Property(tries = 100)
  void aMemberThatComesChangesFewLinks(
      @ForAll @IntRange(min = 2, max = 300) int count, @ForAll long seed) {
    List<Place> after = members(count, seed);
    List<Place> before = after.subList(0, count - 1);
    Set<Set<Place>> changed = edges(sorted(after));
    Set<Set<Place>> old = edges(sorted(before));
    Set<Set<Place>> same = new HashSet<>(changed);
    same.retainAll(old);
    changed.removeAll(same);
    old.removeAll(same);
    // On each ring one link is parted, and two come.
    assertThat(changed).hasSizeLessThanOrEqualTo(2 * RINGS);
    assertThat(old).hasSizeLessThanOrEqualTo(RINGS);
  }

  @Test
  void theGraphHoldsTogetherAlsoWithoutAnyOneMember() {
    for (int count = 1; count <= 2000; count += count < 40 ? 1 : 97) {
      List<Place> members = members(count, count);
      Map<Place, Set<Place>> graph = sorted(members);
      assertThat(reached(graph, Set.of())).as("of %d", count).isEqualTo(count);
      for (Place gone : count < 200 ? members : members.subList(0, 5)) {
        if (count > 1) {
          assertThat(reached(graph, Set.of(gone))).as("of %d less one", count).isEqualTo(count - 1);
        }
      }
    }
  }

  @Test
  void theGraphHoldsTogetherWhenATenthFails() {
    SplittableRandom random = new SplittableRandom(1);
    int parted = 0;
    int samples = 3000;
    for (int sample = 0; sample < samples; sample++) {
      int count = 50 + random.nextInt(100);
      List<Place> members = members(count, random.nextLong());
      Map<Place, Set<Place>> graph = sorted(members);
      Set<Place> gone = new HashSet<>(members.subList(0, count / 10));
      if (reached(graph, gone) != count - gone.size()) {
        parted++;
      }
    }
    assertThat(parted).isLessThanOrEqualTo(samples / 1000);
  }

  @Test
  void aNodeAloneHasNoNeighbours() {
    Place self = new Place(NodeId.random(new SplittableRandom(1)));
    assertThat(neighbours(fresh(self, List.of(self)))).isEmpty();
  }

  @Test
  void twoAreNeighboursOnBothSides() {
    List<Place> two = members(2, 1);
    Rings<Place> rings = fresh(two.get(0), two);
    for (int ring = 0; ring < RINGS; ring++) {
      assertThat(rings.successor(ring)).isEqualTo(two.get(1));
      assertThat(rings.predecessor(ring)).isEqualTo(two.get(1));
    }
  }

  private static List<Place> members(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Place> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(new Place(NodeId.random(random)));
    }
    return members;
  }

  private static Rings<Place> fresh(Place self, List<Place> members) {
    Rings<Place> rings = new Rings<>(self, RINGS);
    rings.forget();
    rings.rescan(members.size(), members::get);
    return rings;
  }

  private static Set<Place> neighbours(Rings<Place> rings) {
    Set<Place> neighbours = new HashSet<>();
    for (int ring = 0; ring < rings.size(); ring++) {
      Place successor = rings.successor(ring);
      Place predecessor = rings.predecessor(ring);
      if (successor != null && predecessor != null) {
        neighbours.add(successor);
        neighbours.add(predecessor);
      }
    }
    return neighbours;
  }

  /** The plain way: each ring sorted as a whole. */
  private static Map<Place, Set<Place>> sorted(List<Place> members) {
    Map<Place, Set<Place>> graph = new HashMap<>();
    members.forEach(member -> graph.put(member, new HashSet<>()));
    for (int r = 0; r < RINGS; r++) {
      int ring = r;
      Comparator<Place> byPlace =
          (a, b) -> Long.compareUnsigned(a.ringPlace(ring), b.ringPlace(ring));
      List<Place> order = members.stream().sorted(byPlace.thenComparing(Place::id)).toList();
      for (int i = 0; i < order.size() && order.size() > 1; i++) {
        Place one = order.get(i);
        Place next = order.get((i + 1) % order.size());
        requireNonNull(graph.get(one)).add(next);
        requireNonNull(graph.get(next)).add(one);
      }
    }
    return graph;
  }

  private static Set<Set<Place>> edges(Map<Place, Set<Place>> graph) {
    Set<Set<Place>> edges = new HashSet<>();
    graph.forEach((one, others) -> others.forEach(other -> edges.add(Set.of(one, other))));
    return edges;
  }

  private static int reached(Map<Place, Set<Place>> graph, Set<Place> gone) {
    Set<Place> seen = new HashSet<>();
    Deque<Place> open = new ArrayDeque<>();
    graph.keySet().stream()
        .filter(member -> !gone.contains(member))
        .findFirst()
        .ifPresent(
            first -> {
              seen.add(first);
              open.add(first);
            });
    while (!open.isEmpty()) {
      for (Place next : requireNonNull(graph.get(open.remove()))) {
        if (!gone.contains(next) && seen.add(next)) {
          open.add(next);
        }
      }
    }
    return seen.size();
  }
}
