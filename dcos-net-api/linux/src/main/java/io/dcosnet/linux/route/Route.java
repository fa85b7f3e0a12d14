// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.Optional;

/**
 * Where packets to a prefix go. Of a route with several next hops only the prefix is read.
 *
 * <p><b>Immutable.</b>
 *
 * @param table number of the table, {@link #MAIN} for the usual one
 * @param type what is done with packets: {@link #UNICAST}, {@link #LOCAL} and others
 * @param protocol number of the program that added it; 4 when nobody says otherwise
 * @param scope how far away the destination is: 0 anywhere, 253 on the link, 254 on this host
 * @param link index of the link that it leads to; 0 for none, or for what the gateway says
 * @param gateway to whom packets are handed
 * @param source address from which packets of this host are sent
 * @param metric the lower one is taken of two routes to the same prefix; the kernel makes 1024 of 0
 *     for IPv6
 * @param nextHop number of a next hop that is told elsewhere; 0 for none. The kernel tells link and
 *     gateway too, but does not take them together with it
 * @param flags as the kernel has them, {@link #ON_LINK} and others
 */
public record Route(
    Cidr destination,
    int table,
    int type,
    int protocol,
    int scope,
    int link,
    Optional<IpAddress> gateway,
    Optional<IpAddress> source,
    int metric,
    int nextHop,
    int flags) {

  public static final int MAIN = 254;

  /** The table in which the kernel keeps the addresses of this host. */
  public static final int LOCAL_TABLE = 255;

  public static final int UNICAST = 1;

  /** For this host itself, as if it had the address. */
  public static final int LOCAL = 2;

  public static final int BLACKHOLE = 6;
  public static final int UNREACHABLE = 7;

  /** The gateway is behind the link, whatever the addresses of the link say. */
  public static final int ON_LINK = 0x4;

  private static final int STATIC = 4;
  private static final int ANYWHERE = 0;
  private static final int LINK_SCOPE = 253;
  private static final int HOST_SCOPE = 254;

  public Route {
    requireNonNull(destination, "destination");
    requireNonNull(gateway, "gateway");
    requireNonNull(source, "source");
  }

  /** One to what is right behind a link, in the main table. */
  public static Route through(Cidr destination, int link) {
    int scope = destination.first().isIpv4() ? LINK_SCOPE : ANYWHERE;
    return plain(destination, MAIN, UNICAST, scope, link, Optional.empty());
  }

  /** One through a gateway behind a link, in the main table. */
  public static Route via(Cidr destination, IpAddress gateway, int link) {
    return plain(destination, MAIN, UNICAST, ANYWHERE, link, Optional.of(gateway));
  }

  /** One that makes this host take all addresses of a prefix as its own, in the local table. */
  public static Route local(Cidr destination, int link) {
    int scope = destination.first().isIpv4() ? HOST_SCOPE : ANYWHERE;
    return plain(destination, LOCAL_TABLE, LOCAL, scope, link, Optional.empty());
  }

  /** One by a next hop that is told elsewhere, in the main table. */
  public static Route by(Cidr destination, int nextHop) {
    return plain(destination, MAIN, UNICAST, ANYWHERE, 0, Optional.empty()).withNextHop(nextHop);
  }

  private static Route plain(
      Cidr destination, int table, int type, int scope, int link, Optional<IpAddress> gateway) {
    return new Route(
        destination, table, type, STATIC, scope, link, gateway, Optional.empty(), 0, 0, 0);
  }

  public Route withTable(int number) {
    return new Route(
        destination, number, type, protocol, scope, link, gateway, source, metric, nextHop, flags);
  }

  /** The same, with the number of the program that adds it. */
  public Route withProtocol(int number) {
    return new Route(
        destination, table, type, number, scope, link, gateway, source, metric, nextHop, flags);
  }

  public Route withSource(IpAddress address) {
    return new Route(
        destination,
        table,
        type,
        protocol,
        scope,
        link,
        gateway,
        Optional.of(address),
        metric,
        nextHop,
        flags);
  }

  public Route withMetric(int number) {
    return new Route(
        destination, table, type, protocol, scope, link, gateway, source, number, nextHop, flags);
  }

  /** The same by a next hop that is told elsewhere, in place of link and gateway. */
  public Route withNextHop(int number) {
    return new Route(
        destination,
        table,
        type,
        protocol,
        scope,
        0,
        Optional.empty(),
        source,
        metric,
        number,
        flags);
  }

  public Route withFlags(int wanted) {
    return new Route(
        destination, table, type, protocol, scope, link, gateway, source, metric, nextHop, wanted);
  }

  public AddressFamily family() {
    return AddressFamily.of(destination.first());
  }

  /** Such as {@code route 192.0.2.0/24 via 198.51.100.1 link 3 table 42}. */
  @Override
  public String toString() {
    return "route "
        + destination
        + gateway.map(to -> " via " + to).orElse("")
        + (link == 0 ? "" : " link " + link)
        + (nextHop == 0 ? "" : " next hop " + nextHop)
        + (table == MAIN ? "" : " table " + table);
  }
}
