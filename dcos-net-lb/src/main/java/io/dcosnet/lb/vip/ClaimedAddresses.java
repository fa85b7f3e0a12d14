// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which name has which address of a range. It depends on the names there are, the claims there are
 * and the addresses that are taken otherwise, and on nothing else: in which order a node heard of
 * them does not matter.
 *
 * <ol>
 *   <li>A name stands by its newest claim only; where several nodes made that claim, the earliest
 *       of their times counts.
 *   <li>An address that several names stand by belongs to one that is there rather than to one that
 *       is away, then to the older claim, then to the lesser name. An address that is taken belongs
 *       to no name.
 *   <li>Names that are there and have nothing by then, in their order: each gets the first address
 *       from its hash on that is no one else's; when there is none, that of a name that is away.
 * </ol>
 *
 * <p>What an update costs depends on what changed and on the names without a claim, which are few,
 * as each gets one.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ClaimedAddresses {

  private static final Comparator<NameClaim> NEWEST_LAST =
      Comparator.comparingLong(NameClaim::sinceMillis)
          .thenComparing(NameClaim::address, Comparator.reverseOrder());

  /** A claim as one node made it. */
  private record Told(NameClaim claim, boolean writerLives) {}

  /** What a name stands by. */
  private record Stand(IpAddress address, long sinceMillis) {}

  private record ClaimId(IpAddress address, NodeId writer) {}

  private final AddressRange range;
  private final BigInteger size;
  private final Function<String, IpAddress> preferred;

  private final Map<ClaimId, Told> claims = new HashMap<>();
  private final Map<String, Map<ClaimId, Told>> claimsOf = new HashMap<>();
  private final Map<String, Stand> stands = new HashMap<>();
  private final Map<IpAddress, Set<String>> standing = new HashMap<>();
  private final Map<IpAddress, String> owners = new HashMap<>();
  private final Map<String, IpAddress> owned = new HashMap<>();
  private final Set<String> present = new HashSet<>();
  private final Set<IpAddress> taken = new HashSet<>();
  private final Set<String> floating = new TreeSet<>();
  private final Map<String, IpAddress> placed = new HashMap<>();
  private final Map<IpAddress, String> placedAt = new HashMap<>();
  private final Set<String> astray = new HashSet<>();

  private long version;
  private final Set<String> news = new HashSet<>(); // since they were taken

  // Since the last update.
  private final Set<String> dirtyNames = new HashSet<>();
  private final Set<IpAddress> dirtyAddresses = new HashSet<>();

  /**
   * No name yet.
   *
   * @param preferred where the search for a name's address begins; within the range
   */
  ClaimedAddresses(AddressRange range, Function<String, IpAddress> preferred) {
    this.range = requireNonNull(range, "range");
    this.preferred = requireNonNull(preferred, "preferred");
    size = range.size();
  }

  /** Takes what a node says of an address now; null for nothing. Counts from the next update. */
  void tell(IpAddress address, NodeId writer, @Nullable NameClaim claim, boolean writerLives) {
    ClaimId id = new ClaimId(address, writer);
    boolean usable = claim != null && range.contains(address);
    Told told = claim == null || !usable ? null : new Told(claim, writerLives);
    Told before = told == null ? claims.remove(id) : claims.put(id, told);
    if (before != null) {
      dirtyNames.add(before.claim.name());
      claimsOf.computeIfPresent(
          before.claim.name(),
          (name, all) -> {
            all.remove(id);
            return all.isEmpty() ? null : all;
          });
    }
    if (told != null) {
      dirtyNames.add(told.claim.name());
      claimsOf.computeIfAbsent(told.claim.name(), name -> new HashMap<>()).put(id, told);
    }
  }

  private boolean isDirty() {
    return !dirtyNames.isEmpty() || !dirtyAddresses.isEmpty();
  }

  /**
   * Takes news of names and of addresses, and all that was told since the last update.
   *
   * @param come names that are there now; those known already are no news
   * @param gone names that are not there any more
   * @param nowTaken addresses that no name may have from now on
   * @param free addresses that names may have again
   * @return names whose address is another one now, or that have none any more
   */
  Set<String> update(
      Collection<String> come,
      Collection<String> gone,
      Collection<IpAddress> nowTaken,
      Collection<IpAddress> free) {
    for (String name : gone) {
      if (present.remove(name)) {
        dirtyNames.add(name);
      }
    }
    for (String name : come) {
      if (present.add(name)) {
        dirtyNames.add(name);
      }
    }
    for (IpAddress address : free) {
      if (taken.remove(address)) {
        dirtyAddresses.add(address);
      }
    }
    for (IpAddress address : nowTaken) {
      if (range.contains(address) && taken.add(address)) {
        dirtyAddresses.add(address);
      }
    }
    if (!isDirty()) {
      return Set.of();
    }
    version++;
    Map<String, IpAddress> before = new HashMap<>(placed);
    Set<String> touched = settleClaims(before);
    placeFloating();
    touched.addAll(before.keySet());
    touched.addAll(floating);
    Set<String> moved = new TreeSet<>();
    for (String name : touched) {
      IpAddress now = address(name);
      if (!Objects.equals(before.get(name), now)) {
        moved.add(name);
      }
      if (present.contains(name) && now != null && !now.equals(preferred.apply(name))) {
        astray.add(name);
      } else {
        astray.remove(name);
      }
    }
    news.addAll(touched);
    return moved;
  }

  /** The names of which something may be another one since this was asked last. */
  Set<String> takeNews() {
    Set<String> taken = Set.copyOf(news);
    news.clear();
    return taken;
  }

  /** Finds out whose the addresses are by their claims; notes in {@code before} what was. */
  private Set<String> settleClaims(Map<String, IpAddress> before) {
    for (String name : dirtyNames) {
      Stand was = stands.get(name);
      Stand now = stand(name);
      if (was != null) {
        dirtyAddresses.add(was.address);
      }
      if (now != null) {
        dirtyAddresses.add(now.address);
      }
      if (!Objects.equals(was, now)) {
        move(name, was, now);
      }
    }
    Set<String> touched = new HashSet<>(dirtyNames);
    for (IpAddress address : dirtyAddresses) {
      String was = owners.get(address);
      if (was != null && Objects.equals(address, owned.get(was))) {
        before.put(was, address);
        owned.remove(was);
        touched.add(was);
      }
    }
    for (IpAddress address : dirtyAddresses) {
      Set<String> names = standing.getOrDefault(address, Set.of());
      String owner = taken.contains(address) ? null : first(names);
      if (owner == null) {
        owners.remove(address);
      } else {
        owners.put(address, owner);
        owned.put(owner, address);
      }
      touched.addAll(names);
    }
    for (String name : touched) {
      if (present.contains(name) && !owned.containsKey(name)) {
        floating.add(name);
      } else {
        floating.remove(name);
      }
    }
    dirtyNames.clear();
    dirtyAddresses.clear();
    return touched;
  }

  private @Nullable Stand stand(String name) {
    NameClaim newest = null;
    for (Told told : claimsOf.getOrDefault(name, Map.of()).values()) {
      if (newest == null || NEWEST_LAST.compare(newest, told.claim) < 0) {
        newest = told.claim;
      }
    }
    if (newest == null) {
      return null;
    }
    long since = newest.sinceMillis();
    for (Told told : claimsOf.getOrDefault(name, Map.of()).values()) {
      if (told.claim.address().equals(newest.address())) {
        since = Math.min(since, told.claim.sinceMillis());
      }
    }
    return new Stand(newest.address(), since);
  }

  private void move(String name, @Nullable Stand was, @Nullable Stand now) {
    if (was != null) {
      standing.computeIfPresent(
          was.address,
          (address, names) -> {
            names.remove(name);
            return names.isEmpty() ? null : names;
          });
    }
    if (now == null) {
      stands.remove(name);
      return;
    }
    stands.put(name, now);
    standing.computeIfAbsent(now.address, address -> new HashSet<>()).add(name);
  }

  private @Nullable String first(Set<String> names) {
    String first = null;
    for (String name : names) {
      if (first == null || comesBefore(name, first)) {
        first = name;
      }
    }
    return first;
  }

  private boolean comesBefore(String one, String other) {
    boolean oneIsThere = present.contains(one);
    if (oneIsThere != present.contains(other)) {
      return oneIsThere;
    }
    int byTime =
        Long.compare(
            requireNonNull(stands.get(one)).sinceMillis,
            requireNonNull(stands.get(other)).sinceMillis);
    return byTime != 0 ? byTime < 0 : one.compareTo(other) < 0;
  }

  private void placeFloating() {
    placed.clear();
    placedAt.clear();
    for (String name : floating) {
      IpAddress free = find(name);
      if (free != null) {
        placed.put(name, free);
        placedAt.put(free, name);
      }
    }
  }

  private @Nullable IpAddress find(String name) {
    IpAddress first = preferred.apply(name);
    long occupied = (long) owners.size() + taken.size() + placedAt.size();
    if (size.compareTo(BigInteger.valueOf(occupied)) > 0) {
      IpAddress candidate = first;
      while (owners.containsKey(candidate) || isUsed(candidate)) {
        candidate = range.next(candidate);
      }
      return candidate;
    }
    // Full: whoever is there needs an address more than who may come back.
    IpAddress candidate = first;
    do {
      String owner = owners.get(candidate);
      if (!isUsed(candidate) && (owner == null || !present.contains(owner))) {
        return candidate;
      }
      candidate = range.next(candidate);
    } while (!candidate.equals(first));
    return null;
  }

  private boolean isUsed(IpAddress address) {
    return taken.contains(address) || placedAt.containsKey(address);
  }

  /** The address of a name, also of one that is away and has a claim; null without one. */
  @Nullable IpAddress address(String name) {
    IpAddress address = owned.get(name);
    return address != null ? address : placed.get(name);
  }

  /** Who has this address, or null. */
  @Nullable String owner(IpAddress address) {
    String here = placedAt.get(address);
    return here != null ? here : owners.get(address);
  }

  /** Grows with every update that had something to do. */
  long version() {
    return version;
  }

  boolean isPresent(String name) {
    return present.contains(name);
  }

  /** Names that found the range full. */
  Set<String> withoutAddress() {
    Set<String> without = new TreeSet<>(floating);
    without.removeAll(placed.keySet());
    return without;
  }

  /** Names that are there whose claim an address VIP has overruled, with that address. */
  Map<String, IpAddress> overruled() {
    Map<String, IpAddress> overruled = new TreeMap<>();
    for (IpAddress address : taken) {
      for (String name : standing.getOrDefault(address, Set.of())) {
        if (present.contains(name)) {
          overruled.put(name, address);
        }
      }
    }
    return overruled;
  }

  /** How many names do not have the address of their hash. */
  long collisions() {
    return astray.size();
  }

  /** When this name began to claim this address; null when nobody has. */
  @Nullable Long claimedSince(String name, IpAddress address) {
    Long since = null;
    for (Told told : claimsOf.getOrDefault(name, Map.of()).values()) {
      if (told.claim.address().equals(address)) {
        long its = told.claim.sinceMillis();
        since = since == null ? its : Math.min(since, its);
      }
    }
    return since;
  }

  /** When this name claimed anything last; null when it never has. */
  @Nullable Long newestClaim(String name) {
    Long newest = null;
    for (Told told : claimsOf.getOrDefault(name, Map.of()).values()) {
      long its = told.claim.sinceMillis();
      newest = newest == null ? its : Math.max(newest, its);
    }
    return newest;
  }

  /**
   * The living node, other than this one, that keeps a claim: of several the one with the oldest
   * claim, then the least; null when there is none.
   */
  @Nullable NodeId keeper(String name, IpAddress address, NodeId other) {
    NodeId best = null;
    long bestSince = 0;
    for (Map.Entry<ClaimId, Told> one : claimsOf.getOrDefault(name, Map.of()).entrySet()) {
      NodeId writer = one.getKey().writer;
      long since = one.getValue().claim.sinceMillis();
      if (!one.getValue().writerLives
          || writer.equals(other)
          || !one.getKey().address.equals(address)) {
        continue;
      }
      if (best == null || since < bestSince || (since == bestSince && writer.compareTo(best) < 0)) {
        best = writer;
        bestSince = since;
      }
    }
    return best;
  }

  /** The nodes that claim this address for this name. */
  Set<NodeId> claimants(String name, IpAddress address) {
    Set<NodeId> writers = new TreeSet<>();
    for (ClaimId claim : claimsOf.getOrDefault(name, Map.of()).keySet()) {
      if (claim.address.equals(address)) {
        writers.add(claim.writer);
      }
    }
    return writers;
  }

  /** When this node claimed an address for a name; null when it has not. */
  @Nullable Long claimedSince(String name, IpAddress address, NodeId writer) {
    Told told = claims.get(new ClaimId(address, writer));
    return told == null || !told.claim.name().equals(name) ? null : told.claim.sinceMillis();
  }
}
