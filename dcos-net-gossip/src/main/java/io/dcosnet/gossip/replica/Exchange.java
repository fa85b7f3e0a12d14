// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.wire.OctetReader;
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

    /** The replica leaves, and hands over what it has. */
    LEAVE,

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

    /** Neither side has caught up with anybody. */
    BEGINNERS,

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

  final int link;
  final NodeId with;
  final Kind kind;
  private final Replica replica;
  private final boolean audits;
  private final Outlet outlet;
  final Outflow outflow;
  private final Clocks clocks;
  private final Inflow inflow;
  private final AuditSteps audit;

  private Phase phase = Phase.SUMMARY;
  private @Nullable KeyFrames frames;
  private boolean sentAll;
  private boolean gotAll;

  /** Whether the clocks are equal and the live atoms are not. */
  private boolean unlike;

  private long theirDigest;

  /** Digest of our clock as we told it first. */
  private long said;

  /** Whether their clock had this digest too. */
  private boolean alike;

  /** When something came last. */
  long progressAt;

  Exchange(Replica replica, int link, NodeId with, Kind kind, boolean audits) {
    this.replica = replica;
    this.link = link;
    this.with = with;
    this.kind = kind;
    this.audits = audits;
    this.outlet = new Outlet(replica, link);
    this.outflow = new Outflow(replica.host, outlet);
    this.clocks = new Clocks(replica);
    this.inflow = new Inflow(replica, clocks, outlet);
    this.audit = new AuditSteps(replica, this);
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
  private boolean isComplete() {
    return sentAll && gotAll && audit.isComplete();
  }

  long octets() {
    return outlet.octets();
  }

  int keysSent() {
    return frames == null ? 0 : frames.count;
  }

  int keysTaken() {
    return inflow.count();
  }

  /** Digest of the other store when it had sent everything; 0 when that is not known. */
  long theirDigest() {
    return theirDigest;
  }

  /** Whether the other side has shown that it had all of this clock before it got anything. */
  boolean shows(DotClock clock) {
    DotClock heard = clocks.theirs();
    if (heard != null) {
      return heard.covers(clock);
    }
    return alike && (said == clock.digest() || said == replica.state.clock().digest());
  }

  void say(StoreMessage message) {
    outlet.say(message);
  }

  /** The stream is open; this side begins. */
  void begin() {
    said = replica.state.clock().digest();
    say(Steps.Summary.of(replica.state, audits).toMessage());
  }

  /** The other side began with this. */
  void answer(Steps.Summary summary, int octetsOfIt) {
    outlet.heard(octetsOfIt);
    said = replica.state.clock().digest();
    alike = summary.clock() == said;
    if (!alike) {
      phase = Phase.CLOCKS;
      say(clocks.first());
    } else if (summary.live() != replica.state.liveDigest() || summary.audit()) {
      beginAudit();
      say(Steps.bare(Steps.AUDIT));
    } else {
      say(Steps.bare(Steps.EQUAL));
      over(Outcome.EQUAL);
    }
  }

  void received(StoreMessage message) {
    progressAt = replica.host.nanos();
    Bytes body = message.body();
    outlet.heard(body.size());
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
      } else if (in.failed()) {
        fault("malformed");
      }
    } catch (DecodeException e) {
      fault("malformed");
    }
  }

  /** False for a step that does not belong here. */
  private boolean step(int step, OctetReader in, int size) throws DecodeException {
    return switch (phase) {
      case SUMMARY -> !isAnswer() && firstStep(step, in);
      case CLOCKS -> {
        if (step != Steps.CLOCK) {
          yield false;
        }
        sendKeys(clocks.heard(in));
        yield true;
      }
      case KEYS -> keyStep(step, in, size);
      case AUDIT -> audit.step(step, in, size);
      case OVER -> true;
    };
  }

  private boolean firstStep(int step, OctetReader in) throws DecodeException {
    switch (step) {
      case Steps.EQUAL -> {
        alike = true;
        over(Outcome.EQUAL);
      }
      case Steps.BUSY -> over(Outcome.BUSY);
      case Steps.BEGINNER -> over(Outcome.BEGINNERS);
      case Steps.AUDIT -> {
        alike = true;
        beginAudit();
        audit.begin();
      }
      case Steps.CLOCK -> sendKeys(clocks.answered(in));
      case Steps.CLOCK_DIGESTS -> {
        StoreMessage part = clocks.askForParts(in);
        if (part != null) {
          phase = Phase.CLOCKS;
          say(part);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void beginAudit() {
    phase = Phase.AUDIT;
    sentAll = true;
    gotAll = true;
  }

  // Keys.

  private boolean keyStep(int step, OctetReader in, int size) throws DecodeException {
    switch (step) {
      case Steps.KEYS -> {
        if (gotAll) {
          return false;
        }
        if (!inflow.take(in)) {
          fault("size");
        }
        took(size);
      }
      case Steps.END -> {
        if (gotAll) {
          return false;
        }
        end(in);
      }
      case Steps.TAKEN -> {
        return outflow.taken(in.varint());
      }
      case Steps.LIVE_DIGESTS -> {
        if (!isAnswer() || !isComplete()) {
          return false;
        }
        phase = Phase.AUDIT;
        return audit.step(step, in, size);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void sendKeys(Clocks.@Nullable Heard heard) {
    if (heard == null) {
      return;
    }
    if (clocks.isTooLarge()) {
      fault("size");
      return;
    }
    StoreMessage answer = heard.answer();
    if (answer != null) {
      say(answer);
    }
    phase = Phase.KEYS;
    KeyFrames keys = new KeyFrames(replica.state, clocks.told(), heard.lacking());
    frames = keys;
    outflow.send(
        keys,
        () -> {
          say(Steps.end(replica.state));
          sentAll = true;
          completeKeys();
        });
  }

  /** So many octets of the other side were worked through. */
  void took(int size) {
    if (!isOver()) {
      inflow.took(size);
    }
  }

  private void end(OctetReader in) {
    long clock = in.u64();
    long live = in.u64();
    in.finish();
    DotClock all = clocks.claimed();
    if (in.failed() || all == null) {
      return;
    }
    gotAll = true;
    theirDigest = Exchanges.digest(clock, live);
    inflow.end(all);
    unlike = clock == replica.state.clock().digest() && live != replica.state.liveDigest();
    completeKeys();
  }

  /** The side that began says what comes when all keys went both ways. */
  private void completeKeys() {
    if (isComplete() && !isAnswer()) {
      if (audits || unlike) {
        beginAudit();
        audit.begin();
      } else {
        over(Outcome.DIFFERENT);
      }
    }
  }

  // End.

  void fault(String reason) {
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
      outlet.gone();
      replica.exchanges.ended(
          this, isAnswer() && isComplete() ? Outcome.DIFFERENT : Outcome.FAILED);
    }
  }

  /** Closes the stream and says how it ended. */
  void over(Outcome outcome) {
    if (!isOver()) {
      phase = Phase.OVER;
      outflow.stop();
      if (outcome == Outcome.FAILED) {
        outlet.closeNow();
      } else {
        outlet.close();
      }
      replica.exchanges.ended(this, outcome);
    }
  }
}
