// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.VipAddresses;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the other sections say that concerns section {@code lb}: who tells of tasks, whether there
 * is a store, and which addresses are taken. <b>Immutable.</b>
 *
 * @param own addresses that this node listens at or is known by, by the key that says so
 * @param others addresses of masters and seeds, in the same way
 */
record LbNeighbours(
    boolean hasStore,
    boolean hasAgent,
    boolean hasCluster,
    boolean hasDevice,
    Map<IpAddress, String> own,
    Map<IpAddress, String> others) {

  /** Where dcos-net's resolver listens. */
  private static final Cidr RESOLVER = Cidr.parse("198.51.100.0/24");

  static LbNeighbours of(
      NodeConfig node,
      AdminConfig admin,
      SourcesConfig sources,
      DnsConfig dns,
      GossipConfig gossip) {
    Map<IpAddress, String> own = new LinkedHashMap<>();
    if (node.address() != null) {
      own.put(node.address(), "node.address");
    }
    put(own, "admin.listen", Stream.of(admin.listen()));
    put(own, "dns.listen", dns.listen().stream());
    put(own, "gossip.bind", Stream.ofNullable(gossip.bind()));
    put(own, "gossip.advertise", Stream.ofNullable(gossip.advertise()));
    Map<IpAddress, String> others = new LinkedHashMap<>();
    sources
        .masters()
        .forEach(master -> address(master).ifPresent(ip -> others.put(ip, "sources.masters")));
    return new LbNeighbours(
        gossip.hasStore(),
        sources.agent() != null,
        sources.kind() != null || sources.agent() != null || gossip.hasStore(),
        node.device().enabled(),
        own,
        others);
  }

  private static void put(Map<IpAddress, String> all, String key, Stream<HostPort> endpoints) {
    endpoints
        .map(HostPort::address)
        .filter(address -> !address.isUnspecified())
        .forEach(address -> all.putIfAbsent(address, key));
  }

  private static Optional<IpAddress> address(URI url) {
    try {
      return Optional.of(IpAddress.parse(url.getHost().replaceAll("[\\[\\]]", "")));
    } catch (DecodeException e) {
      return Optional.empty(); // a name, whose addresses may change
    }
  }

  /** Notes addresses of this node in a range that has to be free of them. */
  void checkOwn(Section lb, String key, Cidr range) {
    own.forEach(
        (address, said) -> {
          if (range.contains(address)) {
            lb.problem(key, range, "without " + address + " of " + said);
          }
        });
  }

  /** Notes what lies in the ranges of names and must not. */
  void checkRanges(Section lb, VipAddresses names, List<Cidr> forbidden) {
    for (AddressRange range : List.of(names.ipv4(), names.ipv6())) {
      Stream.of(own, others)
          .flatMap(all -> all.entrySet().stream())
          .filter(known -> range.contains(known.getKey()))
          .forEach(
              known ->
                  lb.problem(
                      "names", range, "without " + known.getKey() + " of " + known.getValue()));
      if (overlaps(range, RESOLVER)) {
        lb.problem("names", range, "outside " + RESOLVER + ", where dcos-net's resolver listens");
      }
      forbidden.stream()
          .filter(taken -> overlaps(range, taken))
          .forEach(taken -> lb.problem("names", range, "outside " + taken + " of lb.forbidden"));
    }
  }

  private static boolean overlaps(AddressRange range, Cidr other) {
    return range.contains(other.first())
        || range.contains(other.last())
        || other.contains(range.first());
  }

  /** All ranges in which no VIP may lie, with those that are given. */
  List<Cidr> forbidden(List<Cidr> given) {
    List<Cidr> all = new ArrayList<>(given);
    all.add(RESOLVER);
    Stream.of(own, others)
        .flatMap(known -> known.keySet().stream())
        .filter(address -> !address.isLoopback()) // refused in any case
        .map(address -> new Cidr(address, address.bitLength()))
        .forEach(all::add);
    return all;
  }
}
