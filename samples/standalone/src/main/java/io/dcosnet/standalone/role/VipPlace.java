// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.standalone.cli.CommandFailure;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where clients on this node find VIPs: at their own addresses, or at others of this node that
 * stand for them. <b>Immutable.</b>
 *
 * @param standIns the range that stands for VIPs; null where they stand for themselves
 * @param routed whether this node makes them its own by routes
 * @param why that it is so, for a person
 */
record VipPlace(@Nullable Cidr standIns, boolean routed, String why) {

  /** What every process of a Linux machine may listen on, and seldom anybody does. */
  static final Cidr FALLBACK = Cidr.parse("127.128.0.0/9");

  /** Any port of a datagram socket that sends nothing. */
  private static final int NO_PORT_IN_PARTICULAR = 9;

  /**
   * Finds out what is possible here. Opens sockets for a moment, and sends nothing.
   *
   * @param chosen by the configuration; null for whatever is possible
   * @param routes whether this node is to make them its own, where it may
   * @param vips where names have their addresses
   */
  static VipPlace of(@Nullable Cidr chosen, boolean routes, AddressRange vips) {
    if (chosen != null) {
      return new VipPlace(chosen, false, "as lb.listenRange says");
    }
    Optional<String> lack = routes ? DataPaths.noRoutesBecause() : Optional.empty();
    if (routes && lack.isEmpty()) {
      return new VipPlace(null, true, "this node has a route to each of them");
    }
    VipPlace found = withoutRoutes(vips);
    return lack.map(why -> found.because("no routes of our own, as " + why)).orElse(found);
  }

  private VipPlace because(String more) {
    return new VipPlace(standIns, routed, more + "; " + why);
  }

  private static VipPlace withoutRoutes(AddressRange vips) {
    IpAddress one = vips.first().plus(1);
    if (isDeliveredHere(one)) {
      return new VipPlace(null, false, "the system delivers them to this node");
    }
    return new VipPlace(
        FALLBACK,
        false,
        "the system does not deliver "
            + one
            + " to this node; a route of the kind"
            + " `ip route add local PREFIX dev lo` would do so");
  }

  /**
   * Looks whether a range is of this machine. Opens a socket for a moment.
   *
   * @throws CommandFailure when nothing can listen there
   */
  static void checkOwn(Cidr range) {
    IpAddress one = range.first().plus(1);
    try (ServerSocket listening = new ServerSocket()) {
      listening.bind(new InetSocketAddress(one.toInetAddress(), 0));
    } catch (IOException e) {
      throw CommandFailure.environment(
          "lb.listenRange: "
              + range
              + " is not of this machine: cannot listen on "
              + one
              + ": "
              + e.getMessage()
              + " (take a part of 127.0.0.0/8, or route the range here with `ip route add local "
              + range
              + " dev lo`)",
          e);
    }
  }

  /** Whether packets to an address come to this very machine, and a socket may be bound to it. */
  private static boolean isDeliveredHere(IpAddress address) {
    InetAddress inet = address.toInetAddress();
    try (ServerSocket listening = new ServerSocket();
        DatagramSocket sending = new DatagramSocket(0)) {
      listening.bind(new InetSocketAddress(inet, 0));
      // That a socket is bound proves nothing where the system lets anybody bind anything; from
      // where it would send there does.
      sending.connect(new InetSocketAddress(inet, NO_PORT_IN_PARTICULAR));
      InetAddress from = sending.getLocalAddress();
      NetworkInterface by = NetworkInterface.getByInetAddress(from);
      return from.equals(inet) || (by != null && by.isLoopback());
    } catch (IOException e) {
      return false;
    }
  }
}
