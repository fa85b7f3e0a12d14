// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the maps hold, as it was read or put there.
 *
 * <p><b>Confined to</b> the thread of the path.
 */
final class Held {

  /**
   * One front end.
   *
   * @param id under which its slots stand
   * @param whole false when some of its slots are missing, so that it must be written again
   */
  record Entry(int id, Row row, boolean whole) {}

  private final Map<Frontend, Entry> entries = new HashMap<>();
  private final Map<IpAddress, Integer> frontends = new HashMap<>();
  private final Set<Integer> ids = new HashSet<>();
  private final Set<IpAddress> addresses = new HashSet<>();
  private final List<Step> leftovers = new ArrayList<>();
  private int nextId = 1;

  Map<Frontend, Entry> entries() {
    return entries;
  }

  Optional<Entry> entry(Frontend frontend) {
    return Optional.ofNullable(entries.get(frontend));
  }

  void put(Frontend frontend, Entry entry) {
    Entry old = entries.put(frontend, entry);
    if (old == null) {
      frontends.merge(frontend.endpoint().address(), 1, Integer::sum);
    } else if (old.id() != entry.id()) {
      ids.remove(old.id());
    }
    ids.add(entry.id());
  }

  void remove(Frontend frontend) {
    Entry old = entries.remove(frontend);
    if (old != null) {
      ids.remove(old.id());
      frontends.merge(
          frontend.endpoint().address(), -1, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
    }
  }

  /**
   * Takes note of what was done.
   *
   * @param failed those that stayed as they were
   */
  void made(Change change, Map<Frontend, Row> wanted, Set<Frontend> gone, Set<Frontend> failed) {
    Map<Frontend, Integer> newIds = new HashMap<>();
    for (Step step : change.turning()) {
      if (step instanceof Step.PutVip put) {
        newIds.put(put.frontend(), put.id());
      } else if (step instanceof Step.PutAddress put) {
        addresses.add(put.address());
      }
    }
    wanted.forEach(
        (frontend, row) -> {
          Integer newId = newIds.get(frontend);
          Entry old = entries.get(frontend);
          if (failed.contains(frontend)) {
            return;
          }
          if (newId != null) {
            put(frontend, new Entry(newId, row, true));
          } else if (old != null) {
            put(frontend, new Entry(old.id(), row, true));
          }
        });
    gone.forEach(this::remove);
    for (Step step : change.removing()) {
      if (step instanceof Step.RemoveAddress remove) {
        addresses.remove(remove.address());
      }
    }
    leftovers.clear();
  }

  /** How much was found otherwise than it is known here. */
  int differencesFrom(Held found) {
    int differences = found.leftovers.size();
    for (Map.Entry<Frontend, Entry> each : entries.entrySet()) {
      if (!each.getValue().equals(found.entries.get(each.getKey()))) {
        differences++;
      }
    }
    for (Frontend frontend : found.entries.keySet()) {
      differences += entries.containsKey(frontend) ? 0 : 1;
    }
    Set<IpAddress> both = new HashSet<>(addresses);
    both.retainAll(found.addresses);
    return differences + addresses.size() + found.addresses.size() - 2 * both.size();
  }

  /** How many front ends stand at an address. */
  int frontendsAt(IpAddress address) {
    return frontends.getOrDefault(address, 0);
  }

  /** Addresses whose other ports refuse. */
  Set<IpAddress> addresses() {
    return addresses;
  }

  /** Those of them that have no front end. */
  Set<IpAddress> strayAddresses() {
    if (addresses.size() == frontends.size()) {
      return Set.of(); // each front end has its address by the end of a change
    }
    Set<IpAddress> stray = new HashSet<>(addresses);
    stray.removeAll(frontends.keySet());
    return stray;
  }

  /** What belongs to nothing. */
  List<Step> leftovers() {
    return leftovers;
  }

  /** A number for slots that no front end has, the later the greater until they begin anew. */
  int newId() {
    while (nextId == 0 || ids.contains(nextId)) {
      nextId++;
    }
    return nextId++;
  }

  /** New numbers are greater than this one. */
  void avoid(int id) {
    if (Integer.compareUnsigned(id, nextId) >= 0) {
      nextId = id + 1;
    }
  }
}
