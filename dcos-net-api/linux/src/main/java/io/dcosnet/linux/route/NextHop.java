// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.Optional;

/**
 * To whom packets are handed, told once for many routes. Of a group of them only the number is
 * read. <b>Immutable.</b>
 *
 * @param id its number, for both families together; not 0
 * @param family that of the routes that can use it; empty for groups
 * @param link index of the link that it is behind; 0 for groups and for those that lead nowhere
 * @param gateway empty when receivers are right behind the link
 * @param protocol number of the program that added it; 0 for unknown
 * @param flags as the kernel has them, {@link Route#ON_LINK} and others
 */
public record NextHop(
    int id,
    Optional<AddressFamily> family,
    int link,
    Optional<IpAddress> gateway,
    int protocol,
    int flags) {

  public NextHop {
    requireNonNull(family, "family");
    requireNonNull(gateway, "gateway");
  }

  /** One through a gateway behind a link. */
  public static NextHop via(int id, IpAddress gateway, int link) {
    return new NextHop(
        id, Optional.of(AddressFamily.of(gateway)), link, Optional.of(gateway), 0, 0);
  }

  /** The same, with the number of the program that adds it. */
  public NextHop withProtocol(int number) {
    return new NextHop(id, family, link, gateway, number, flags);
  }

  public NextHop withFlags(int wanted) {
    return new NextHop(id, family, link, gateway, protocol, wanted);
  }

  /** Such as {@code next hop 7 via 198.51.100.1 link 3}. */
  @Override
  public String toString() {
    return "next hop "
        + id
        + gateway.map(to -> " via " + to).orElse("")
        + (link == 0 ? "" : " link " + link);
  }
}
