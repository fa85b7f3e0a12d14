// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.linux.bpf.BpfMap;
import io.dcosnet.linux.bpf.MapKind;
import io.dcosnet.linux.bpf.MapShape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

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

  /**
   * Opens all maps.
   *
   * @param left numbers of maps that may be there already; those that have the right shape are
   *     taken over with all that they hold
   */
  static FamilyMaps open(boolean ipv4, SocketConfig config, Collection<Integer> left) {
    int end = Octets.end(ipv4);
    int services = config.maxServices();
    int flows = config.maxUdpFlows();
    String family = ipv4 ? "4" : "6";
    List<MapShape> shapes =
        List.of(
            new MapShape(MapKind.HASH, PREFIX + "vip" + family, end, 8, services),
            new MapShape(
                MapKind.HASH,
                PREFIX + "slot" + family,
                8,
                Octets.countAt(ipv4) + 8,
                config.maxSlots()),
            new MapShape(MapKind.HASH, PREFIX + "keep" + family, 2 * end, 4, config.maxSlots()),
            MapShape.ofSockets(PREFIX + "sock" + family, 2 * end),
            new MapShape(MapKind.RECENT_HASH, PREFIX + "pick" + family, 8 + end, end, flows),
            new MapShape(MapKind.RECENT_HASH, PREFIX + "from" + family, 8 + end, end, flows));
    List<BpfMap> opened = new ArrayList<>();
    boolean done = false;
    try {
      for (MapShape shape : shapes) {
        opened.add(open(shape, left));
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

  private static BpfMap open(MapShape shape, Collection<Integer> left) {
    return left.stream()
        .map(id -> BpfMap.adopt(id, shape))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseGet(() -> BpfMap.create(shape));
  }

  void close() {
    List.of(vips, slots, keepers, sockets, choices, senders).forEach(BpfMap::close);
  }
}
