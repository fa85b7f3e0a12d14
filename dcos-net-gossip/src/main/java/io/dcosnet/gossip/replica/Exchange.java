// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.wire.OctetReader;
import java.util.BitSet;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with another replica, on a stream of its own; after the first messages both sides do
 * the same. Each tells its clock, then sends what the clock of the other one lacks. A side takes
 * over the clock of the other one when it has all of its keys, and not before; so it may break
 * anywhere.
 */
final class Exchange {

  /** What an exchange is for; in figures. */
  enum Kind {
    /** The replica has just begun. */
    START,

    /** Now and then. */
    PERIODIC,

    /** The digest of a member differed for long. */
    DIGEST,

    /** Something is missing that no link brought. */
    MISSING,

    /** The other side began it. */
    ANSWER
  }

  /** How it ended. */
  enum Outcome {
    /** Both had the same. */
    EQUAL,

    /** Both have what the other one had. */
    DIFFERENT,

    /** The other side, or this one, had no time. */
    BUSY,

    /** It broke off. */
    FAILED
  }

  private enum Phase {
    SUMMARY,
    CLOCKS,
    KEYS,
    AUDIT,
    OVER
  }

  /** Larger clocks are compared by their digests first. */
  static final int SMALL_CLOCK = 256;

  private static final int MOST_REPLICAS = 100_000;
  private static final int MOST_KEYS = 1_000_000;

  final int link;
  final NodeId with;
  final Kind kind;
  private final Replica replica;
  private final boolean audits;
  private final Outflow outflow;

  private Phase phase = Phase.SUMMARY;

  /** Our clock as we told it; null until then. */
  private @Nullable DotClock told;

  /** The clock of the other side as of what it sent last; null until it told it. */
  private @Nullable DotClock theirs;

  /** Its clock at the beginning: what we have when we have all of its keys. */
  private @Nullable DotClock claimed;

  /** The buckets that we asked for, or whose digests we sent all of: null for a whole clock. */
  private @Nullable BitSet parts;

  private boolean byDigests;
  private @Nullable KeyFrames frames;
  private @Nullable Audit audit;
  private boolean sentAll;
  private boolean gotAll;
  private int keysTaken;
  private long octets;
  private long untold;

  /** Whether the clocks are equal and the live atoms are not. */
  private boolean unlike;

  private long theirDigest;

  /** When something came last. */
  long progressAt;

  Exchange(Replica replica, int link, NodeId with, Kind kind, boolean audits) {
    this.replica = replica;
    this.link = link;
    this.with = with;
    this.kind = kind;
    this.audits = audits;
    this.outflow = new Outflow(replica.host, link);
    this.progressAt = replica.host.nanos();
  }

  boolean isAnswer() {
    return kind == Kind.ANSWER;
  }

  /** Whether it is of those that the other side may take the place of. */
  boolean hasBarelyBegun() {
    return phase == Phase.SUMMARY;
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Whether all that was to be sent was sent, and all that was to come came. */
  boolean isComplete() {
    return sentAll && gotAll;
  }

  long octets() {
    return octets;
  }

  int keysSent() {
    return frames == null ? 0 : frames.count;
  }

  int keysTaken() {
    return keysTaken;
  }

  /** Digest of the other store when it had sent everything; 0 when that is not known. */
  long theirDigest() {
    return theirDigest;
  }

  private void write(StoreMessage message) {
    octets += message.body().size();
    replica.host.write(link, message);
  }

  /** The stream is open; this side begins. */
  void begin() {
    write(Steps.Summary.of(replica.state, audits).toMessage());
  }

  /** The other side began with this. */
  void answer(Steps.Summary summary, int octetsOfIt) {
    octets += octetsOfIt;
    DotClock clock = replica.state.clock();
    if (summary.clock() != clock.digest()) {
      phase = Phase.CLOCKS;
      DotClock now = clock.copy();
      told = now;
      byDigests = clock.replicas().size() > SMALL_CLOCK;
      write(
          byDigests
              ? Steps.digests(Steps.CLOCK_DIGESTS, null, now::digest)
              : Steps.clock(null, now, askedIfOther()));
    } else if (summary.live() != replica.state.liveDigest() || summary.audit()) {
      phase = Phase.AUDIT;
      sentAll = true;
      gotAll = true;
      write(Steps.bare(Steps.AUDIT));
    } else {
      write(Steps.bare(Steps.EQUAL));
      over(Outcome.EQUAL);
    }
  }

  private @Nullable DotClock askedIfOther() {
    DotClock asked = replica.state.asked();
    return asked.digest() == replica.state.clock().digest() ? null : asked;
  }

  void received(StoreMessage message) {
    progressAt = replica.host.nanos();
    Bytes body = message.body();
    octets += body.size();
    if (message.kind() != StoreMessage.EXCHANGE || body.size() == 0) {
      fault("order");
      return;
    }
    if (body.size() > Steps.MAX_OCTETS) {
      fault("size");
      return;
    }
    OctetReader in = Steps.reader(body);
    try {
      if (!step(in.u8(), in, body.size())) {
        fault("order");
      } else if (in.failed() && !isOver()) {
        fault("malformed");
      }
    } catch (DecodeException e) {
      fault("malformed");
    }
  }

  /** False for a step that does not belong here. */
  private boolean step(int step, OctetReader in, int size) throws DecodeException {
    switch (phase) {
      case SUMMARY -> {
        if (isAnswer()) {
          return false;
        }
        switch (step) {
          case Steps.EQUAL -> over(Outcome.EQUAL);
          case Steps.BUSY -> over(Outcome.BUSY);
          case Steps.AUDIT -> {
            sentAll = true;
            gotAll = true;
            beginAudit();
          }
          case Steps.CLOCK -> tellClock(in);
          case Steps.CLOCK_DIGESTS -> askForParts(in);
          default -> {
            return false;
          }
        }
      }
      case CLOCKS -> {
        if (step != Steps.CLOCK) {
          return false;
        }
        hearClock(in);
      }
      case KEYS -> {
        switch (step) {
          case Steps.KEYS -> {
            if (gotAll) {
              return false;
            }
            takeKeys(in);
            took(size);
          }
          case Steps.END -> {
            return !gotAll && end(in);
          }
          case Steps.TAKEN -> {
            return outflow.taken(in.varint());
          }
          case Steps.LIVE_DIGESTS -> {
            return isAnswer() && isComplete() && compareDigests(in);
          }
          default -> {
            return false;
          }
        }
      }
      case AUDIT -> {
        return auditStep(step, in, size);
      }
      case OVER -> {}
    }
    return true;
  }

  // Clocks.

  /** They told their clock whole, and get ours. */
  private void tellClock(OctetReader in) throws DecodeException {
    DotClock now = replica.state.clock().copy();
    told = now;
    StoreMessage answer = Steps.clock(null, now, askedIfOther());
    DotClock asked = readClock(in, null, new DotClock(), new DotClock());
    if (asked != null) {
      write(answer);
      sendKeys(asked);
    }
  }

  /** They told the digests of their clock; the parts that differ are told. */
  private void askForParts(OctetReader in) {
    DotClock now = replica.state.clock().copy();
    BitSet differing = Steps.differing(in, now::digest);
    in.finish();
    if (!in.failed()) {
      phase = Phase.CLOCKS;
      told = now;
      parts = differing;
      write(partOf(now, differing));
    }
  }

  private StoreMessage partOf(DotClock clock, BitSet buckets) {
    DotClock asked = askedIfOther();
    return Steps.clock(buckets, clock.only(buckets), asked == null ? null : asked.only(buckets));
  }

  /** The clock of the other side, in answer to ours or to our digests. */
  private void hearClock(OctetReader in) throws DecodeException {
    DotClock ours = told;
    if (ours == null) {
      throw new IllegalStateException("a clock was told before");
    }
    BitSet asked = parts;
    if (asked != null) {
      // Where the digests were equal, the clocks are.
      DotClock rest = ours.only(others(asked));
      DotClock lacking = readClock(in, asked, rest, rest.copy());
      if (lacking != null) {
        sendKeys(lacking);
      }
    } else if (byDigests) {
      BitSet buckets = partAhead(in);
      if (buckets == null) {
        in.fail();
        return;
      }
      DotClock rest = ours.only(others(buckets));
      DotClock lacking = readClocks(in, rest, rest.copy());
      if (lacking != null) {
        write(partOf(ours, buckets));
        sendKeys(lacking);
      }
    } else {
      DotClock lacking = readClock(in, null, new DotClock(), new DotClock());
      if (lacking != null) {
        sendKeys(lacking);
      }
    }
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
  private @Nullable DotClock readClock(
      OctetReader in, @Nullable BitSet part, DotClock rest, DotClock askedRest)
      throws DecodeException {
    int partial = in.u8();
    in.require(partial == (part == null ? 0 : 1));
    if (part != null && !in.failed()) {
      in.require(Steps.bits(in).equals(part));
    }
    return readClocks(in, rest, askedRest);
  }

  private @Nullable DotClock readClocks(OctetReader in, DotClock rest, DotClock askedRest)
      throws DecodeException {
    Bytes clock = in.bytes(Steps.MAX_OCTETS);
    Bytes asked = in.bytes(Steps.MAX_OCTETS);
    in.finish();
    if (in.failed()) {
      return null;
    }
    rest.addAll(StoreCodec.decodeClock(clock));
    if (rest.replicas().size() > MOST_REPLICAS) {
      fault("size");
      return null;
    }
    theirs = rest;
    claimed = rest.copy();
    if (asked.size() == 0) {
      return rest.copy();
    }
    askedRest.addAll(StoreCodec.decodeClock(asked));
    return askedRest;
  }

  // Keys.

  private void sendKeys(DotClock asked) {
    DotClock ours = told;
    if (ours == null) {
      throw new IllegalStateException("keys before the clock that they are of");
    }
    phase = Phase.KEYS;
    KeyFrames keys = new KeyFrames(replica.state, ours, asked);
    frames = keys;
    outflow.send(
        () -> counted(keys.get()),
        () -> {
          write(Steps.end(replica.state));
          sentAll = true;
          completeKeys();
        });
  }

  private @Nullable StoreMessage counted(@Nullable StoreMessage frame) {
    octets += frame == null ? 0 : frame.body().size();
    return frame;
  }

  private void takeKeys(OctetReader in) throws DecodeException {
    DotClock clock = theirs;
    Bytes gained = in.bytes(Steps.MAX_OCTETS);
    if (clock == null || in.failed()) {
      return;
    }
    if (gained.size() > 0) {
      clock.addAll(StoreCodec.decodeClock(gained));
    }
    if (clock.replicas().size() > MOST_REPLICAS) {
      fault("size");
      return;
    }
    while (in.left() > 0 && !in.failed()) {
      Bytes key = in.bytes(Steps.MAX_OCTETS);
      if (!in.failed()) {
        replica.intake.join(StoreCodec.decodeKeyState(key), clock);
        if (++keysTaken > MOST_KEYS) {
          fault("size");
          return;
        }
      }
    }
  }

  private void took(int size) {
    untold += size;
    if (untold >= Outflow.CREDIT && !isOver()) {
      write(Steps.taken(untold));
      untold = 0;
    }
  }

  private boolean end(OctetReader in) {
    long clock = in.u64();
    long live = in.u64();
    in.finish();
    DotClock all = claimed;
    if (!in.failed() && all != null) {
      gotAll = true;
      theirDigest = Exchanges.digest(clock, live);
      replica.intake.caughtUp(all);
      if (clock == replica.state.clock().digest() && live != replica.state.liveDigest()) {
        unlike = true;
      }
      completeKeys();
    }
    return true;
  }

  /** The side that began says what comes when all keys went both ways. */
  private void completeKeys() {
    if (isComplete() && !isAnswer()) {
      if (audits || unlike) {
        beginAudit();
      } else {
        over(Outcome.DIFFERENT);
      }
    }
  }

  // Audit.

  private void beginAudit() {
    phase = Phase.AUDIT;
    audit = new Audit(replica);
    write(
        Steps.digests(
            Steps.LIVE_DIGESTS,
            new long[] {replica.state.clock().digest()},
            replica.state::liveDigest));
  }

  private boolean auditStep(int step, OctetReader in, int size) throws DecodeException {
    Audit current = audit;
    if (current == null) {
      return isAnswer() && step == Steps.LIVE_DIGESTS && compareDigests(in);
    }
    switch (step) {
      case Steps.DONE -> over(Outcome.DIFFERENT);
      case Steps.LIVE_BUCKETS -> {
        if (isAnswer() || current.isOverBuckets()) {
          return false;
        }
        BitSet buckets = Steps.bits(in);
        in.finish();
        if (!in.failed() && current.isCurrent()) {
          current.over(buckets);
          list(current);
        } else if (!in.failed()) {
          over(Outcome.DIFFERENT);
        }
      }
      case Steps.LIVE -> {
        if (gotAll) {
          return false;
        }
        if (!current.compare(in)) {
          fault("size");
        }
        took(size);
      }
      case Steps.LIVE_END -> {
        if (gotAll) {
          return false;
        }
        current.compareRest();
        gotAll = true;
        completeAudit();
      }
      case Steps.TAKEN -> {
        return outflow.taken(in.varint());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Lists the buckets of live atoms that differ, while the clocks are equal. */
  private boolean compareDigests(OctetReader in) {
    long clock = in.u64();
    BitSet differing = Steps.differing(in, replica.state::liveDigest);
    in.finish();
    if (in.failed()) {
      return true;
    }
    if (clock != replica.state.clock().digest() || differing.isEmpty()) {
      write(Steps.bare(Steps.DONE));
      over(Outcome.DIFFERENT);
      return true;
    }
    phase = Phase.AUDIT;
    Audit begun = new Audit(replica);
    audit = begun;
    write(Steps.liveBuckets(begun.choose(differing)));
    list(begun);
    return true;
  }

  private void list(Audit current) {
    sentAll = false;
    gotAll = false;
    Queue<StoreMessage> list = current.list();
    outflow.send(
        () -> counted(list.poll()),
        () -> {
          write(Steps.bare(Steps.LIVE_END));
          sentAll = true;
          completeAudit();
        });
  }

  private void completeAudit() {
    if (isComplete() && !isAnswer()) {
      over(Outcome.DIFFERENT);
    }
  }

  // End.

  private void fault(String reason) {
    if (!isOver()) {
      replica.metrics.fault(reason);
      over(Outcome.FAILED);
    }
  }

  /** The stream is no more. */
  void closed() {
    if (!isOver()) {
      phase = Phase.OVER;
      outflow.stop();
      replica.exchanges.ended(
          this, isAnswer() && isComplete() ? Outcome.DIFFERENT : Outcome.FAILED);
    }
  }

  /** Closes the stream and says how it ended. */
  void over(Outcome outcome) {
    if (!isOver()) {
      phase = Phase.OVER;
      outflow.stop();
      replica.host.close(link);
      replica.exchanges.ended(this, outcome);
    }
  }
}
