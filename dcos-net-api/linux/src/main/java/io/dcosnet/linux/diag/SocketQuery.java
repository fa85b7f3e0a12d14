// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import io.dcosnet.api.net.HostPort;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sockets are meant, and what is to be told of them. <b>Immutable.</b>
 *
 * @param ipv6 sockets of family IPv6, of which some are connected over IPv4; else those of IPv4
 * @param protocol number of the IP protocol, 6 for TCP and 17 for UDP
 * @param states a bit for each state
 * @param remotes where they are connected to, one of these; empty for anywhere
 * @param storages descriptors of the maps whose values are to be told
 */
public record SocketQuery(
    boolean ipv6, int protocol, int states, Set<HostPort> remotes, List<Integer> storages) {

  /** The kernel tries one after the other for each socket, so more are better asked for all. */
  public static final int MOST_REMOTES = 64;

  public static final int TCP = 6;
  public static final int UDP = 17;

  public static final int ESTABLISHED = 1;
  public static final int SYN_SENT = 2;
  public static final int FIN_WAIT_1 = 4;
  public static final int FIN_WAIT_2 = 5;
  public static final int CLOSE_WAIT = 8;
  public static final int LAST_ACK = 9;
  public static final int CLOSING = 11;

  /** States of sockets that belong to a process, or still have something to send. */
  public static final int OPEN = bits(ESTABLISHED, SYN_SENT, FIN_WAIT_1, CLOSE_WAIT);

  /** States of sockets that are connected in any way. */
  public static final int CONNECTED = OPEN | bits(FIN_WAIT_2, LAST_ACK, CLOSING);

  public SocketQuery {
    remotes = Collections.unmodifiableSet(new TreeSet<>(remotes));
    storages = List.copyOf(storages);
    for (HostPort remote : remotes) {
      if (!ipv6 && remote.address().isIpv6()) {
        throw new IllegalArgumentException(remote + " (expected: IPv4 for sockets of IPv4)");
      }
    }
    if (remotes.size() > MOST_REMOTES) {
      throw new IllegalArgumentException(
          "remotes: " + remotes.size() + " (expected: at most " + MOST_REMOTES + ")");
    }
  }

  /** All of a family that are in these states. */
  public static SocketQuery of(boolean ipv6, int protocol, int states) {
    return new SocketQuery(ipv6, protocol, states, Set.of(), List.of());
  }

  /** Those of them that are connected to this. */
  public SocketQuery to(HostPort other) {
    return toAnyOf(Set.of(other));
  }

  /** Those of them that are connected to one of these; to anything when there are none. */
  public SocketQuery toAnyOf(Set<HostPort> others) {
    return new SocketQuery(ipv6, protocol, states, others, storages);
  }

  /** The same, with the values of these maps. */
  public SocketQuery withStorages(List<Integer> descriptors) {
    return new SocketQuery(ipv6, protocol, states, remotes, descriptors);
  }

  private static int bits(int... states) {
    int bits = 0;
    for (int state : states) {
      bits |= 1 << state;
    }
    return bits;
  }

  /** Such as {@code sockets of IPv6 and protocol 6 to 192.0.2.1:80}. */
  @Override
  public String toString() {
    return "sockets of "
        + (ipv6 ? "IPv6" : "IPv4")
        + " and protocol "
        + protocol
        + (remotes.isEmpty() ? "" : " to " + remotes.iterator().next())
        + (remotes.size() > 1 ? " and " + (remotes.size() - 1) + " more" : "");
  }
}
