// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.ForwardingEntries;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.Neighbours;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.NextHops;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.linux.route.Rules;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A kernel that is made of lists: understands what it is asked as the real one does. */
final class TestKernel implements Kernel, Filters {

  private static final int SET_LINK = 19;

  final List<Link> links = new ArrayList<>();
  final List<Address> addresses = new ArrayList<>();
  final Map<Object, Route> routes = new LinkedHashMap<>();
  final List<Rule> rules = new ArrayList<>();
  final Map<Object, Neighbour> neighbours = new LinkedHashMap<>();
  final Map<Object, ForwardingEntry> forwarding = new LinkedHashMap<>();
  final Map<Integer, NextHop> hops = new LinkedHashMap<>();
  final Map<String, String> settings = new HashMap<>();
  final Map<NftFamily, String> tables = new EnumMap<>(NftFamily.class);
  final List<ForwardChain> chains = new ArrayList<>();

  /** Places of chains of others, and why they cannot be read. */
  final Map<String, String> unreadable = new HashMap<>();

  /** All that was asked for, in order. */
  final List<String> asked = new ArrayList<>();

  /** What is refused, and how. */
  Predicate<String> refuses = tried -> false;

  /** Settings that it does not have. */
  Predicate<String> lacks = name -> false;

  Errno refusal = Errno.EINVAL;
  boolean hasNextHops = true;
  boolean canBeRead = true;
  private int nextIndex = 10;

  private record Found(int table, Object destination, int metric) {}

  /** One with a loopback device, and a link that holds the address of host 1. */
  static TestKernel onUnderlay(int mtu) {
    TestKernel kernel = new TestKernel();
    int loopback = Link.UP | Link.LOOPBACK;
    kernel.links.add(
        new Link(1, "lo", new LinkKind.Other(""), loopback, 65_536, Optional.empty(), 0, ""));
    kernel.links.add(link(2, "eth0", new LinkKind.Other("veth"), mtu));
    kernel.addresses.add(Address.of(2, Plans.ip(1), 24));
    return kernel;
  }

  static Link link(int index, String name, LinkKind kind, int mtu) {
    return new Link(index, name, kind, Link.UP, mtu, Optional.empty(), 0, "");
  }

  @Override
  public List<Link> links() {
    if (!canBeRead) {
      throw new KernelException("list links", Errno.EPERM);
    }
    return List.copyOf(links);
  }

  Link link(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public List<Address> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public List<Route> routes(AddressFamily family, int table) {
    return routes.values().stream()
        .filter(route -> route.family() == family && route.table() == table)
        .toList();
  }

  @Override
  public List<Rule> rules(AddressFamily family) {
    return rules.stream().filter(rule -> rule.family() == family).toList();
  }

  @Override
  public List<Neighbour> neighbours(AddressFamily family) {
    return neighbours.values().stream()
        .filter(neighbour -> AddressFamily.of(neighbour.address()) == family)
        .toList();
  }

  @Override
  public List<ForwardingEntry> forwarding(int link) {
    return forwarding.values().stream().filter(entry -> entry.link() == link).toList();
  }

  @Override
  public List<NextHop> nextHops() {
    if (!hasNextHops) {
      throw new KernelException("list next hops", Errno.EOPNOTSUPP);
    }
    return List.copyOf(hops.values());
  }

  @Override
  public List<Refusal> changeAll(List<Request> requests) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      asked.add(request.tried());
      Optional<Errno> errno =
          refuses.test(request.tried()) ? Optional.of(refusal) : change(request.message(i));
      if (errno.isPresent()) {
        refused.add(
            new Refusal(i, request, errno.get(), Optional.of("no, it says"), OptionalInt.empty()));
      }
    }
    return refused;
  }

  private Optional<Errno> change(Message message) {
    return switch (message.type()) {
      case Links.NEW -> addLink(Links.read(message));
      case Links.DELETED -> deleteLink(message.fixed(16).getInt(4));
      case SET_LINK -> set(message);
      case Addresses.NEW -> added(addresses, Addresses.read(message));
      case Addresses.DELETED ->
          gone(addresses.removeIf(Addresses.read(message)::isSameAs), Errno.EADDRNOTAVAIL);
      case Neighbours.NEW -> addNeighbour(message);
      case Neighbours.DELETED ->
          ForwardingEntries.isReadable(message)
              ? gone(forwarding.remove(ForwardingEntries.read(message).mac()) != null, Errno.ENOENT)
              : gone(neighbours.remove(Neighbours.read(message).address()) != null, Errno.ENOENT);
      case NextHops.NEW -> addHop(NextHops.read(message), message.has(Message.EXCLUSIVE));
      case NextHops.DELETED -> deleteHop(NextHops.read(message).id());
      case Routes.NEW -> addRoute(Routes.read(message), message.has(Message.EXCLUSIVE));
      case Routes.DELETED -> gone(routes.remove(place(Routes.read(message))) != null, Errno.ESRCH);
      case Rules.NEW -> addRule(Rules.read(message));
      case Rules.DELETED -> gone(rules.remove(Rules.read(message)), Errno.ENOENT);
      default -> Optional.of(Errno.EOPNOTSUPP);
    };
  }

  private static Optional<Errno> gone(boolean there, Errno otherwise) {
    return there ? Optional.empty() : Optional.of(otherwise);
  }

  private static <T> Optional<Errno> added(List<T> all, T value) {
    all.add(value);
    return Optional.empty();
  }

  private static <K, V> Optional<Errno> put(Map<K, V> all, K key, V value) {
    all.put(key, value);
    return Optional.empty();
  }

  private Optional<Errno> addLink(Link wanted) {
    if (links.stream().anyMatch(link -> link.name().equals(wanted.name()))) {
      return Optional.of(Errno.EEXIST);
    }
    int mtu = wanted.mtu() == 0 ? 1500 : wanted.mtu();
    links.add(
        new Link(
            nextIndex++, wanted.name(), wanted.kind(), wanted.flags(), mtu, wanted.mac(), 0, ""));
    settings.put("net/ipv4/conf/" + wanted.name() + "/rp_filter", "0");
    settings.put("net/ipv6/conf/" + wanted.name() + "/disable_ipv6", "0");
    return Optional.empty();
  }

  private Optional<Errno> deleteLink(int index) {
    boolean there = links.removeIf(link -> link.index() == index);
    addresses.removeIf(address -> address.link() == index);
    flush(index);
    return gone(there, Errno.ENODEV);
  }

  /** As happens to a link that is switched off. */
  void flush(int index) {
    neighbours.values().removeIf(neighbour -> neighbour.link() == index);
    forwarding.values().removeIf(entry -> entry.link() == index);
    List.copyOf(hops.values()).stream()
        .filter(hop -> hop.link() == index)
        .forEach(hop -> deleteHop(hop.id()));
    routes.values().removeIf(route -> route.link() == index);
  }

  private Optional<Errno> deleteHop(int id) {
    routes.values().removeIf(route -> route.nextHop() == id);
    return gone(hops.remove(id) != null, Errno.ENOENT);
  }

  private Optional<Errno> set(Message message) {
    ByteBuffer fixed = message.fixed(16);
    Attributes attributes = message.attributes(16);
    links.replaceAll(
        link ->
            link.index() != fixed.getInt(4)
                ? link
                : new Link(
                    link.index(),
                    link.name(),
                    link.kind(),
                    (link.flags() & ~fixed.getInt(12)) | (fixed.getInt(8) & fixed.getInt(12)),
                    attributes.u32(4, link.mtu()),
                    link.mac(),
                    link.master(),
                    attributes.find(20).map(Attribute::text).orElse(link.alias())));
    return Optional.empty();
  }

  private Optional<Errno> addNeighbour(Message message) {
    if (ForwardingEntries.isReadable(message)) {
      ForwardingEntry entry = ForwardingEntries.read(message);
      return put(forwarding, entry.mac(), entry);
    }
    Neighbour neighbour = Neighbours.read(message);
    return put(neighbours, neighbour.address(), neighbour);
  }

  private Optional<Errno> addHop(NextHop hop, boolean exclusive) {
    return exclusive && hops.containsKey(hop.id())
        ? Optional.of(Errno.EEXIST)
        : put(hops, hop.id(), hop);
  }

  private Optional<Errno> addRoute(Route route, boolean exclusive) {
    if (route.nextHop() != 0 && !hops.containsKey(route.nextHop())) {
      return Optional.of(Errno.EINVAL);
    }
    if (exclusive && routes.containsKey(place(route))) {
      return Optional.of(Errno.EEXIST);
    }
    return put(routes, place(route), route);
  }

  private static Found place(Route route) {
    return new Found(route.table(), route.destination(), route.metric());
  }

  void put(Route route) {
    routes.put(place(route), route);
  }

  private Optional<Errno> addRule(Rule rule) {
    boolean there =
        rules.stream().anyMatch(other -> other.withProtocol(0).equals(rule.withProtocol(0)));
    return there ? Optional.of(Errno.EEXIST) : added(rules, rule);
  }

  @Override
  public Optional<String> setting(String name) {
    if (lacks.test(name)) {
      return Optional.empty();
    }
    return Optional.ofNullable(settings.get(name))
        .or(
            () ->
                name.contains("/conf/") && !name.contains("/all/")
                    ? Optional.empty()
                    : Optional.of("0"));
  }

  @Override
  public void set(String name, String value) {
    asked.add("set " + name + " " + value);
    settings.put(name, value);
  }

  @Override
  public Filters filters() {
    return this;
  }

  @Override
  public Optional<String> unavailableBecause() {
    return Optional.empty();
  }

  @Override
  public Optional<String> table(NftFamily family) {
    return Optional.ofNullable(tables.get(family));
  }

  @Override
  public List<ForwardChain> forwardChains(BiConsumer<String, String> unread) {
    unreadable.forEach(unread);
    return List.copyOf(chains);
  }

  @Override
  public void run(String commands) {
    asked.add("nft " + commands);
  }

  @Override
  public void replaceTable(NftFamily family, String text) {
    asked.add("nft replace " + family);
    tables.put(family, text);
  }

  @Override
  public void deleteTable(NftFamily family) {
    asked.add("nft delete " + family);
    tables.remove(family);
  }

  @Override
  public void close() {}

  Optional<Route> routeTo(String destination) {
    return routes.values().stream()
        .filter(route -> route.destination().toString().equals(destination))
        .findFirst();
  }

  Optional<IpAddress> gatewayOf(int hop) {
    return Optional.ofNullable(hops.get(hop)).flatMap(NextHop::gateway);
  }

  Optional<IpAddress> gatewayOf(String destination) {
    return routeTo(destination).flatMap(route -> gatewayOf(route.nextHop()));
  }
}
