// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.transport.UdpSockets;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which addresses and ports can be bound; each is let go at once. */
final class SocketProbe {

  private static final String AREA = "ports";
  private static final String UNPRIVILEGED_START = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

  /** The agents of the demo, and the first address of the VIP range of each. */
  private static final List<String> DEMO_ADDRESSES =
      List.of("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.65.0.1", "127.66.0.1", "127.67.0.1");

  private SocketProbe() {}

  static Stream<Finding> probe(Machine machine) {
    return Stream.of(dnsPort(machine), nativeUdp(), loopbackRange());
  }

  private static Finding nativeUdp() {
    return UdpSockets.nativeUnavailableBecause()
        .map(
            why ->
                Finding.missing(
                    AREA,
                    "dns-native-udp",
                    why,
                    "DNS takes one system call for each datagram, by netty: several times the"
                        + " processor time",
                    "run it on Linux with the C library of the system where Java can load it"))
        .orElseGet(
            () ->
                Finding.ok(
                    AREA, "dns-native-udp", "DNS moves many datagrams with each system call"));
  }

  private static Finding dnsPort(Machine machine) {
    HostPort dns = new HostPort(IpAddress.LOOPBACK_IPV4, 53);
    Optional<String> fault = bind(dns);
    if (fault.isEmpty()) {
      return Finding.ok(AREA, "dns-port", "UDP and TCP " + dns + " can be bound");
    }
    String from =
        machine.text(UNPRIVILEGED_START).map(start -> "; free for all from " + start).orElse("");
    return Finding.missing(
        AREA,
        "dns-port",
        fault.get() + from,
        "DNS has to listen on a high port, where /etc/resolv.conf cannot point to",
        "stop the other server (ss -lunp sport = :53), or grant cap_net_bind_service,"
            + " or lower net.ipv4.ip_unprivileged_port_start");
  }

  private static Finding loopbackRange() {
    List<String> faults = new ArrayList<>();
    for (String address : DEMO_ADDRESSES) {
      bind(new HostPort(IpAddress.parse(address), 0)).ifPresent(faults::add);
    }
    if (faults.isEmpty()) {
      return Finding.ok(
          AREA, "loopback-range", "can be bound: " + String.join(", ", DEMO_ADDRESSES));
    }
    return Finding.needed(
        AREA,
        "loopback-range",
        String.join("; ", faults),
        "no demo and no user-space VIPs: each virtual address is an address of 127.0.0.0/8",
        "give the loopback device all of it: ip address add 127.0.0.1/8 dev lo");
  }

  /** What the system said against UDP or TCP there, if it did. */
  private static Optional<String> bind(HostPort where) {
    try (DatagramSocket udp = new DatagramSocket(where.toSocketAddress());
        ServerSocket tcp =
            new ServerSocket(udp.getLocalPort(), 1, where.address().toInetAddress())) {
      return tcp.isBound() ? Optional.empty() : Optional.of(where + ": not bound");
    } catch (IOException e) {
      return Optional.of(where + ": " + e.getMessage());
    }
  }
}
