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

  /** Joins links, and holds addresses even without one. */
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
   */
  record Vxlan(int id, Optional<IpAddress> local, int port, boolean learning, int underlay)
      implements LinkKind {
    public Vxlan {
      requireNonNull(local, "local");
      if (id < 0 || id >= 1 << 24) {
        throw new IllegalArgumentException("VXLAN id: " + id + " (expected: 0-16777215)");
      }
    }

    @Override
    public String name() {
      return "vxlan";
    }
  }

  /** One of which nothing more is known here. */
  record Other(String name) implements LinkKind {}
}
