// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * <p><b>Confined to</b> one thread.
 */
final class ClaimKeeper {

  private final ClaimedAddresses book;
  private final Supplier<NodeId> self;
  private final long holdNanos;
  // What we told, or are about to.
  private final Map<IpAddress, NameClaim> own = new HashMap<>();
  private final Map<String, Long> awaySince = new HashMap<>();

  ClaimKeeper(ClaimedAddresses book, Supplier<NodeId> self, Duration grace, Duration quarantine) {
    this.book = book;
    this.self = self;
    holdNanos = grace.plus(quarantine).toNanos();
  }

  /** Learns what the store has of this node: after a restart it has more than we know. */
  void echo(IpAddress address, @Nullable NameClaim claim) {
    if (claim != null) {
      own.putIfAbsent(address, claim);
    }
  }

  /**
   * What to tell now.
   *
   * @param published names that this node may claim for
   * @param renew whether to tell again what only dead nodes say, before their word is forgotten
   */
  List<NameClaim.Change> keep(
      Collection<String> published, boolean renew, long nowNanos, long wallMillis) {
    List<NameClaim.Change> changes = new ArrayList<>();
    for (NameClaim mine : List.copyOf(own.values())) {
      if (isOver(mine, nowNanos)) {
        own.remove(mine.address());
        changes.add(new NameClaim.Change(mine.address(), null));
      }
    }
    for (String name : published) {
      IpAddress address = book.address(name);
      if (address == null || !book.isPresent(name)) {
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
      own.put(address, claim);
      changes.removeIf(change -> change.address().equals(address));
      changes.add(new NameClaim.Change(address, claim));
    }
    if (!awaySince.isEmpty()) {
      Set<String> names = new HashSet<>();
      own.values().forEach(claim -> names.add(claim.name()));
      awaySince.keySet().retainAll(names);
    }
    return changes;
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
