// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.dns.wire.Sender;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Keeps the limits of one {@link RateLimit}: knows how much each network of clients has got lately.
 *
 * <p><b>Thread-safe</b>, without locks; allocates nothing for a query.
 */
final class RateLimiter {

  /** What is limited, each by itself. */
  enum Kind {
    RESPONSE,
    NONEXISTENT,
    ERROR,
    ALL,
    QUERY;

    private final long salt = name().hashCode();
  }

  private static final long MIX = 0x9e3779b97f4a7c15L;

  /** Makes letters of both cases alike; other octets may fall together, which does no harm. */
  private static final long FOLD = 0x2020_2020_2020_2020L;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final RateLimit limits;
  private final PrefixTable<RateLimit> exempt;
  private final TokenTable tokens;
  private final long seed;
  private final long ipv4Mask;
  private final long ipv6HighMask;
  private final long ipv6LowMask;

  /**
   * Buckets that are all full.
   *
   * @param random chooses where buckets lie, so that nobody outside can aim at one
   */
  RateLimiter(RateLimit limits, RandomGenerator random) {
    this.limits = limits;
    Map<Cidr, RateLimit> networks = new HashMap<>();
    limits.exempt().forEach(network -> networks.put(network, RateLimit.OFF));
    this.exempt = PrefixTable.of(networks);
    this.tokens = new TokenTable(limits.isOn() ? limits.entries() : 1);
    this.seed = random.nextLong() | 1;
    this.ipv4Mask = mask(96 + limits.ipv4Bits() - 64);
    this.ipv6HighMask = mask(limits.ipv6Bits());
    this.ipv6LowMask = mask(limits.ipv6Bits() - 64);
  }

  private static long mask(int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= 64 ? -1 : -1L << (64 - bits);
  }

  RateLimit limits() {
    return limits;
  }

  /** True when limits can matter for this client. */
  boolean limits(Sender sender) {
    return limits.isOn() && exempt.find(sender) == null;
  }

  /** Takes from what the network of the client may still get of this kind, false when nothing. */
  boolean take(Kind kind, Sender sender, long nanos) {
    int rate = rate(kind);
    return rate == 0 || tokens.take(finish(network(kind, sender)), rate, nanos);
  }

  /** As {@link #take(Kind, Sender, long)} for what has to do with a name, or with a zone. */
  boolean take(Kind kind, Sender sender, byte[] octets, int start, int length, long nanos) {
    int rate = rate(kind);
    return rate == 0
        || tokens.take(finish(name(network(kind, sender), octets, start, length)), rate, nanos);
  }

  private int rate(Kind kind) {
    return switch (kind) {
      case RESPONSE -> limits.responses();
      case NONEXISTENT -> limits.nonexistent();
      case ERROR -> limits.errors();
      case ALL -> limits.all();
      case QUERY -> limits.queries();
    };
  }

  private long network(Kind kind, Sender sender) {
    long high = 0;
    long low = sender.low() & ipv4Mask;
    if (!sender.isIpv4()) {
      high = sender.high() & ipv6HighMask;
      low = sender.low() & ipv6LowMask;
    }
    return mix(mix(seed + kind.salt, high), low);
  }

  private static long name(long hash, byte[] octets, int start, int length) {
    long mixed = hash;
    int at = start;
    int stop = start + length;
    while (at + 8 <= stop) {
      mixed = mix(mixed, (long) WORD.get(octets, at) | FOLD);
      at += 8;
    }
    long rest = length;
    while (at < stop) {
      rest = (rest << 8) | ((octets[at++] | 0x20) & 0xff);
    }
    return mix(mixed, rest);
  }

  private static long mix(long hash, long word) {
    long mixed = (hash ^ word) * MIX;
    return mixed ^ mixed >>> 32;
  }

  /** Makes all bits depend on all. */
  private static long finish(long hash) {
    long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
