// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.Optional;

/** What a link is made of, with what is particular to it. <b>Immutable.</b> */
public sealed interface LinkKind {

  /** The name that the kernel has for it; empty for hardware and the loopback device. */
  String name();

  /** Leads nowhere; good for holding addresses. Not in every kernel. */
  record Dummy() implements LinkKind {
    @Override
    public String name() {
      return "dummy";
    }
  }

  /** Joins links, and holds addresses even without one; new ports forward frames at once. */
  record Bridge() implements LinkKind {
    @Override
    public String name() {
      return "bridge";
    }
  }

  /**
   * One end of a wire. The other end is told when it is made, and not told when it is read.
   *
   * @param peer the other end; only its name, MTU and MAC address count, and where it is made
   */
  record Veth(Optional<Peer> peer) implements LinkKind {
    /** Another end with this name. */
    public static Veth to(NewLink peer) {
      return new Veth(Optional.of(new Peer(peer, Optional.empty())));
    }

    /**
     * Another end in another namespace.
     *
     * @param namespace an open file that stands for it
     */
    public static Veth to(NewLink peer, int namespace) {
      return new Veth(Optional.of(new Peer(peer, Optional.of(namespace))));
    }

    @Override
    public String name() {
      return "veth";
    }
  }

  /**
   * The other end of a wire.
   *
   * @param namespace an open file that stands for the namespace in which it is made
   */
  record Peer(NewLink link, Optional<Integer> namespace) {}

  /**
   * Carries Ethernet frames over UDP.
   *
   * @param id number of the network, 0-16777215
   * @param local address from which it sends
   * @param port UDP port, 4789 by the standard
   * @param learning whether it learns from what it gets which address is where
   * @param underlay index of the link through which it sends; 0 for whichever leads there
   * @param ttl how many routers what it sends may pass, 0-255; 0 for what the host does otherwise
   * @param tos class of service of what it sends, 0-255; 1 for that of the frame
   * @param checksums of the packets that carry the frames
   */
  record Vxlan(
      int id,
      Optional<IpAddress> local,
      int port,
      boolean learning,
      int underlay,
      int ttl,
      int tos,
      Checksums checksums)
      implements LinkKind {
    public Vxlan {
      requireNonNull(local, "local");
      requireNonNull(checksums, "checksums");
      if (id < 0 || id >= 1 << 24) {
        throw new IllegalArgumentException("VXLAN id: " + id + " (expected: 0-16777215)");
      }
    }

    /** One that sends as the kernel does when nobody says otherwise. */
    public Vxlan(int id, Optional<IpAddress> local, int port, boolean learning, int underlay) {
      this(id, local, port, learning, underlay, 0, 0, Checksums.DEFAULT);
    }

    @Override
    public String name() {
      return "vxlan";
    }
  }

  /**
   * Which packets of a tunnel have a checksum over all that they carry. <b>Immutable.</b>
   *
   * @param overIpv4 those sent over IPv4
   * @param overIpv6 those sent over IPv6
   * @param demandedOverIpv6 those taken over IPv6; others are dropped
   */
  record Checksums(boolean overIpv4, boolean overIpv6, boolean demandedOverIpv6) {
    /** All, as the standards ask. */
    public static final Checksums DEFAULT = new Checksums(true, true, true);
  }

  /** One of which nothing more is known here. */
  record Other(String name) implements LinkKind {}
}
