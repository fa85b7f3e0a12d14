// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.util.Map;

/**
 * A socket as the kernel shows it. <b>Immutable</b>, as long as nobody changes the octets.
 *
 * @param ipv6 true for one of family IPv6, which may be connected over IPv4 all the same
 * @param protocol number of the IP protocol, 6 for TCP and 17 for UDP
 * @param state as {@link SocketQuery} numbers them
 * @param local its own end; an IPv4-mapped address as IPv4
 * @param remote the other end, likewise; all zeros for one that is not connected
 * @param interfaceIndex the interface that it is bound to; 0 for none
 * @param cookie a number that no other socket of this host has, ever
 * @param storages what programs keep with it, by the number of the map; the kernel tells that for
 *     TCP only
 */
public record InetSocket(
    boolean ipv6,
    int protocol,
    int state,
    HostPort local,
    HostPort remote,
    int interfaceIndex,
    long cookie,
    Map<Integer, byte[]> storages) {

  public InetSocket {
    requireNonNull(local, "local");
    requireNonNull(remote, "remote");
    storages = Map.copyOf(storages);
  }

  /** Such as {@code socket 192.0.2.1:4000 > 192.0.2.2:80}. */
  @Override
  public String toString() {
    return "socket " + local + " > " + remote;
  }
}
