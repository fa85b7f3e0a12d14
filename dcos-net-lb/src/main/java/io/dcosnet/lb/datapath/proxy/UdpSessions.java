// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one front end by client, in the order of their last use. A look-up allocates
 * nothing for a client with an IPv4 address.
 *
 * <p>Clients choose their addresses, so the hash of one is mixed with a secret: else a sender could
 * make all its addresses fall together.
 *
 * <p><b>Confined to</b> the event loop of the front end.
 */
final class UdpSessions {

  private final long secret;
  private final Key probe = new Key();
  private final LinkedHashMap<Key, UdpSession> byClient = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<HostPort, Integer> perTarget = new HashMap<>();

  UdpSessions(long secret) {
    this.secret = secret;
  }

  /** The session of a client, which is the most recently used one from now on; null without one. */
  @Nullable UdpSession use(InetSocketAddress client) {
    return byClient.get(probe.of(client, secret));
  }

  /** Adds one of a client that has none. */
  void add(UdpSession session) {
    byClient.put(new Key().of(session.client(), secret), session);
    perTarget.merge(session.endpoint(), 1, Integer::sum);
  }

  /** Whether it was there. */
  boolean remove(UdpSession session) {
    if (!byClient.remove(probe.of(session.client(), secret), session)) {
      return false;
    }
    perTarget.computeIfPresent(
        session.endpoint(), (endpoint, count) -> count == 1 ? null : count - 1);
    return true;
  }

  /** The one that was not used for the longest time; null when there is none. */
  @Nullable UdpSession oldest() {
    return byClient.isEmpty() ? null : byClient.values().iterator().next();
  }

  /** Back ends that have sessions. */
  Set<HostPort> targets() {
    return perTarget.keySet();
  }

  List<UdpSession> all() {
    return new ArrayList<>(byClient.values());
  }

  int size() {
    return byClient.size();
  }

  /** A client; one of them is used over and over to look others up. */
  private static final class Key {
    private @Nullable InetSocketAddress client;
    private int hash;

    Key of(InetSocketAddress who, long secret) {
      client = who;
      long mixed = (addressBits(who.getAddress()) ^ secret) * 0x9e3779b97f4a7c15L;
      mixed = (mixed ^ mixed >>> 32 ^ who.getPort()) * 0xd6e8feb86659fd93L;
      hash = (int) (mixed ^ mixed >>> 32);
      return this;
    }

    private static long addressBits(InetAddress address) {
      if (address instanceof Inet4Address) {
        return address.hashCode(); // the address itself, and equals() does not rely on that
      }
      long bits = 0;
      for (byte octet : address.getAddress()) {
        bits = (bits + (octet & 0xff)) * 0xff51afd7ed558ccdL;
      }
      return bits;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && hash == that.hash
          && requireNonNull(client).equals(that.client);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
