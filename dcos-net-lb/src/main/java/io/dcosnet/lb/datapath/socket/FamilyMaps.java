// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.linux.bpf.BpfMap;
import io.dcosnet.linux.bpf.MapKind;
import io.dcosnet.linux.bpf.MapShape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The maps of one family of addresses, in the kernel. What a connection asks: {@code vips} says how
 * many slots a front end has and under which number they stand; {@code slots} says which back end
 * stands there. What is remembered of connections: {@code sockets} holds, for each connected
 * socket, the front end that it was meant for and the back end that it got; {@code senders} holds,
 * for a UDP socket and a back end, the front end; {@code choices} the back end, for a UDP socket
 * that is not connected and a front end. {@code keepers} says which back ends keep such clients.
 *
 * @param ipv4 the family
 */
record FamilyMaps(
    boolean ipv4,
    BpfMap vips,
    BpfMap slots,
    BpfMap keepers,
    BpfMap sockets,
    BpfMap choices,
    BpfMap senders) {

  /** What names of our maps and programs begin with. */
  static final String PREFIX = "dcosnet_";

  /** Those of a client's way, which only make sense together. */
  private static final int WAY = 3;

  /**
   * Opens all maps.
   *
   * @param left for each program that is attached already the numbers of its maps; those that have
   *     the right shape are taken over with all that they hold
   */
  static FamilyMaps open(boolean ipv4, SocketConfig config, Collection<Set<Integer>> left) {
    List<MapShape> shapes = shapes(ipv4, config);
    List<BpfMap> opened = new ArrayList<>();
    boolean done = false;
    try {
      opened.addAll(way(shapes.subList(0, WAY), left));
      Set<Integer> all = new TreeSet<>();
      left.forEach(all::addAll);
      for (MapShape shape : shapes.subList(WAY, shapes.size())) {
        opened.add(adopted(shape, all).orElseGet(() -> BpfMap.create(shape)));
      }
      done = true;
    } finally {
      if (!done) {
        opened.forEach(BpfMap::close);
      }
    }
    return new FamilyMaps(
        ipv4,
        opened.get(0),
        opened.get(1),
        opened.get(2),
        opened.get(3),
        opened.get(4),
        opened.get(5));
  }

  private static List<MapShape> shapes(boolean ipv4, SocketConfig config) {
    int end = Octets.end(ipv4);
    int services = config.maxServices();
    int slots = config.maxSlots();
    int flows = config.maxUdpFlows();
    String family = ipv4 ? "4" : "6";
    return List.of(
        new MapShape(MapKind.HASH, PREFIX + "vip" + family, end, 8, services),
        new MapShape(MapKind.HASH, PREFIX + "slot" + family, 8, Octets.countAt(ipv4) + 8, slots),
        new MapShape(MapKind.HASH, PREFIX + "keep" + family, 2 * end, 4, slots),
        MapShape.ofSockets(PREFIX + "sock" + family, 2 * end),
        new MapShape(MapKind.RECENT_HASH, PREFIX + "pick" + family, 8 + end, end, flows),
        new MapShape(MapKind.RECENT_HASH, PREFIX + "from" + family, 8 + end, end, flows));
  }

  /**
   * Front ends, slots and keepers: all three as one program has them, or none of them. Programs
   * that are attached go on with theirs until ours take their place; a front end that was turned to
   * slots of another map would be refused by them until then.
   */
  private static List<BpfMap> way(List<MapShape> shapes, Collection<Set<Integer>> left) {
    for (Set<Integer> maps : left) {
      List<BpfMap> found = new ArrayList<>();
      shapes.forEach(shape -> adopted(shape, maps).ifPresent(found::add));
      if (found.size() == shapes.size()) {
        return found;
      }
      found.forEach(BpfMap::close);
    }
    List<BpfMap> made = new ArrayList<>();
    boolean done = false;
    try {
      shapes.forEach(shape -> made.add(BpfMap.create(shape)));
      done = true;
      return made;
    } finally {
      if (!done) {
        made.forEach(BpfMap::close);
      }
    }
  }

  private static Optional<BpfMap> adopted(MapShape shape, Collection<Integer> left) {
    return left.stream().map(id -> BpfMap.adopt(id, shape)).flatMap(Optional::stream).findFirst();
  }

  void close() {
    List.of(vips, slots, keepers, sockets, choices, senders).forEach(BpfMap::close);
  }
}
