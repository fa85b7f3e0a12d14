// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.wire.Sender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Numbers for clients, given by prefix; the longest prefix that holds a client decides. A look-up
 * makes no object and takes one probe for each length that occurs, however many prefixes there are.
 *
 * <p>Rules for {@code ::/0} are about IPv6 alone: IPv4 clients have a table of their own.
 *
 * <p><b>Immutable.</b>
 */
final class PrefixTable {

  /** What a look-up gives when no prefix holds the client. */
  static final int NONE = -1;

  private final Level[] ipv4;
  private final Level[] ipv6;

  private PrefixTable(Level[] ipv4, Level[] ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** A table of these prefixes with numbers of 0 or more. */
  static PrefixTable of(Map<Cidr, Integer> values) {
    Map<Cidr, Integer> plain = new HashMap<>();
    values.forEach((cidr, value) -> plain.put(unmapped(cidr), value));
    return new PrefixTable(levels(plain, true), levels(plain, false));
  }

  /** Senders of IPv4 are looked up as such, so their prefixes must be too. */
  private static Cidr unmapped(Cidr cidr) {
    return cidr.first().isIpv4Mapped() && cidr.length() >= 96
        ? new Cidr(cidr.first().unmapped(), cidr.length() - 96)
        : cidr;
  }

  private static Level[] levels(Map<Cidr, Integer> values, boolean ipv4) {
    Map<Integer, List<Map.Entry<Cidr, Integer>>> byLength =
        new TreeMap<>(Comparator.<Integer>naturalOrder().reversed());
    for (Map.Entry<Cidr, Integer> entry : values.entrySet()) {
      Cidr cidr = entry.getKey();
      if (cidr.first().isIpv4() == ipv4) {
        byLength.computeIfAbsent(cidr.length(), key -> new ArrayList<>()).add(entry);
      }
    }
    return byLength.entrySet().stream()
        .map(level -> new Level(ipv4 ? level.getKey() + 96 : level.getKey(), level.getValue()))
        .toArray(Level[]::new);
  }

  boolean isEmpty() {
    return ipv4.length + ipv6.length == 0;
  }

  /** The number of the longest prefix that holds the sender, or {@link #NONE}. */
  int find(Sender sender) {
    long high = sender.high();
    long low = sender.low();
    for (Level level : sender.isIpv4() ? ipv4 : ipv6) {
      int value = level.find(high, low);
      if (value != NONE) {
        return value;
      }
    }
    return NONE;
  }

  /** All prefixes of one length, as an open hash table that is half empty at least. */
  private static final class Level {
    private final long highMask;
    private final long lowMask;
    private final long[] highs;
    private final long[] lows;
    private final int[] values;

    Level(int length, List<Map.Entry<Cidr, Integer>> prefixes) {
      highMask = mask(length);
      lowMask = mask(length - 64);
      int size = Integer.highestOneBit(prefixes.size()) * 4;
      highs = new long[size];
      lows = new long[size];
      values = new int[size];
      Arrays.fill(values, NONE);
      for (Map.Entry<Cidr, Integer> prefix : prefixes) {
        IpAddress first = prefix.getKey().first();
        long low = first.isIpv4() ? 0xffff_0000_0000L | first.lowBits() : first.lowBits();
        put(first.highBits(), low & lowMask, prefix.getValue());
      }
    }

    private static long mask(int bits) {
      return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }

    private void put(long high, long low, int value) {
      int at = slot(high, low);
      while (values[at] != NONE) {
        at = at + 1 & values.length - 1;
      }
      highs[at] = high;
      lows[at] = low;
      values[at] = value;
    }

    int find(long high, long low) {
      long prefixHigh = high & highMask;
      long prefixLow = low & lowMask;
      int at = slot(prefixHigh, prefixLow);
      while (values[at] != NONE) {
        if (highs[at] == prefixHigh && lows[at] == prefixLow) {
          return values[at];
        }
        at = at + 1 & values.length - 1;
      }
      return NONE;
    }

    private int slot(long high, long low) {
      long mixed = (high * 31 + low) * 0x9e3779b97f4a7c15L;
      return (int) (mixed >>> 40) & values.length - 1;
    }
  }
}
