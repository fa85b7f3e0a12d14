// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.range.CidrRanges;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * Everything that can be had of one kind. Each element is in one of four places: never used, had by
 * an agent, released, or withheld because somebody claims it without having it. Never-used ones are
 * given out first, lowest first; then the one that was released longest ago. A former owner gets
 * its own element back before anything else.
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

  // Who claims an element in vain, whether somebody has it or not.
  private final TreePMap<Cidr, PSet<NodeId>> claimants;

  private ElementPool(
      PoolId id,
      BigInteger size,
      CidrRanges unused,
      TreePMap<Cidr, NodeId> owners,
      TreePMap<Cidr, Release> released,
      TreePMap<Long, Release> releaseOrder,
      TreePMap<Cidr, PSet<NodeId>> claimants) {
    this.id = id;
    this.size = size;
    this.unused = unused;
    this.owners = owners;
    this.released = released;
    this.releaseOrder = releaseOrder;
    this.claimants = claimants;
  }

  /** A pool of which nothing was ever used. */
  static ElementPool of(PoolId id, CidrRanges elements) {
    return new ElementPool(
        id,
        elements.count(),
        elements,
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty());
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

  /** True for an element that can be given out. */
  boolean isFree(Cidr element) {
    return unused.contains(element) || released.containsKey(element);
  }

  /** True for an element of this pool that is not reserved, whoever has it. */
  boolean contains(Cidr element) {
    return isFree(element) || owners.containsKey(element) || claimants.containsKey(element);
  }

  /** True for an element that nobody has and nobody gets. */
  boolean isWithheld(Cidr element) {
    return claimants.containsKey(element) && !owners.containsKey(element);
  }

  /** Who claims an element without having it. */
  Set<NodeId> claimants(Cidr element) {
    PSet<NodeId> all = claimants.get(element);
    return all == null ? Set.of() : all;
  }

  /** How an element was given back that waits to be given out again. */
  Optional<Release> release(Cidr element) {
    return Optional.ofNullable(released.get(element));
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

  /**
   * Gives an element to one who claimed it, also when it is withheld.
   *
   * @throws IllegalStateException when somebody has it: the caller has not looked
   */
  Taken concede(NodeId owner, Cidr element) {
    if (!isFree(element) && !isWithheld(element)) {
      throw new IllegalStateException(id + " " + element + " is not there to be given");
    }
    return give(owner, element);
  }

  /** Notes a claim; nobody else gets the element from now on. Reused: it was released before. */
  Taken dispute(NodeId claimant, Cidr element) {
    PSet<NodeId> all = claimants.get(element);
    PSet<NodeId> more = (all == null ? HashTreePSet.<NodeId>empty() : all).plus(claimant);
    Release release = released.get(element);
    ElementPool pool =
        new ElementPool(
            id,
            size,
            unused.contains(element) ? unused.minus(element) : unused,
            owners,
            release == null ? released : released.minus(element),
            release == null ? releaseOrder : releaseOrder.minus(release.number()),
            claimants.plus(element, more));
    return new Taken(pool, element, Optional.ofNullable(release));
  }

  /**
   * Forgets a claim.
   *
   * @param release how the element goes back if it was withheld for this claim alone
   */
  ElementPool settle(Release release) {
    Cidr element = release.element().cidr();
    PSet<NodeId> all = claimants.get(element);
    if (all == null || !all.contains(release.formerOwner())) {
      return this;
    }
    PSet<NodeId> left = all.minus(release.formerOwner());
    boolean back = left.isEmpty() && !owners.containsKey(element);
    return new ElementPool(
        id,
        size,
        unused,
        owners,
        back ? released.plus(element, release) : released,
        back ? releaseOrder.plus(release.number(), release) : releaseOrder,
        left.isEmpty() ? claimants.minus(element) : claimants.plus(element, left));
  }

  private Taken give(NodeId owner, Cidr element) {
    TreePMap<Cidr, NodeId> given = owners.plus(element, owner);
    Release release = released.get(element);
    ElementPool pool =
        new ElementPool(
            id,
            size,
            unused.contains(element) ? unused.minus(element) : unused,
            given,
            release == null ? released : released.minus(element),
            release == null ? releaseOrder : releaseOrder.minus(release.number()),
            claimants);
    return new Taken(pool, element, Optional.ofNullable(release));
  }

  /**
   * Hands an element to another owner.
   *
   * @throws IllegalStateException when {@code from} does not have it
   */
  ElementPool move(Cidr element, NodeId from, NodeId to) {
    demandOwner(element, from);
    return new ElementPool(
        id, size, unused, owners.plus(element, to), released, releaseOrder, claimants);
  }

  /**
   * Takes an element back; it goes behind all that were released before, or is withheld from now on
   * if somebody claims it.
   *
   * @throws IllegalStateException when the former owner does not have it
   */
  ElementPool release(Release release) {
    Cidr element = release.element().cidr();
    demandOwner(element, release.formerOwner());
    boolean claimed = claimants.containsKey(element);
    return new ElementPool(
        id,
        size,
        unused,
        owners.minus(element),
        claimed ? released : released.plus(element, release),
        claimed ? releaseOrder : releaseOrder.plus(release.number(), release),
        claimants);
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
            releaseOrder.plus(release.number(), release),
            claimants));
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

  /** How many elements nobody has and nobody gets; takes time with the number of claims. */
  int withheld() {
    return (int) claimants.keySet().stream().filter(this::isWithheld).count();
  }

  /** Everybody who claims something without having it. */
  Map<Cidr, PSet<NodeId>> claimants() {
    return claimants;
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
    return new PoolUsage(id, size, owners.size(), quarantined, withheld(), free);
  }
}
