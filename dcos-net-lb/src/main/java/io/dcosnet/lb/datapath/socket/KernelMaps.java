// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Front ends, slots and keepers of one family, as they stand in the kernel: reads them, and does
 * the steps of a {@link Change}.
 *
 * <p><b>Confined to</b> the thread of the path.
 */
final class KernelMaps {

  private static final String NO_ROOM = "the map of %s is full";

  private final boolean ipv4;
  private final EntryMap vips;
  private final EntryMap slots;
  private final EntryMap keepers;

  KernelMaps(boolean ipv4, EntryMap vips, EntryMap slots, EntryMap keepers) {
    this.ipv4 = ipv4;
    this.vips = vips;
    this.slots = slots;
    this.keepers = keepers;
  }

  /** Some entries, each for whom they are. */
  private record Entries(List<Frontend> owners, List<Map.Entry<byte[], byte[]>> entries) {
    Entries() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void add(Frontend owner, byte[] key, byte[] value) {
      owners.add(owner);
      entries.add(Map.entry(key, value));
    }
  }

  // Reading

  /** Adds what there is to what is known of the other family. */
  void read(Held held) {
    Map<Long, HostPort> bySlot = new HashMap<>();
    for (Map.Entry<byte[], byte[]> each : slots.entries()) {
      int id = Octets.readInt(each.getKey(), 0);
      bySlot.put(
          slotOf(id, Octets.readInt(each.getKey(), 4)), Octets.readEnd(each.getValue(), 0, ipv4));
      held.avoid(id);
    }
    Map<Frontend, Set<HostPort>> byFrontend = new HashMap<>();
    for (Map.Entry<byte[], byte[]> each : keepers.entries()) {
      HostPort backend = Octets.readEnd(each.getKey(), Octets.end(ipv4), ipv4);
      Octets.readFrontend(each.getKey(), 0, ipv4)
          .ifPresent(
              frontend -> byFrontend.computeIfAbsent(frontend, f -> new HashSet<>()).add(backend));
    }
    for (Map.Entry<byte[], byte[]> each : vips.entries()) {
      if (Octets.isAddress(each.getKey(), ipv4)) {
        held.addresses().add(Octets.readAddress(each.getKey(), 0, ipv4));
      } else {
        Octets.readFrontend(each.getKey(), 0, ipv4)
            .ifPresent(
                frontend -> {
                  int count = Octets.readInt(each.getValue(), 0);
                  int id = Octets.readInt(each.getValue(), 4);
                  Set<HostPort> keeping = byFrontend.remove(frontend);
                  read(held, frontend, id, count, bySlot, keeping == null ? Set.of() : keeping);
                });
      }
    }
    leftovers(held, bySlot.keySet(), byFrontend);
  }

  private static void read(
      Held held,
      Frontend frontend,
      int id,
      int count,
      Map<Long, HostPort> bySlot,
      Set<HostPort> keeping) {
    held.avoid(id);
    List<HostPort> found = new ArrayList<>();
    boolean whole = true;
    // One that somebody else wrote may say anything.
    for (int slot = 0; slot < count && whole; slot++) {
      HostPort backend = bySlot.remove(slotOf(id, slot));
      whole = backend != null;
      if (backend != null) {
        found.add(backend);
      }
    }
    held.put(frontend, new Held.Entry(id, new Row(found, keeping), whole && count >= 0));
  }

  private void leftovers(Held held, Set<Long> slotsLeft, Map<Frontend, Set<HostPort>> keepersLeft) {
    for (long slot : slotsLeft) {
      int number = (int) slot;
      held.leftovers()
          .add(new Step.RemoveSlots(null, ipv4, (int) (slot >>> 32), number, number + 1));
    }
    keepersLeft.forEach(
        (frontend, backends) ->
            backends.forEach(
                backend -> held.leftovers().add(new Step.RemoveKeeper(frontend, backend))));
  }

  private static long slotOf(int id, int slot) {
    return ((long) id << 32) | (slot & 0xffff_ffffL);
  }

  // Changing

  /**
   * Does the steps of this family, in their order.
   *
   * @param failed gets those front ends for which there was no room, and why; they stay as they are
   */
  void make(Change change, Map<Frontend, String> failed) {
    Entries newSlots = new Entries();
    Entries newKeepers = new Entries();
    Map<Frontend, Step.PutSlots> puts = new LinkedHashMap<>();
    for (Step step : change.adding()) {
      if (step instanceof Step.PutSlots put && isOurs(put.frontend())) {
        puts.put(put.frontend(), put);
        for (int i = 0; i < put.slots().size(); i++) {
          newSlots.add(
              put.frontend(), Octets.slotKey(put.id(), i), Octets.slot(put.slots().get(i)));
        }
      } else if (step instanceof Step.PutKeeper put && isOurs(put.frontend())) {
        newKeepers.add(
            put.frontend(), Octets.pair(put.frontend(), put.backend()), new byte[] {1, 0, 0, 0});
      }
    }
    put(slots, newSlots, failed, "slots");
    put(keepers, newKeepers, failed, "back ends that keep clients");
    turn(change, failed);
    remove(change, puts, failed);
  }

  private void turn(Change change, Map<Frontend, String> failed) {
    Entries addresses = new Entries();
    Entries turned = new Entries();
    List<byte[]> ended = new ArrayList<>();
    for (Step step : change.turning()) {
      if (step instanceof Step.PutVip put && isOurs(put.frontend())) {
        if (!failed.containsKey(put.frontend())) {
          turned.add(
              put.frontend(), Octets.frontend(put.frontend()), Octets.vip(put.count(), put.id()));
        }
      } else if (step instanceof Step.RemoveVip remove && isOurs(remove.frontend())) {
        ended.add(Octets.frontend(remove.frontend()));
      } else if (step instanceof Step.PutAddress put && put.address().isIpv4() == ipv4) {
        addresses.entries().add(Map.entry(Octets.address(put.address()), Octets.vip(0, 0)));
      }
    }
    put(vips, turned, failed, "front ends");
    vips.removeAll(ended);
    // Without room for these only their other ports are not refused, and it is tried again.
    OptionalInt unused = vips.putAll(addresses.entries());
  }

  private void remove(
      Change change, Map<Frontend, Step.PutSlots> puts, Map<Frontend, String> failed) {
    List<byte[]> oldSlots = new ArrayList<>();
    List<byte[]> oldKeepers = new ArrayList<>();
    List<byte[]> oldAddresses = new ArrayList<>();
    for (Step step : change.removing()) {
      // Who found no room goes on with what it had.
      if (step instanceof Step.RemoveSlots remove
          && remove.ipv4() == ipv4
          && (remove.frontend() == null || !failed.containsKey(remove.frontend()))) {
        addSlots(oldSlots, remove.id(), remove.from(), remove.to());
      } else if (step instanceof Step.RemoveKeeper remove
          && isOurs(remove.frontend())
          && !failed.containsKey(remove.frontend())) {
        oldKeepers.add(Octets.pair(remove.frontend(), remove.backend()));
      } else if (step instanceof Step.RemoveAddress remove && remove.address().isIpv4() == ipv4) {
        oldAddresses.add(Octets.address(remove.address()));
      }
    }
    for (Frontend frontend : failed.keySet()) {
      Step.PutSlots put = puts.get(frontend);
      if (put != null) {
        addSlots(oldSlots, put.id(), 0, put.slots().size());
      }
    }
    slots.removeAll(oldSlots);
    keepers.removeAll(oldKeepers);
    vips.removeAll(oldAddresses);
  }

  private static void addSlots(List<byte[]> keys, int id, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      keys.add(Octets.slotKey(id, slot));
    }
  }

  /** Who finds no room does not keep the others from theirs. */
  private static void put(EntryMap map, Entries all, Map<Frontend, String> failed, String what) {
    List<Map.Entry<byte[], byte[]>> entries = all.entries();
    List<Frontend> owners = all.owners();
    int from = 0;
    while (from < entries.size()) {
      OptionalInt full = map.putAll(entries.subList(from, entries.size()));
      if (full.isEmpty()) {
        return;
      }
      from += full.getAsInt();
      Frontend owner = owners.get(from);
      failed.put(owner, NO_ROOM.formatted(what));
      while (from < entries.size() && owners.get(from).equals(owner)) {
        from++;
      }
    }
  }

  private boolean isOurs(Frontend frontend) {
    return Octets.isIpv4(frontend) == ipv4;
  }

  /** How many connections got each slot of a number so far. */
  Map<HostPort, Long> counts(int id, int count) {
    Map<HostPort, Long> counts = new HashMap<>();
    Function<byte[], HostPort> backend = slot -> Octets.readEnd(slot, 0, ipv4);
    for (int i = 0; i < count; i++) {
      slots
          .get(Octets.slotKey(id, i))
          .ifPresent(
              slot -> counts.merge(backend.apply(slot), Octets.readCount(slot, ipv4), Long::sum));
    }
    return counts;
  }
}
