// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.range.CidrRanges;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Everything that can be had of one kind. Each element is in one of three places: never used, had
 * by an agent, or released. Never-used ones are given out first, lowest first; then the one that
 * was released longest ago. A former owner gets its own element back before anything else.
 *
 * <p>Every operation makes a new pool in O(log n), however many elements there are.
 *
 * <p><b>Immutable.</b>
 */
final class ElementPool {

  /** What taking an element ended in; {@code reused} when it had an owner before. */
  record Taken(ElementPool pool, Cidr cidr, Optional<Release> reused) {}

  private final PoolId id;
  private final BigInteger size;
  private final CidrRanges unused;
  private final TreePMap<Cidr, NodeId> owners;
  private final TreePMap<Cidr, Release> released;
  private final TreePMap<Long, Release> releaseOrder;

  private ElementPool(
      PoolId id,
      BigInteger size,
      CidrRanges unused,
      TreePMap<Cidr, NodeId> owners,
      TreePMap<Cidr, Release> released,
      TreePMap<Long, Release> releaseOrder) {
    this.id = id;
    this.size = size;
    this.unused = unused;
    this.owners = owners;
    this.released = released;
    this.releaseOrder = releaseOrder;
  }

  /** A pool of which nothing was ever used. */
  static ElementPool of(PoolId id, CidrRanges elements) {
    return new ElementPool(
        id, elements.count(), elements, TreePMap.empty(), TreePMap.empty(), TreePMap.empty());
  }

  PoolId id() {
    return id;
  }

  BigInteger size() {
    return size;
  }

  /** True when everything is had by agents. */
  boolean isExhausted() {
    return unused.isEmpty() && released.isEmpty();
  }

  /**
   * Gives an element to {@code owner}.
   *
   * @param wish what it would like: something that it had before
   * @return empty when nothing is left
   */
  Optional<Taken> take(NodeId owner, @Nullable Cidr wish) {
    if (wish != null && isOpenTo(owner, wish)) {
      return Optional.of(give(owner, wish));
    }
    Optional<Cidr> lowest = unused.lowest();
    if (lowest.isPresent()) {
      return Optional.of(give(owner, lowest.get()));
    }
    return releaseOrder.isEmpty()
        ? Optional.empty()
        : Optional.of(give(owner, releaseOrder.firstEntry().getValue().element().cidr()));
  }

  private boolean isOpenTo(NodeId owner, Cidr element) {
    Release release = released.get(element);
    return unused.contains(element) || (release != null && release.formerOwner().equals(owner));
  }

  /** True for an element that nobody has. */
  boolean isFree(Cidr element) {
    return unused.contains(element) || released.containsKey(element);
  }

  /** True for an element of this pool that is not reserved, whoever has it. */
  boolean contains(Cidr element) {
    return isFree(element) || owners.containsKey(element);
  }

  @Nullable NodeId owner(Cidr element) {
    return owners.get(element);
  }

  /**
   * Gives a free element to its owner, as when a store is read.
   *
   * @throws IllegalStateException when it is not free: the caller has not looked
   */
  ElementPool reserve(NodeId owner, Cidr element) {
    if (!isFree(element)) {
      throw new IllegalStateException(id + " " + element + " is not free");
    }
    return give(owner, element).pool();
  }

  private Taken give(NodeId owner, Cidr element) {
    TreePMap<Cidr, NodeId> given = owners.plus(element, owner);
    Release release = released.get(element);
    ElementPool pool =
        release == null
            ? new ElementPool(id, size, unused.minus(element), given, released, releaseOrder)
            : new ElementPool(
                id,
                size,
                unused,
                given,
                released.minus(element),
                releaseOrder.minus(release.number()));
    return new Taken(pool, element, Optional.ofNullable(release));
  }

  /**
   * Hands an element to another owner.
   *
   * @throws IllegalStateException when {@code from} does not have it
   */
  ElementPool move(Cidr element, NodeId from, NodeId to) {
    demandOwner(element, from);
    return new ElementPool(id, size, unused, owners.plus(element, to), released, releaseOrder);
  }

  /**
   * Takes an element back; it goes behind all that were released before.
   *
   * @throws IllegalStateException when the former owner does not have it
   */
  ElementPool release(Release release) {
    Cidr element = release.element().cidr();
    demandOwner(element, release.formerOwner());
    return new ElementPool(
        id,
        size,
        unused,
        owners.minus(element),
        released.plus(element, release),
        releaseOrder.plus(release.number(), release));
  }

  /**
   * Lays aside an element that nobody has, as when a store is read.
   *
   * @return empty when somebody has it, when it was laid aside already, or when its number is taken
   */
  Optional<ElementPool> rest(Release release) {
    Cidr element = release.element().cidr();
    if (!unused.contains(element) || releaseOrder.containsKey(release.number())) {
      return Optional.empty();
    }
    return Optional.of(
        new ElementPool(
            id,
            size,
            unused.minus(element),
            owners,
            released.plus(element, release),
            releaseOrder.plus(release.number(), release)));
  }

  private void demandOwner(Cidr element, NodeId owner) {
    if (!owner.equals(owners.get(element))) {
      throw new IllegalStateException(
          id + " " + element + ": belongs to " + owners.get(element) + ", not to " + owner);
    }
  }

  /** How many elements nobody ever had; takes time with the number of gaps. */
  BigInteger unused() {
    return unused.count();
  }

  /** All that agents have. */
  Map<Cidr, NodeId> owners() {
    return owners;
  }

  /** All that was released, earliest first. */
  Map<Long, Release> releases() {
    return releaseOrder;
  }

  /** What is in here now; takes time with the number of fresh releases and of gaps. */
  PoolUsage usage(long nowNanos, long delayNanos) {
    int quarantined = 0;
    for (Release release : releaseOrder.descendingMap().values()) {
      if (!release.isFresh(nowNanos, delayNanos)) {
        break; // all others were released earlier
      }
      quarantined++;
    }
    BigInteger free =
        unused.count().add(BigInteger.valueOf(releaseOrder.size() - (long) quarantined));
    return new PoolUsage(id, size, owners.size(), quarantined, free);
  }
}
