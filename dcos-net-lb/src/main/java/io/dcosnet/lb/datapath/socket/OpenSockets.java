// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.diag.InetSocket;
import io.dcosnet.linux.diag.SocketDiag;
import io.dcosnet.linux.diag.SocketQuery;
import io.dcosnet.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the connected sockets that this path redirected, in the namespace of the thread that opens
 * this and in those that are named.
 *
 * <p><b>Confined to</b> one thread.
 */
final class OpenSockets implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(OpenSockets.class);

  private final SocketDiag own = SocketDiag.open();
  private final Map<Path, Place> others = new HashMap<>();
  private final List<Path> namespaces;
  private final FamilyMaps ipv4;
  private final FamilyMaps ipv6;

  /**
   * A namespace that was entered once.
   *
   * @param file tells it from another one that got its name since
   */
  private record Place(Object file, SocketDiag sockets) {}

  OpenSockets(List<Path> namespaces, FamilyMaps ipv4, FamilyMaps ipv6) {
    this.namespaces = namespaces;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** All of them. */
  List<Carried> list() {
    List<Carried> all = new ArrayList<>();
    list(own, all);
    for (Path namespace : namespaces) {
      try {
        Place place = place(namespace);
        if (place != null) {
          list(place.sockets(), all);
        }
      } catch (KernelException | IOException e) {
        // One that just goes; it shall not keep us from the others.
        LOGGER.warn("sockets of namespace {} cannot be listed: {}", namespace, e.getMessage());
      }
    }
    return all;
  }

  /** A socket stays in its namespace, also when the file goes or another one comes there. */
  private @Nullable Place place(Path namespace) throws IOException {
    Place known = others.get(namespace);
    Object file = Files.exists(namespace) ? Files.getAttribute(namespace, "unix:ino") : null;
    if (known != null && !known.file().equals(file)) {
      known.sockets().close();
      others.remove(namespace);
      known = null;
    }
    if (known == null && file != null) {
      try (NetworkNamespace entered = NetworkNamespace.open(namespace)) {
        known = new Place(file, entered.call(SocketDiag::open));
      }
      others.put(namespace, known);
    }
    return known;
  }

  private void list(SocketDiag where, List<Carried> all) {
    for (boolean ipv6Sockets : new boolean[] {false, true}) {
      // Either family of sockets may be connected over IPv4.
      SocketQuery tcp =
          SocketQuery.of(ipv6Sockets, Octets.TCP, SocketQuery.CONNECTED)
              .withStorages(List.of(ipv4.sockets().fd(), ipv6.sockets().fd()));
      for (InetSocket socket : where.list(tcp)) {
        FamilyMaps maps = maps(socket);
        byte[] pair = socket.storages().get(maps.sockets().id());
        int end = Octets.end(maps.ipv4());
        // One that was connected elsewhere later keeps its old value, which then does not fit.
        if (pair != null
            && pair.length >= 2 * end
            && Octets.readEnd(pair, end, maps.ipv4()).equals(socket.remote())) {
          add(pair, socket, where, all);
        }
      }
      SocketQuery udp = SocketQuery.of(ipv6Sockets, Octets.UDP, SocketQuery.CONNECTED);
      for (InetSocket socket : where.list(udp)) {
        maps(socket)
            .senders()
            .get(Octets.byCookie(socket.cookie(), socket.remote()))
            .ifPresent(frontend -> add(frontend, socket, where, all));
      }
    }
  }

  private FamilyMaps maps(InetSocket socket) {
    return socket.remote().address().isIpv4() ? ipv4 : ipv6;
  }

  private static void add(byte[] frontend, InetSocket socket, SocketDiag where, List<Carried> all) {
    Octets.readFrontend(frontend, 0, socket.remote().address().isIpv4())
        .ifPresent(meant -> all.add(new Carried(meant, socket.remote(), socket, where)));
  }

  /** Cuts some of them; returns how many were still there. */
  static int cut(Collection<Carried> sockets) {
    Map<SocketDiag, List<InetSocket>> byPlace = new HashMap<>();
    for (Carried each : sockets) {
      byPlace.computeIfAbsent(each.where(), w -> new ArrayList<>()).add(each.socket());
    }
    int cut = 0;
    for (Map.Entry<SocketDiag, List<InetSocket>> each : byPlace.entrySet()) {
      cut += each.getKey().destroy(each.getValue());
    }
    return cut;
  }

  @Override
  public void close() {
    own.close();
    others.values().forEach(place -> place.sockets().close());
  }
}
