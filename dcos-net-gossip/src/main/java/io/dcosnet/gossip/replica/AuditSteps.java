// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.wire.OctetReader;
import java.util.BitSet;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The last part of an exchange, when there is one: both sides compare their live atoms. <b>Not
 * thread-safe.</b>
 */
final class AuditSteps {

  private final Replica replica;
  private final Exchange exchange;
  private @Nullable Audit audit;
  private boolean sentAll;
  private boolean gotAll;

  AuditSteps(Replica replica, Exchange exchange) {
    this.replica = replica;
    this.exchange = exchange;
  }

  /** Whether nothing is left to be sent, nor to come. */
  boolean isComplete() {
    return audit == null || (sentAll && gotAll);
  }

  /** This side began the exchange, and begins this. */
  void begin() {
    audit = new Audit(replica);
    exchange.say(
        Steps.digests(
            Steps.LIVE_DIGESTS,
            new long[] {replica.state.clock().digest()},
            replica.state::liveDigest));
  }

  /** False for a step that does not belong here. */
  boolean step(int step, OctetReader in, int size) throws DecodeException {
    Audit current = audit;
    if (current == null) {
      return exchange.isAnswer() && step == Steps.LIVE_DIGESTS && compareDigests(in);
    }
    switch (step) {
      case Steps.DONE -> exchange.over(Exchange.Outcome.DIFFERENT);
      case Steps.LIVE_BUCKETS -> {
        if (exchange.isAnswer() || current.isOverBuckets()) {
          return false;
        }
        BitSet buckets = Steps.bits(in);
        in.finish();
        if (!in.failed() && current.isCurrent()) {
          current.over(buckets);
          list(current);
        } else if (!in.failed()) {
          exchange.over(Exchange.Outcome.DIFFERENT);
        }
      }
      case Steps.LIVE -> {
        if (gotAll) {
          return false;
        }
        if (!current.compare(in)) {
          exchange.fault("size");
        }
        exchange.took(size);
      }
      case Steps.LIVE_END -> {
        if (gotAll) {
          return false;
        }
        current.compareRest();
        gotAll = true;
        complete();
      }
      case Steps.TAKEN -> {
        return exchange.outflow.taken(in.varint());
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
      exchange.say(Steps.bare(Steps.DONE));
      exchange.over(Exchange.Outcome.DIFFERENT);
      return true;
    }
    Audit begun = new Audit(replica);
    audit = begun;
    exchange.say(Steps.liveBuckets(begun.choose(differing)));
    list(begun);
    return true;
  }

  private void list(Audit current) {
    Queue<StoreMessage> list = current.list();
    exchange.outflow.send(
        list::poll,
        () -> {
          exchange.say(Steps.bare(Steps.LIVE_END));
          sentAll = true;
          complete();
        });
  }

  private void complete() {
    if (isComplete() && !exchange.isAnswer()) {
      exchange.over(Exchange.Outcome.DIFFERENT);
    }
  }
}
