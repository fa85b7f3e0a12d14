// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.nft.NftElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What makes some contents of another, in two steps, each of which packets see at once or not at
 * all. <b>Immutable.</b>
 *
 * <p>All that is new comes with the first step, and what nothing points to any more goes with the
 * second: a packet that found its service before a step finds its slot after it.
 *
 * @param first what is replaced, and what is added, and services that go
 * @param then slots and addresses that go
 */
record Difference(List<Change> first, List<Change> then) {

  /**
   * Elements of one set.
   *
   * @param add false for those that go, of which only the keys count
   */
  record Change(Part part, boolean add, List<NftElement> elements) {}

  Difference {
    first = List.copyOf(first);
    then = List.copyOf(then);
  }

  static Difference between(Contents now, Contents wanted) {
    List<Change> first = new ArrayList<>();
    List<Change> then = new ArrayList<>();
    for (Part part : Part.values()) { // slots before services, in the order of the constants
      between(part, now.of(part), wanted.of(part), first, then);
    }
    return new Difference(first, then);
  }

  private static void between(
      Part part,
      Map<Bytes, NftElement> now,
      Map<Bytes, NftElement> wanted,
      List<Change> first,
      List<Change> then) {
    List<NftElement> added = new ArrayList<>();
    List<NftElement> replaced = new ArrayList<>();
    List<NftElement> gone = new ArrayList<>();
    for (NftElement element : wanted.values()) {
      NftElement there = now.get(element.key());
      if (!element.equals(there)) {
        added.add(element);
        if (there != null) {
          replaced.add(there);
        }
      }
    }
    for (NftElement there : now.values()) {
      if (!wanted.containsKey(there.key())) {
        gone.add(there);
      }
    }
    add(first, new Change(part, false, part.isVips() ? joined(replaced, gone) : replaced));
    add(first, new Change(part, true, added));
    if (!part.isVips()) {
      add(then, new Change(part, false, gone));
    }
  }

  private static List<NftElement> joined(List<NftElement> some, List<NftElement> others) {
    List<NftElement> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  private static void add(List<Change> changes, Change change) {
    if (!change.elements().isEmpty()) {
      changes.add(change);
    }
  }

  /** Those that something changes for. */
  Set<Owner> owners() {
    Set<Owner> owners = new LinkedHashSet<>(owners(first));
    owners.addAll(owners(then));
    return owners;
  }

  /** Services whose element goes, or is replaced by another one that counts from nothing. */
  Set<Frontend> replacedServices() {
    Set<Frontend> replaced = new HashSet<>();
    for (Change change : first) {
      if (change.part().isVips() && !change.add()) {
        change.elements().forEach(each -> replaced.add(Layout.frontend(each.key())));
      }
    }
    return replaced;
  }

  static Set<Owner> owners(List<Change> changes) {
    Set<Owner> owners = new LinkedHashSet<>();
    for (Change change : changes) {
      change.elements().forEach(each -> owners.add(Layout.owner(change.part(), each.key())));
    }
    return owners;
  }

  /** What changes for some. */
  Difference only(Predicate<Owner> wanted) {
    return new Difference(only(first, wanted), only(then, wanted));
  }

  static List<Change> only(List<Change> changes, Predicate<Owner> wanted) {
    List<Change> some = new ArrayList<>();
    for (Change change : changes) {
      Part part = change.part();
      List<NftElement> elements =
          change.elements().stream()
              .filter(each -> wanted.test(Layout.owner(part, each.key())))
              .toList();
      add(some, new Change(part, change.add(), elements));
    }
    return some;
  }

  boolean isEmpty() {
    return first.isEmpty() && then.isEmpty();
  }

  /** Elements that are added, replaced or go. */
  int size() {
    return size(first) + size(then);
  }

  static int size(List<Change> changes) {
    return changes.stream().mapToInt(change -> change.elements().size()).sum();
  }
}
