// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.wire.Sender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What goes for clients, given by prefix; the longest prefix that holds a client decides. A look-up
 * makes no object and takes one probe for each length that occurs, however many prefixes there are.
 *
 * <p>Rules for {@code ::/0} are about IPv6 alone: IPv4 clients have a table of their own.
 *
 * <p><b>Immutable.</b>
 */
final class PrefixTable<V> {

  private final List<Level<V>> ipv4;
  private final List<Level<V>> ipv6;

  private PrefixTable(List<Level<V>> ipv4, List<Level<V>> ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** A table of these prefixes. */
  static <V> PrefixTable<V> of(Map<Cidr, V> values) {
    Map<Cidr, V> plain = new HashMap<>();
    values.forEach((cidr, value) -> plain.put(unmapped(cidr), value));
    return new PrefixTable<>(levels(plain, true), levels(plain, false));
  }

  /** Senders of IPv4 are looked up as such, so their prefixes must be too. */
  private static Cidr unmapped(Cidr cidr) {
    return cidr.first().isIpv4Mapped() && cidr.length() >= 96
        ? new Cidr(cidr.first().unmapped(), cidr.length() - 96)
        : cidr;
  }

  private static <V> List<Level<V>> levels(Map<Cidr, V> values, boolean ipv4) {
    Map<Integer, List<Map.Entry<Cidr, V>>> byLength =
        new TreeMap<>(Comparator.<Integer>naturalOrder().reversed());
    for (Map.Entry<Cidr, V> entry : values.entrySet()) {
      Cidr cidr = entry.getKey();
      if (cidr.first().isIpv4() == ipv4) {
        byLength.computeIfAbsent(cidr.length(), key -> new ArrayList<>()).add(entry);
      }
    }
    return byLength.entrySet().stream()
        .map(level -> new Level<>(ipv4 ? level.getKey() + 96 : level.getKey(), level.getValue()))
        .toList();
  }

  /** What the longest prefix that holds the sender stands for, null when none does. */
  @Nullable V find(Sender sender) {
    List<Level<V>> levels = sender.isIpv4() ? ipv4 : ipv6;
    for (int i = 0; i < levels.size(); i++) { // an iterator would be an object
      V value = levels.get(i).find(sender.high(), sender.low());
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** All prefixes of one length, as an open hash table that is half empty at least. */
  private static final class Level<V> {
    private final long highMask;
    private final long lowMask;
    private final long[] highs;
    private final long[] lows;
    private final List<@Nullable V> values;

    Level(int length, List<Map.Entry<Cidr, V>> prefixes) {
      highMask = mask(length);
      lowMask = mask(length - 64);
      int size = Integer.highestOneBit(prefixes.size()) * 4;
      highs = new long[size];
      lows = new long[size];
      values = new ArrayList<>(Collections.nCopies(size, null));
      for (Map.Entry<Cidr, V> prefix : prefixes) {
        IpAddress first = prefix.getKey().first();
        long low = first.isIpv4() ? 0xffff_0000_0000L | first.lowBits() : first.lowBits();
        put(first.highBits(), low & lowMask, prefix.getValue());
      }
    }

    private static long mask(int bits) {
      if (bits <= 0) {
        return 0;
      }
      return bits >= 64 ? -1 : -1L << (64 - bits);
    }

    private void put(long high, long low, V value) {
      int at = slot(high, low);
      while (values.get(at) != null) {
        at = at + 1 & highs.length - 1;
      }
      highs[at] = high;
      lows[at] = low;
      values.set(at, value);
    }

    @Nullable V find(long high, long low) {
      long prefixHigh = high & highMask;
      long prefixLow = low & lowMask;
      int at = slot(prefixHigh, prefixLow);
      V value = values.get(at);
      while (value != null && (highs[at] != prefixHigh || lows[at] != prefixLow)) {
        at = at + 1 & highs.length - 1;
        value = values.get(at);
      }
      return value;
    }

    private int slot(long high, long low) {
      long mixed = (high * 31 + low) * 0x9e3779b97f4a7c15L;
      return (int) (mixed >>> 40) & highs.length - 1;
    }
  }
}
