// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.wire.OctetReader;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of both sides of one exchange, and how they are told: small ones whole, of large ones
 * the parts whose digests differ. <b>Not thread-safe.</b>
 */
final class Clocks {

  /** Larger clocks are compared by their digests first. */
  static final int SMALL_CLOCK = 256;

  /** A message holds the clock of about so many. */
  private static final int MOST_REPLICAS = 300_000;

  /**
   * What comes of the clock of the other side.
   *
   * @param lacking what it needs not be sent
   * @param answer our clock, where it is not told yet
   */
  record Heard(DotClock lacking, @Nullable StoreMessage answer) {}

  private final Replica replica;

  /** Whether we take all that the other side has, whatever we have of it. */
  final boolean takesAll;

  /** Our clock as we told it; null until then. */
  private @Nullable DotClock told;

  /** The clock of the other side as of what it sent last; null until it told it. */
  private @Nullable DotClock theirs;

  /** Its clock at the beginning: what we have when we have all of its keys. */
  private @Nullable DotClock claimed;

  /** The buckets that we asked for; null for a whole clock. */
  private @Nullable BitSet parts;

  private boolean byDigests;

  Clocks(Replica replica) {
    this.replica = replica;
    // What an exchange that broke brought may have been removed everywhere since.
    this.takesAll = !replica.state.hasCaughtUp();
  }

  DotClock told() {
    DotClock clock = told;
    if (clock == null) {
      throw new IllegalStateException("keys before the clock that they are of");
    }
    return clock;
  }

  @Nullable DotClock theirs() {
    return theirs;
  }

  @Nullable DotClock claimed() {
    return claimed;
  }

  /** Whether the other side names more replicas than there can be. */
  boolean isTooLarge() {
    DotClock clock = theirs;
    return clock != null && clock.replicas().size() > MOST_REPLICAS;
  }

  /** What the side tells that did not begin. */
  StoreMessage first() {
    DotClock now = replica.state.clock().copy();
    told = now;
    byDigests = !takesAll && now.replicas().size() > SMALL_CLOCK;
    return byDigests
        ? Steps.digests(Steps.CLOCK_DIGESTS, null, now::digest)
        : Steps.clock(null, now, askedIfOther());
  }

  /** What we ask by where that is not our clock. */
  private @Nullable DotClock askedIfOther() {
    if (takesAll) {
      return new DotClock();
    }
    DotClock asked = replica.state.asked();
    return asked.digest() == replica.state.clock().digest() ? null : asked;
  }

  /** They told their clock whole, and get ours; null when it is none. */
  @Nullable Heard answered(OctetReader in) throws DecodeException {
    DotClock now = replica.state.clock().copy();
    told = now;
    StoreMessage answer = Steps.clock(null, now, askedIfOther());
    DotClock lacking = read(in, null, new DotClock(), new DotClock());
    return lacking == null ? null : new Heard(lacking, answer);
  }

  /** They told the digests of their clock; asks for the parts that differ. */
  @Nullable StoreMessage askForParts(OctetReader in) {
    DotClock now = replica.state.clock().copy();
    BitSet differing = Steps.differing(in, now::digest);
    in.finish();
    if (in.failed()) {
      return null;
    }
    if (takesAll) {
      differing.set(0, Steps.BUCKETS);
    }
    told = now;
    parts = differing;
    return partOf(now, differing);
  }

  private StoreMessage partOf(DotClock clock, BitSet buckets) {
    DotClock asked = askedIfOther();
    return Steps.clock(buckets, clock.only(buckets), asked == null ? null : asked.only(buckets));
  }

  /** The clock of the other side, in answer to ours or to our digests; null when it is none. */
  @Nullable Heard heard(OctetReader in) throws DecodeException {
    DotClock ours = told();
    BitSet asked = parts;
    if (asked != null) {
      // Where the digests were equal, the clocks are.
      DotClock rest = ours.only(others(asked));
      return withoutAnswer(read(in, asked, rest, rest.copy()));
    }
    if (!byDigests) {
      return withoutAnswer(read(in, null, new DotClock(), new DotClock()));
    }
    BitSet buckets = partAhead(in);
    if (buckets == null) {
      in.fail();
      return null;
    }
    DotClock rest = ours.only(others(buckets));
    DotClock lacking = readBoth(in, rest, rest.copy());
    return lacking == null ? null : new Heard(lacking, partOf(ours, buckets));
  }

  private static @Nullable Heard withoutAnswer(@Nullable DotClock lacking) {
    return lacking == null ? null : new Heard(lacking, null);
  }

  private static BitSet others(BitSet buckets) {
    BitSet others = (BitSet) buckets.clone();
    others.flip(0, Steps.BUCKETS);
    return others;
  }

  private static @Nullable BitSet partAhead(OctetReader in) {
    return in.u8() == 1 ? Steps.bits(in) : null;
  }

  /** Reads a clock that must be of these parts; gives the one to ask by, null when it is not. */
  private @Nullable DotClock read(
      OctetReader in, @Nullable BitSet part, DotClock rest, DotClock askedRest)
      throws DecodeException {
    int partial = in.u8();
    in.require(partial == (part == null ? 0 : 1));
    if (part != null && !in.failed()) {
      in.require(Steps.bits(in).equals(part));
    }
    return readBoth(in, rest, askedRest);
  }

  private @Nullable DotClock readBoth(OctetReader in, DotClock rest, DotClock askedRest)
      throws DecodeException {
    Bytes clock = in.bytes(Steps.MAX_OCTETS);
    Bytes asked = in.bytes(Steps.MAX_OCTETS);
    in.finish();
    if (in.failed()) {
      return null;
    }
    rest.addAll(StoreCodec.decodeClock(clock));
    theirs = rest;
    claimed = rest.copy();
    if (asked.size() == 0) {
      return rest.copy();
    }
    askedRest.addAll(StoreCodec.decodeClock(asked));
    return askedRest;
  }

  /** What their clock gained stands in front of their keys; the clock that those are of. */
  @Nullable DotClock gained(OctetReader in) throws DecodeException {
    DotClock clock = theirs;
    Bytes gained = in.bytes(Steps.MAX_OCTETS);
    if (clock == null || in.failed()) {
      return null;
    }
    if (gained.size() > 0) {
      clock.addAll(StoreCodec.decodeClock(gained));
    }
    return clock;
  }
}
