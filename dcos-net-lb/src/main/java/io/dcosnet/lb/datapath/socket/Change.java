// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way from what the maps hold to what they shall hold. First all comes that nobody sees yet,
 * then what clients look at is turned over, one front end after the other and each at once, then
 * what nobody sees any more goes. So there is no moment at which a client finds less than there was
 * or will be.
 *
 * @param adding slots and keepers
 * @param turning front ends and addresses
 * @param removing what is not needed any more
 */
record Change(List<Step> adding, List<Step> turning, List<Step> removing) {

  /**
   * What is to be done.
   *
   * @param held is asked for new numbers, and not changed otherwise
   * @param wanted those front ends that shall be there and may be different now
   * @param gone those that shall not be there
   */
  static Change between(Held held, Map<Frontend, Row> wanted, Set<Frontend> gone) {
    Change change = new Change(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Map<IpAddress, Integer> counts = new HashMap<>(); // changes of front ends at an address
    wanted.forEach(
        (frontend, row) -> {
          Held.Entry old = held.entries().get(frontend);
          if (old == null) {
            counts.merge(frontend.endpoint().address(), 1, Integer::sum);
          }
          change.put(held, frontend, old, row);
        });
    for (Frontend frontend : gone) {
      Held.Entry old = held.entries().get(frontend);
      if (old != null) {
        counts.merge(frontend.endpoint().address(), -1, Integer::sum);
        change.turning.add(new Step.RemoveVip(frontend));
        change.removeRest(frontend, old, Row.NOBODY);
      }
    }
    change.addresses(held, wanted, counts);
    change.removing.addAll(held.leftovers());
    return change;
  }

  private void put(Held held, Frontend frontend, Held.@Nullable Entry old, Row row) {
    for (HostPort keeper : row.keepers()) {
      if (old == null || !old.row().keepers().contains(keeper)) {
        adding.add(new Step.PutKeeper(frontend, keeper));
      }
    }
    if (old != null && old.whole() && old.row().slots().equals(row.slots())) {
      removeKeepers(frontend, old, row);
      return;
    }
    int id = held.newId();
    if (!row.slots().isEmpty()) {
      adding.add(new Step.PutSlots(frontend, id, row.slots()));
    }
    turning.add(new Step.PutVip(frontend, id, row.slots().size()));
    if (old != null) {
      removeRest(frontend, old, row);
    }
  }

  private void removeRest(Frontend frontend, Held.Entry old, Row row) {
    if (!old.row().slots().isEmpty()) {
      removing.add(
          new Step.RemoveSlots(
              frontend,
              frontend.endpoint().address().isIpv4(),
              old.id(),
              0,
              old.row().slots().size()));
    }
    removeKeepers(frontend, old, row);
  }

  private void removeKeepers(Frontend frontend, Held.Entry old, Row row) {
    for (HostPort keeper : old.row().keepers()) {
      if (!row.keepers().contains(keeper)) {
        removing.add(new Step.RemoveKeeper(frontend, keeper));
      }
    }
  }

  private void addresses(Held held, Map<Frontend, Row> wanted, Map<IpAddress, Integer> counts) {
    for (Frontend frontend : wanted.keySet()) {
      counts.putIfAbsent(frontend.endpoint().address(), 0);
    }
    counts.forEach(
        (address, more) -> {
          boolean there = held.addresses().contains(address);
          boolean needed = held.frontendsAt(address) + more > 0;
          if (needed && !there) {
            turning.add(new Step.PutAddress(address));
          } else if (!needed && there) {
            removing.add(new Step.RemoveAddress(address));
          }
        });
    for (IpAddress address : held.strayAddresses()) {
      if (!counts.containsKey(address)) {
        removing.add(new Step.RemoveAddress(address));
      }
    }
  }

  /** All steps in order. */
  List<Step> steps() {
    List<Step> all = new ArrayList<>(adding);
    all.addAll(turning);
    all.addAll(removing);
    return all;
  }

  int size() {
    return adding.size() + turning.size() + removing.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }
}
