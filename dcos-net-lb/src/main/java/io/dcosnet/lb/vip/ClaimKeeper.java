// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one node claims: the address that a name has which it publishes and for which no
 * living node has a claim. It takes a claim back that lost, that another living node has made
 * before, or whose name has been away for the whole grace and the time that an address rests.
 *
 * <p>While a name is away its claim keeps the address from others, so both times are one here: the
 * name itself may come back to it until the end.
 *
 * <p>What it costs depends on the names of which something changed and on those that are away,
 * unless it is to look at all.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ClaimKeeper {

  private final ClaimedAddresses book;
  private final Supplier<NodeId> self;
  private final long holdNanos;
  // What we told, or are about to.
  private final Map<IpAddress, NameClaim> own = new HashMap<>();
  private final Map<String, Set<IpAddress>> addressesOf = new HashMap<>();
  private final Map<String, Long> awaySince = new HashMap<>();
  private final Set<String> echoed = new HashSet<>();

  ClaimKeeper(ClaimedAddresses book, Supplier<NodeId> self, Duration grace, Duration quarantine) {
    this.book = book;
    this.self = self;
    holdNanos = grace.plus(quarantine).toNanos();
  }

  /** Learns what the store has of this node: after a restart it has more than we know. */
  void echo(IpAddress address, @Nullable NameClaim claim) {
    if (claim != null && !own.containsKey(address)) {
      put(claim);
      echoed.add(claim.name());
    }
  }

  private void put(NameClaim claim) {
    NameClaim before = own.put(claim.address(), claim);
    if (before != null) {
      forget(before);
    }
    addressesOf.computeIfAbsent(claim.name(), name -> new HashSet<>()).add(claim.address());
  }

  private void remove(NameClaim claim) {
    own.remove(claim.address());
    forget(claim);
  }

  private void forget(NameClaim claim) {
    addressesOf.computeIfPresent(
        claim.name(),
        (name, addresses) -> {
          addresses.remove(claim.address());
          return addresses.isEmpty() ? null : addresses;
        });
  }

  /**
   * What to tell now of the names that changed since it was asked last, and of those away.
   *
   * @param published names that this node may claim for
   */
  List<NameClaim.Change> keep(Predicate<String> published, long nowNanos, long wallMillis) {
    Set<String> names = new HashSet<>(book.takeNews());
    names.addAll(echoed);
    names.addAll(awaySince.keySet());
    echoed.clear();
    return keep(names, published, false, nowNanos, wallMillis);
  }

  /**
   * What to tell now.
   *
   * @param present all names that there are
   * @param published names that this node may claim for
   * @param renew whether to tell again what only dead nodes say, before their word is forgotten
   */
  List<NameClaim.Change> keepAll(
      Collection<String> present,
      Predicate<String> published,
      boolean renew,
      long nowNanos,
      long wallMillis) {
    Set<String> names = new HashSet<>(addressesOf.keySet());
    names.addAll(present);
    book.takeNews();
    echoed.clear();
    return keep(names, published, renew, nowNanos, wallMillis);
  }

  private List<NameClaim.Change> keep(
      Set<String> names,
      Predicate<String> published,
      boolean renew,
      long nowNanos,
      long wallMillis) {
    Map<IpAddress, NameClaim.Change> changes = new LinkedHashMap<>();
    for (String name : names) {
      for (IpAddress address : Set.copyOf(addressesOf.getOrDefault(name, Set.of()))) {
        NameClaim mine = requireNonNull(own.get(address));
        if (isOver(mine, nowNanos)) {
          remove(mine);
          changes.put(address, new NameClaim.Change(address, null));
        }
      }
    }
    for (String name : names) {
      IpAddress address = book.address(name);
      if (address == null || !book.isPresent(name) || !published.test(name)) {
        continue;
      }
      NameClaim mine = own.get(address);
      if ((mine != null && mine.name().equals(name))
          || book.keeper(name, address, self.get()) != null) {
        continue;
      }
      Long since = book.claimedSince(name, address);
      if (since != null && !renew) {
        continue;
      }
      Long newest = book.newestClaim(name);
      long first = newest == null ? wallMillis : Math.max(wallMillis, newest + 1);
      NameClaim claim = new NameClaim(name, address, since == null ? first : since);
      put(claim);
      changes.put(address, new NameClaim.Change(address, claim));
    }
    awaySince.keySet().retainAll(addressesOf.keySet());
    return List.copyOf(changes.values());
  }

  private boolean isOver(NameClaim mine, long nowNanos) {
    String name = mine.name();
    if (!book.isPresent(name)) {
      return nowNanos - awaySince.computeIfAbsent(name, n -> nowNanos) >= holdNanos;
    }
    awaySince.remove(name);
    if (!Objects.equals(mine.address(), book.address(name))) {
      return true;
    }
    NodeId other = book.keeper(name, mine.address(), self.get());
    Long others = other == null ? null : book.claimedSince(name, mine.address(), other);
    return other != null
        && others != null
        && (others < mine.sinceMillis()
            || (others == mine.sinceMillis() && other.compareTo(self.get()) < 0));
  }
}
