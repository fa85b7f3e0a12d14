// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.bpf.BpfMap;
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
import java.util.Set;
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

  private final Place own = new Place("", SocketDiag.open(), new HashMap<>());
  private final Map<Path, Place> others = new HashMap<>();
  private final List<Path> namespaces;
  private final FamilyMaps ipv4;
  private final FamilyMaps ipv6;

  /**
   * A namespace that was entered once.
   *
   * @param file tells it from another one that got its name since
   * @param senders connected UDP sockets that were found there, with what they were meant for. The
   *     kernel forgets that when more recent ones need the room.
   */
  private record Place(Object file, SocketDiag sockets, Map<Sender, byte[]> senders) {}

  /** A UDP socket, as long as it is connected there. */
  private record Sender(long cookie, HostPort backend) {}

  OpenSockets(List<Path> namespaces, FamilyMaps ipv4, FamilyMaps ipv6) {
    this.namespaces = namespaces;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** Those of them that are in a scope. */
  List<Carried> list(Scope scope) {
    List<Carried> all = new ArrayList<>();
    list(own, scope, all);
    for (Path namespace : namespaces) {
      try {
        Place place = place(namespace);
        if (place != null) {
          list(place, scope, all);
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
        known = new Place(file, entered.call(SocketDiag::open), new HashMap<>());
      }
      others.put(namespace, known);
    }
    return known;
  }

  private void list(Place place, Scope scope, List<Carried> all) {
    Map<Sender, byte[]> senders = new HashMap<>();
    for (boolean ipv6Sockets : new boolean[] {false, true}) {
      // Either family of sockets may be connected over IPv4.
      Set<HostPort> to =
          scope.backends().stream()
              .filter(backend -> ipv6Sockets || backend.address().isIpv4())
              .collect(toSet());
      if (!scope.all() && to.isEmpty()) {
        continue;
      }
      SocketQuery tcp = SocketQuery.of(ipv6Sockets, Octets.TCP, SocketQuery.CONNECTED).toAnyOf(to);
      listTcp(place, tcp, all);
      SocketQuery udp = SocketQuery.of(ipv6Sockets, Octets.UDP, SocketQuery.CONNECTED).toAnyOf(to);
      listUdp(place, udp, senders, all);
    }
    if (scope.all()) {
      place.senders().clear(); // of sockets that were closed
    }
    place.senders().putAll(senders);
  }

  private void listTcp(Place place, SocketQuery query, List<Carried> all) {
    SocketQuery tcp = query.withStorages(List.of(ipv4.sockets().fd(), ipv6.sockets().fd()));
    for (InetSocket socket : place.sockets().list(tcp)) {
      FamilyMaps maps = maps(socket);
      byte[] pair = socket.storages().get(maps.sockets().id());
      int end = Octets.end(maps.ipv4());
      // One that was connected elsewhere later keeps its old value, which then does not fit.
      if (pair != null
          && pair.length >= 2 * end
          && Octets.readEnd(pair, end, maps.ipv4()).equals(socket.remote())) {
        add(pair, socket, place.sockets(), all);
      }
    }
  }

  private void listUdp(
      Place place, SocketQuery query, Map<Sender, byte[]> senders, List<Carried> all) {
    for (InetSocket socket : place.sockets().list(query)) {
      Sender sender = new Sender(socket.cookie(), socket.remote());
      byte[] frontend = frontend(sender, socket, place.senders().get(sender));
      if (frontend != null) {
        senders.put(sender, frontend);
        add(frontend, socket, place.sockets(), all);
      }
    }
  }

  /**
   * What a UDP socket was meant for; null for one that is not ours.
   *
   * @param before what was known of it; put back where the kernel has forgotten it, for who looks
   *     after this process
   */
  private byte @Nullable [] frontend(Sender sender, InetSocket socket, byte @Nullable [] before) {
    BpfMap map = maps(socket).senders();
    byte[] key = Octets.byCookie(sender.cookie(), sender.backend());
    byte[] now = map.get(key).orElse(null);
    if (now == null && before != null) {
      map.put(key, before);
    }
    return now == null ? before : now;
  }

  private FamilyMaps maps(InetSocket socket) {
    return socket.remote().address().isIpv4() ? ipv4 : ipv6;
  }

  private static void add(byte[] frontend, InetSocket socket, SocketDiag where, List<Carried> all) {
    Octets.readFrontend(frontend, 0, socket.remote().address().isIpv4())
        .ifPresent(meant -> all.add(new Carried(meant, socket.remote(), socket, where)));
  }

  /** Cuts some of them, each by itself. */
  static Cutter.Result cut(Collection<Carried> sockets) {
    Map<SocketDiag, Map<InetSocket, Carried>> byPlace = new HashMap<>();
    for (Carried each : sockets) {
      byPlace.computeIfAbsent(each.where(), w -> new HashMap<>()).put(each.socket(), each);
    }
    int done = 0;
    Map<Carried, String> refused = new HashMap<>();
    for (Map.Entry<SocketDiag, Map<InetSocket, Carried>> each : byPlace.entrySet()) {
      SocketDiag.Cuts cuts;
      try {
        cuts = each.getKey().destroy(each.getValue().keySet());
      } catch (KernelException e) { // those of other namespaces are cut all the same
        String words = String.valueOf(e.getMessage());
        each.getValue().values().forEach(carried -> refused.put(carried, words));
        continue;
      }
      done += cuts.done();
      cuts.refused()
          .forEach(
              (socket, words) -> refused.put(requireNonNull(each.getValue().get(socket)), words));
    }
    return new Cutter.Result(done, refused);
  }

  @Override
  public void close() {
    own.sockets().close();
    others.values().forEach(place -> place.sockets().close());
  }
}
