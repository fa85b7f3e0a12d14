// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses of VIPs reachable on this node, as routes that make it take them as its own.
 * They are known by their protocol number, whoever added them, and no others are touched.
 *
 * <p>For each IPv4 address that is a local route of the device. For each IPv6 address it is a local
 * route of {@code lo}, as the kernel has it for its own ones, and where the device is another one
 * also a route that leads there, for those who ask where the address is.
 *
 * <p><b>Not thread-safe</b> but for {@link #concerns}. It speaks to the network namespace in which
 * the thread was that opened it. Calls block until the kernel has answered: milliseconds for
 * thousands of addresses.
 */
public final class VipRoutes implements AutoCloseable {

  /** By which routes of ours are known. */
  public static final int PROTOCOL = 202;

  /** There on every node, and never in the way of anything else. */
  public static final String LOOPBACK = "lo";

  /** What the kernel makes of no metric for IPv6, where it is part of what a route is. */
  private static final int METRIC6 = 1024;

  private static final Result UNCHANGED = new Result(0, 0, 0, Map.of());
  private static final Logger LOGGER = LoggerFactory.getLogger(VipRoutes.class);

  private final String device;
  private final RouteSocket socket;
  private @Nullable Map<Place, Route> held;
  private Set<IpAddress> done = Set.of();
  private volatile Set<Cidr> kept = Set.of();

  private VipRoutes(String device, RouteSocket socket) {
    this.device = device;
    this.socket = socket;
  }

  /** Where the kernel holds one route at most. */
  private record Place(int table, Cidr destination, int metric) {
    static Place of(Route route) {
      return new Place(route.table(), route.destination(), route.metric());
    }
  }

  /**
   * What one pass changed.
   *
   * @param added routes that were not there, or led elsewhere
   * @param removed routes of ours that nobody wants
   * @param drift routes that somebody else had changed since the last pass
   * @param refused addresses that are not reachable now, and the kernel's words
   */
  public record Result(int added, int removed, int drift, Map<IpAddress, String> refused) {
    public Result {
      refused = Map.copyOf(refused);
    }
  }

  /**
   * Opens them in the namespace of this thread; nothing is changed yet.
   *
   * @param device of which they are routes, {@link #LOOPBACK} for one that is always there
   * @throws KernelException when the kernel cannot be spoken to
   */
  public static VipRoutes open(String device) {
    return new VipRoutes(requireNonNull(device, "device"), RouteSocket.open());
  }

  /** Why there can be no such routes here; empty when there can. Changes nothing. */
  static Optional<String> unavailableBecause() {
    Optional<String> lack = Linux.unavailableBecause();
    if (lack.isPresent()) {
      return lack;
    }
    Route nobodys = Route.local(Cidr.parse("192.0.2.0/32"), 0).withProtocol(PROTOCOL);
    try (RouteSocket socket = RouteSocket.open()) {
      // Who has no right to is told so before the kernel looks whether there is one.
      boolean unused = socket.delete(Routes.delete(nobodys));
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.of(e.getMessage() + " (root or CAP_NET_ADMIN is needed)");
    }
  }

  /** What monitors join to hear of all that {@link #concerns} these routes. */
  public static NetlinkMonitor monitor() {
    return NetlinkMonitor.open(
        NetlinkProtocol.ROUTE, Links.GROUP, Routes.GROUP_IPV4, Routes.GROUP_IPV6);
  }

  /**
   * Whether a change may have taken a route that is wanted. Any thread.
   *
   * @param message of {@link #monitor}
   */
  public boolean concerns(Message message) {
    return switch (message.type()) {
      case Routes.DELETED -> {
        Set<Cidr> now = kept;
        yield Routes.isReadable(message) && now.contains(Routes.read(message).destination());
      }
      // The kernel drops the routes of a device that is switched off without a word.
      case Links.DELETED, Links.NEW -> Links.read(message).name().equals(device);
      default -> false;
    };
  }

  /**
   * Makes exactly these addresses reachable; what is new comes before what is old goes.
   *
   * @param readBack true when the kernel may hold something else than what was last put there
   * @throws KernelException when there is no such device, or what there is cannot be read
   */
  public Result apply(Collection<IpAddress> addresses, boolean readBack) {
    Set<IpAddress> all = Set.copyOf(addresses);
    if (!readBack && held != null && all.equals(done)) {
      return UNCHANGED; // most changes are of back ends, and there may be thousands of VIPs
    }
    done = Set.of();
    Result result = change(all, readBack);
    if (result.refused().isEmpty()) {
      done = all;
    }
    return result;
  }

  private Result change(Set<IpAddress> addresses, boolean readBack) {
    Map<Place, Route> wanted = wanted(addresses);
    Map<Place, Route> before = held;
    Map<Place, Route> there = readBack || before == null ? read() : new HashMap<>(before);
    int drift = before == null ? 0 : differences(before, there);
    List<Route> missing =
        wanted.values().stream()
            .filter(route -> !route.equals(there.get(Place.of(route))))
            .toList();
    List<Route> surplus =
        there.values().stream().filter(route -> !wanted.containsKey(Place.of(route))).toList();

    held = there; // right whatever fails below
    kept = wanted.keySet().stream().map(Place::destination).collect(Collectors.toUnmodifiableSet());
    Map<IpAddress, String> refused = add(missing, there);
    remove(surplus, there);
    long added = missing.stream().filter(route -> route.equals(there.get(Place.of(route)))).count();
    return new Result((int) added, surplus.size(), drift, refused);
  }

  /** What {@link #apply} would do, as one would tell {@code ip}; changes nothing. */
  public List<String> plan(Collection<IpAddress> addresses) {
    Map<Place, Route> wanted = wanted(addresses);
    Map<Place, Route> there = read();
    List<Route> missing = sorted(wanted);
    missing.removeIf(route -> route.equals(there.get(Place.of(route))));
    List<Route> surplus = sorted(there);
    surplus.removeIf(route -> wanted.containsKey(Place.of(route)));
    List<String> lines = words("ip route replace ", missing);
    lines.addAll(words("ip route del ", surplus));
    return lines;
  }

  /** Those of ours that there are now, as one would tell {@code ip}. */
  public List<String> list() {
    return words("ip route ", sorted(read()));
  }

  /**
   * Removes all of ours, whichever device they lead to.
   *
   * @return what was removed, as one would tell {@code ip}; empty when there was nothing
   */
  public List<String> removeAll() {
    Map<Place, Route> there = read();
    List<Route> all = sorted(there);
    kept = Set.of();
    done = Set.of();
    remove(all, there);
    held = there;
    all.removeIf(route -> there.containsKey(Place.of(route)));
    return words("ip route ", all);
  }

  /** Closes the socket; the routes stay. Idempotent. */
  @Override
  public void close() {
    socket.close();
  }

  private Map<Place, Route> wanted(Collection<IpAddress> addresses) {
    int link = index(device);
    int loopback = index(LOOPBACK);
    Map<Place, Route> wanted = new HashMap<>();
    for (IpAddress address : addresses) {
      Cidr alone = new Cidr(address, address.bitLength());
      if (address.isIpv4()) {
        put(Route.local(alone, link), wanted);
      } else {
        put(Route.local(alone, loopback).withMetric(METRIC6), wanted);
        if (link != loopback) {
          put(Route.through(alone, link).withMetric(METRIC6), wanted);
        }
      }
    }
    return wanted;
  }

  private static void put(Route route, Map<Place, Route> target) {
    target.put(Place.of(route), route.withProtocol(PROTOCOL));
  }

  private int index(String name) {
    return socket
        .link(name)
        .map(Link::index)
        .orElseThrow(() -> new KernelException("find device " + name, Errno.ENODEV));
  }

  private Map<Place, Route> read() {
    Map<Place, Route> ours = new HashMap<>();
    for (AddressFamily family : AddressFamily.ALL) {
      for (int table : List.of(Route.LOCAL_TABLE, Route.MAIN)) {
        for (Route route : socket.routes(family, table)) {
          if (route.protocol() == PROTOCOL) {
            // Flags tell how the device is, not what was wanted.
            ours.put(Place.of(route), route.withFlags(0));
          }
        }
      }
    }
    return ours;
  }

  private static int differences(Map<Place, Route> before, Map<Place, Route> there) {
    long lost = before.values().stream().filter(r -> !r.equals(there.get(Place.of(r)))).count();
    long added = there.keySet().stream().filter(place -> !before.containsKey(place)).count();
    return (int) (lost + added);
  }

  private Map<IpAddress, String> add(List<Route> missing, Map<Place, Route> there) {
    List<Request> requests = new ArrayList<>();
    for (Route route : missing) {
      // Only one of ours may be put aside.
      boolean moved = there.containsKey(Place.of(route));
      requests.add(moved ? Routes.replace(route) : Routes.add(route));
    }
    List<Refusal> refusals = socket.changeAll(requests);
    Map<Place, Route> done = missing.stream().collect(Collectors.toMap(Place::of, route -> route));
    Map<IpAddress, String> refused = new HashMap<>();
    @Nullable Set<Cidr> foreign = null;
    for (Refusal refusal : refusals) {
      Route route = missing.get(refusal.index());
      done.remove(Place.of(route));
      if (foreign == null) {
        foreign = localForeign();
      }
      // A real address of this node is reachable without us.
      if (!refusal.errno().equals(Errno.EEXIST) || !foreign.contains(route.destination())) {
        refused.put(route.destination().first(), refusal.toString());
      }
    }
    there.putAll(done);
    return refused;
  }

  private Set<Cidr> localForeign() {
    return AddressFamily.ALL.stream()
        .flatMap(family -> socket.routes(family, Route.LOCAL_TABLE).stream())
        .filter(route -> route.protocol() != PROTOCOL && route.type() == Route.LOCAL)
        .map(Route::destination)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void remove(List<Route> surplus, Map<Place, Route> there) {
    List<Refusal> refusals = socket.changeAll(surplus.stream().map(Routes::delete).toList());
    surplus.forEach(route -> there.remove(Place.of(route)));
    Optional<Refusal> failed =
        refusals.stream().filter(refusal -> !refusal.isAbsence()).findFirst();
    refusals.stream()
        .filter(refusal -> !refusal.isAbsence())
        .map(refusal -> surplus.get(refusal.index()))
        .forEach(route -> there.put(Place.of(route), route)); // tried again with the next pass
    failed.ifPresent(refusal -> LOGGER.warn("a route of a VIP that is gone stays: {}", refusal));
  }

  private static List<Route> sorted(Map<Place, Route> routes) {
    List<Route> sorted = new ArrayList<>(routes.values());
    sorted.sort(Comparator.comparing(Route::destination).thenComparing(Route::table));
    return sorted;
  }

  private List<String> words(String verb, List<Route> routes) {
    Map<Integer, String> names =
        socket.links().stream().collect(Collectors.toMap(Link::index, Link::name));
    List<String> lines = new ArrayList<>();
    for (Route route : routes) {
      String type = route.type() == Route.LOCAL ? "local " : "";
      String table = route.table() == Route.LOCAL_TABLE ? " table local" : "";
      String name = names.getOrDefault(route.link(), "?");
      lines.add(verb + type + route.destination() + " dev " + name + table + " proto " + PROTOCOL);
    }
    return lines;
  }
}
