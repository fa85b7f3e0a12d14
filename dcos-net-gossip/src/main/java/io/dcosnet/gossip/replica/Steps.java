// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.gossip.wire.OctetReader;
import io.dcosnet.gossip.wire.OctetWriter;
import java.util.BitSet;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** The octets of the steps of an exchange, other than keys; the first octet says which step. */
final class Steps {

  /** Both have the same; the exchange is over. */
  static final int EQUAL = 1;

  /** Not now; the exchange is over. */
  static final int BUSY = 2;

  /** A clock, whole or in part. */
  static final int CLOCK = 3;

  /** Digests of the parts of a clock, for one too large to be sent as it is. */
  static final int CLOCK_DIGESTS = 4;

  /** What the clock gained, then keys with their cells, all of one moment. */
  static final int KEYS = 5;

  /** So many octets of keys or lists have been worked through. */
  static final int TAKEN = 6;

  /** All keys were sent; digests as they are now. */
  static final int END = 7;

  /** Asks for a comparison of live atoms. */
  static final int AUDIT = 8;

  /** Digests of clock and live atoms, the latter by buckets. */
  static final int LIVE_DIGESTS = 9;

  /** The buckets whose live atoms are listed from here on. */
  static final int LIVE_BUCKETS = 10;

  /** Keys with the dots of their live atoms. */
  static final int LIVE = 11;

  /** All live atoms of the buckets were listed. */
  static final int LIVE_END = 12;

  /** Nothing is left to compare. */
  static final int DONE = 13;

  /** Neither side has caught up with anybody; the exchange is over. */
  static final int BEGINNER = 14;

  /** How many parts clocks and keys are divided into. */
  static final int BUCKETS = 256;

  /** The longest message: a key of the largest size and all around it. */
  static final int MAX_OCTETS = (8 << 20) + (256 << 10);

  private static final int SUMMARY_VERSION = 1;
  private static final int AUDITS = 1;
  private static final int CAUGHT_UP = 2;
  private static final int BITS_OCTETS = BUCKETS / 8;

  private Steps() {}

  /**
   * How an exchange begins.
   *
   * @param audit whether live atoms are compared in any case
   * @param caughtUp whether the store has caught up with another one
   */
  record Summary(boolean audit, boolean caughtUp, long clock, long live, int replicas, int keys) {

    static Summary of(StoreState state, boolean audit) {
      return new Summary(
          audit,
          state.hasCaughtUp(),
          state.clock().digest(),
          state.liveDigest(),
          state.clock().replicas().size(),
          state.keys());
    }

    StoreMessage toMessage() {
      OctetWriter out = OctetWriter.growing(32);
      out.u8(SUMMARY_VERSION);
      out.u8((audit ? AUDITS : 0) | (caughtUp ? CAUGHT_UP : 0));
      out.u64(clock);
      out.u64(live);
      out.varint(replicas);
      out.varint(keys);
      return new StoreMessage(StoreMessage.SUMMARY, out.toBytes());
    }

    /** Null when it is not one. */
    static @Nullable Summary read(Bytes body) {
      OctetReader in = reader(body);
      in.require(in.u8() == SUMMARY_VERSION);
      int flags = in.u8();
      in.require(flags <= (AUDITS | CAUGHT_UP));
      Summary summary =
          new Summary(
              (flags & AUDITS) != 0,
              (flags & CAUGHT_UP) != 0,
              in.u64(),
              in.u64(),
              in.count(Integer.MAX_VALUE),
              in.count(Integer.MAX_VALUE));
      in.finish();
      return in.failed() ? null : summary;
    }
  }

  static OctetReader reader(Bytes body) {
    OctetReader in = new OctetReader(body.toArray());
    in.begin(0, body.size());
    return in;
  }

  static OctetWriter begin(int step, int octets) {
    OctetWriter out = OctetWriter.growing(octets);
    out.u8(step);
    return out;
  }

  static StoreMessage message(OctetWriter out) {
    return new StoreMessage(StoreMessage.EXCHANGE, out.toBytes());
  }

  /** A step that says no more. */
  static StoreMessage bare(int step) {
    return message(begin(step, 1));
  }

  static StoreMessage taken(long octets) {
    OctetWriter out = begin(TAKEN, 10);
    out.varint(octets);
    return message(out);
  }

  static StoreMessage end(StoreState state) {
    OctetWriter out = begin(END, 17);
    out.u64(state.clock().digest());
    out.u64(state.liveDigest());
    return message(out);
  }

  /**
   * A clock.
   *
   * @param part the buckets that it is of; null for all
   * @param asked the clock to ask by, where it is another one
   */
  static StoreMessage clock(@Nullable BitSet part, DotClock clock, @Nullable DotClock asked) {
    OctetWriter out = begin(CLOCK, 256);
    out.u8(part == null ? 0 : 1);
    if (part != null) {
      bits(out, part);
    }
    out.bytes(StoreCodec.encode(clock), MAX_OCTETS);
    out.bytes(asked == null ? Bytes.EMPTY : StoreCodec.encode(asked), MAX_OCTETS);
    return message(out);
  }

  static StoreMessage digests(int step, long @Nullable [] before, IntToLongFunction digest) {
    OctetWriter out = begin(step, 16 + 8 * BUCKETS);
    for (long one : before == null ? new long[0] : before) {
      out.u64(one);
    }
    for (int i = 0; i < BUCKETS; i++) {
      out.u64(digest.applyAsLong(i));
    }
    return message(out);
  }

  static StoreMessage liveBuckets(BitSet buckets) {
    OctetWriter out = begin(LIVE_BUCKETS, 1 + BITS_OCTETS);
    bits(out, buckets);
    return message(out);
  }

  private static void bits(OctetWriter out, BitSet bits) {
    byte[] octets = new byte[BITS_OCTETS];
    byte[] set = bits.toByteArray();
    System.arraycopy(set, 0, octets, 0, set.length);
    out.raw(Bytes.copyOf(octets), 0, octets.length);
  }

  static BitSet bits(OctetReader in) {
    byte[] octets = new byte[BITS_OCTETS];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) in.u8();
    }
    return BitSet.valueOf(octets);
  }

  /** The buckets whose digest is not this one. */
  static BitSet differing(OctetReader in, IntToLongFunction digest) {
    BitSet differing = new BitSet(BUCKETS);
    for (int i = 0; i < BUCKETS; i++) {
      differing.set(i, in.u64() != digest.applyAsLong(i));
    }
    return differing;
  }
}
