// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.range.CidrRanges;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A pool against three plain collections. */
class ElementPoolProperties {

  private static final PoolId ID = PoolId.subnets("a");
  private static final Cidr SPACE = Cidr.parse("9.0.0.0/19");
  private static final int PIECES = 32;
  private static final long DELAY = 100;

  @Property
  void takesAndReleasesAsThePlainOnes(
      @ForAll @Size(max = 150) List<@IntRange(max = 63) Integer> commands) {
    ElementPool pool = pool();
    NavigableSet<Cidr> unused = new TreeSet<>();
    for (int i = 0; i < PIECES; i++) {
      unused.add(SPACE.piece(24, i));
    }
    Map<NodeId, Cidr> had = new HashMap<>();
    Map<NodeId, Cidr> wishes = new HashMap<>();
    Deque<Release> released = new ArrayDeque<>();
    long number = 0;
    for (int command : commands) {
      NodeId agent = id(command % 48);
      Cidr has = had.remove(agent);
      if (has != null) {
        Release release = new Release(new Element(ID, has), agent, ++number, number * 10);
        pool = pool.release(release);
        released.addLast(release);
        wishes.put(agent, has);
      } else {
        Cidr wish = wishes.get(agent);
        Optional<ElementPool.Taken> taken = pool.take(agent, wish);
        Optional<Cidr> expected = expected(agent, wish, unused, released);
        assertThat(taken.map(ElementPool.Taken::cidr)).isEqualTo(expected);
        assertThat(taken.isEmpty()).isEqualTo(pool.isExhausted());
        if (taken.isPresent()) {
          pool = taken.get().pool();
          had.put(agent, expected.orElseThrow());
        }
      }
      long now = number * 10 + 50;
      long fresh = released.stream().filter(release -> now - release.nanos() < DELAY).count();
      assertThat(pool.usage(now, DELAY))
          .isEqualTo(
              new PoolUsage(
                  ID,
                  BigInteger.valueOf(PIECES),
                  had.size(),
                  (int) fresh,
                  0,
                  BigInteger.valueOf(PIECES - had.size() - fresh)));
      assertThat(pool.releases().values()).containsExactlyElementsOf(released);
      assertThat(pool.owners()).hasSize(had.size());
      had.forEach((owner, cidr) -> assertThat(ownerIn(had, cidr)).isEqualTo(owner));
    }
  }

  private static NodeId ownerIn(Map<NodeId, Cidr> had, Cidr cidr) {
    return had.entrySet().stream()
        .filter(entry -> entry.getValue().equals(cidr))
        .map(Map.Entry::getKey)
        .reduce(
            (one, other) -> {
              throw new AssertionError(cidr + " belongs to " + one + " and " + other);
            })
        .orElseThrow();
  }

  /** Takes it from the plain collections. */
  private static Optional<Cidr> expected(
      NodeId agent, @Nullable Cidr wish, NavigableSet<Cidr> unused, Deque<Release> released) {
    for (Release release : released) {
      Cidr own = release.element().cidr();
      if (Objects.equals(own, wish) && release.formerOwner().equals(agent)) {
        released.remove(release);
        return Optional.of(own);
      }
    }
    if (!unused.isEmpty()) {
      return Optional.of(unused.pollFirst());
    }
    return Optional.ofNullable(released.pollFirst()).map(release -> release.element().cidr());
  }

  @Example
  void nobodyTakesWhatAnotherOneWishesFor() {
    ElementPool pool = pool().take(id(1), null).orElseThrow().pool();
    Cidr first = SPACE.piece(24, 0);
    ElementPool after = pool.release(new Release(new Element(ID, first), id(1), 1, 0));

    assertThat(after.take(id(2), first).orElseThrow().cidr()).isEqualTo(SPACE.piece(24, 1));
    assertThat(after.take(id(1), first).orElseThrow().cidr()).isEqualTo(first);
  }

  @Example
  void aSecondReleaseIsAFault() {
    Cidr first = SPACE.piece(24, 0);
    Release release = new Release(new Element(ID, first), id(1), 1, 0);
    ElementPool pool = pool().take(id(1), null).orElseThrow().pool().release(release);

    assertThatThrownBy(() -> pool.release(release)).isInstanceOf(IllegalStateException.class);
  }

  @Example
  void whatSomebodyHasCannotBeReserved() {
    ElementPool pool = pool().reserve(id(1), SPACE.piece(24, 3));

    assertThat(pool.owner(SPACE.piece(24, 3))).isEqualTo(id(1));
    assertThatThrownBy(() -> pool.reserve(id(2), SPACE.piece(24, 3)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static ElementPool pool() {
    return ElementPool.of(ID, CidrRanges.pieces(SPACE, 24, List.of()));
  }
}
