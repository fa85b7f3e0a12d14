// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;

/**
 * One of the two directions of a flow: from where to where packets say they go. <b>Immutable.</b>
 *
 * @param protocol number of the IP protocol, 6 for TCP and 17 for UDP
 * @param sourcePort 0 for protocols without ports
 * @param destinationPort 0 for protocols without ports
 */
public record FlowDirection(
    int protocol, IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {

  public static final int TCP = 6;
  public static final int UDP = 17;

  public FlowDirection {
    requireNonNull(source, "source");
    requireNonNull(destination, "destination");
    if (source.isIpv4() != destination.isIpv4()) {
      throw new IllegalArgumentException(
          source + " and " + destination + " are of different families");
    }
  }

  /** Packets of a protocol from one socket to another. */
  public static FlowDirection of(int protocol, HostPort source, HostPort destination) {
    return new FlowDirection(
        protocol, source.address(), source.port(), destination.address(), destination.port());
  }

  /** Such as {@code udp 192.0.2.1:4000 > 192.0.2.2:53}. */
  @Override
  public String toString() {
    String name = protocol == TCP ? "tcp" : protocol == UDP ? "udp" : "protocol " + protocol;
    return name
        + " "
        + new HostPort(source, sourcePort)
        + " > "
        + new HostPort(destination, destinationPort);
  }
}
