// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.linux.nft.NftElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
