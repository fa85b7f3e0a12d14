// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who has which address of a range, through time.
 *
 * <p>No two names share one. A name keeps its address until it has been away for the grace; then
 * the address rests, so that a client with an old DNS answer does not reach somebody else.
 * Addresses that are taken otherwise (VIPs that are addresses) beat names: the name that had one
 * moves on. When the range is full, what rests or waits for its owner is given away before a name
 * goes empty.
 *
 * <p>Names that come in one update are served in their order, so it does not matter how they are
 * listed. Across updates the earlier one wins: nodes that hear of two colliding names in separate
 * updates and different order disagree about which of the two moves on.
 *
 * <p><b>Confined to</b> one thread. Times are nanoseconds of one monotonic clock.
 */
public final class AddressBook<N extends Comparable<N>> {

  private final AddressRange range;
  private final BigInteger size;
  private final Function<N, IpAddress> preferred;
  private final long graceNanos;
  private final long quarantineNanos;

  private final Map<N, IpAddress> addresses = new HashMap<>();
  private final Map<IpAddress, N> owners = new HashMap<>();
  private final Set<IpAddress> taken = new HashSet<>();
  private final Set<N> without = new TreeSet<>();
  // Both oldest first, with the time at which they began.
  private final Map<N, Long> absent = new LinkedHashMap<>();
  private final Map<IpAddress, Long> resting = new LinkedHashMap<>();
  private long collisions;

  /**
   * An empty book.
   *
   * @param preferred where the search for a name's address begins; within the range
   */
  public AddressBook(
      AddressRange range, Function<N, IpAddress> preferred, Duration grace, Duration quarantine) {
    this.range = requireNonNull(range, "range");
    this.preferred = requireNonNull(preferred, "preferred");
    size = range.size();
    graceNanos = grace.toNanos();
    quarantineNanos = quarantine.toNanos();
  }

  /**
   * Takes news of names and of addresses.
   *
   * @param come names that are there now; those known already are no news
   * @param gone names that are not there any more
   * @param taken addresses that no name may have from now on; those outside the range do not matter
   * @param free addresses that names may have again
   * @return names that were there before and have another address now, or none any more
   */
  public Set<N> update(
      Collection<N> come,
      Collection<N> gone,
      Collection<IpAddress> taken,
      Collection<IpAddress> free,
      long nowNanos) {
    for (N name : gone) {
      without.remove(name);
      if (addresses.containsKey(name)) {
        absent.putIfAbsent(name, nowNanos);
      }
    }
    expire(nowNanos);
    for (IpAddress address : free) {
      if (this.taken.remove(address)) {
        rest(address, nowNanos);
      }
    }
    Set<N> moved = displace(taken);
    Set<N> wanting = new TreeSet<>(without);
    wanting.addAll(moved);
    for (N name : come) {
      absent.remove(name);
      if (!addresses.containsKey(name)) {
        wanting.add(name);
      }
    }
    for (N name : wanting) {
      place(name);
    }
    return moved;
  }

  /** The address of a name, also of one that is away for less than the grace; null without one. */
  public @Nullable IpAddress address(N name) {
    return addresses.get(name);
  }

  /** Who has this address, or null. */
  public @Nullable N owner(IpAddress address) {
    return owners.get(address);
  }

  /** Names that found the range full. */
  public Set<N> withoutAddress() {
    return Set.copyOf(without);
  }

  /** How often a name did not get the address that it would have liked. */
  public long collisions() {
    return collisions;
  }

  private void expire(long nowNanos) {
    List<N> over = new ArrayList<>();
    for (Map.Entry<N, Long> entry : absent.entrySet()) {
      if (nowNanos - entry.getValue() < graceNanos) {
        break;
      }
      over.add(entry.getKey());
    }
    for (N name : over) {
      rest(release(name), nowNanos);
    }
    resting.values().removeIf(since -> nowNanos - since >= quarantineNanos);
  }

  private Set<N> displace(Collection<IpAddress> nowTaken) {
    Set<N> moved = new TreeSet<>();
    for (IpAddress address : nowTaken) {
      if (!range.contains(address) || !taken.add(address)) {
        continue;
      }
      resting.remove(address);
      N owner = owners.get(address);
      if (owner != null) {
        boolean present = !absent.containsKey(owner);
        release(owner);
        if (present) {
          moved.add(owner);
        }
      }
    }
    return moved;
  }

  private IpAddress release(N name) {
    absent.remove(name);
    IpAddress address = addresses.remove(name);
    if (address == null) {
      throw new IllegalStateException(name + " has no address");
    }
    owners.remove(address);
    return address;
  }

  private void rest(IpAddress address, long nowNanos) {
    if (quarantineNanos > 0) {
      resting.put(address, nowNanos);
    }
  }

  private void place(N name) {
    IpAddress address = find(name);
    if (address == null) {
      without.add(name);
      return;
    }
    without.remove(name);
    addresses.put(name, address);
    owners.put(address, name);
  }

  private @Nullable IpAddress find(N name) {
    long occupied = (long) owners.size() + taken.size() + resting.size();
    if (size.compareTo(BigInteger.valueOf(occupied)) <= 0 && !makeRoom()) {
      return null;
    }
    IpAddress wanted = preferred.apply(name);
    IpAddress candidate = wanted;
    while (owners.containsKey(candidate)
        || taken.contains(candidate)
        || resting.containsKey(candidate)) {
      candidate = range.next(candidate);
    }
    if (!candidate.equals(wanted)) {
      collisions++;
    }
    return candidate;
  }

  /** A name that is there needs an address more than one that may come back. */
  private boolean makeRoom() {
    Iterator<IpAddress> rested = resting.keySet().iterator();
    if (rested.hasNext()) {
      rested.next();
      rested.remove();
      return true;
    }
    Iterator<N> away = absent.keySet().iterator();
    if (away.hasNext()) {
      release(away.next());
      return true;
    }
    return false;
  }
}
