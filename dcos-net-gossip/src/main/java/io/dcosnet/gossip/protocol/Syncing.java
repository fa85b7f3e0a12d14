// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.protocol.SyncResult.Outcome;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message.SyncAnswer;
import io.dcosnet.gossip.wire.Message.SyncStart;
import io.dcosnet.gossip.wire.ShortId;
import java.util.List;
import java.util.function.Consumer;

/**
 * Exchanges what two nodes know: the digest first, then only what differs. Now and then with
 * anybody, soon with a member whose digest has differed for a while, and when others ask for it.
 */
final class Syncing {

  /** Most nodes that join through us at a time; others are sent on. */
  static final int MAX_JOINS = 50;

  private static final int OTHERS_TO_TRY = 3;

  // Answers to probes compare digests all the time; so only some of the exchanges that would do no
  // more are made.
  private static final int MOST_SKIPPED = 3;

  private final Node node;
  private final DigestWatch watch;
  private int joins;
  private int skipped;

  Syncing(Node node) {
    this.node = node;
    this.watch = new DigestWatch(node);
  }

  /** Begins the periodic exchanges. */
  void start() {
    schedule(node.somewhereIn(node.settings.syncInterval()));
  }

  private void schedule(long delayNanos) {
    var unused =
        node.host.schedule(
            delayNanos,
            () -> {
              if (!node.leaving.isLeaving()) {
                if (!watch.isAgreed() || ++skipped > MOST_SKIPPED) {
                  skipped = 0;
                  withAnybody(SyncKind.PERIODIC, result -> {});
                }
                schedule(node.varied(node.settings.syncInterval()) * scale(node.table.living()));
              }
            });
  }

  /** How much rarer exchanges are in a large cluster, so that all together cost the same. */
  static int scale(int members) {
    return members <= 32 ? 1 : (int) Math.ceil(Math.log(members) / Math.log(2) - 5) + 1;
  }

  /** An exchange with a random member that is alive, if there is any. */
  void withAnybody(SyncKind kind, Consumer<SyncResult> result) {
    for (MemberRecord member : node.table.pick(1, member -> member.state() == State.ALIVE)) {
      with(member.address(), kind, result);
    }
  }

  /** An exchange with this address; tells how it ended. */
  void with(HostPort to, SyncKind kind, Consumer<SyncResult> result) {
    new SyncAsker(node, kind, result).begin(to);
  }

  /** A member has the same digest as we. */
  void digestAgrees() {
    watch.agrees();
  }

  /** A member has another digest than we: an exchange follows soon, unless rumours settle it. */
  void digestDiffers(MemberRecord member) {
    if (!node.leaving.isLeaving() && watch.isLasting()) {
      with(member.address(), SyncKind.DIGEST, result -> {});
    }
  }

  /** Takes over an exchange that another node begins. */
  void begun(int link, SyncStart start) {
    Fact.Alive asker = start.self();
    LinkPeer peer = node.links.peer(link);
    if (peer == null || ShortId.of(asker.node()) != peer.shortId()) {
      node.metrics.linkClosed("identity");
      node.links.close(link);
      return;
    }
    ProtocolRange ours = node.table.self().profile().protocol();
    ProtocolRange theirs = asker.profile().protocol();
    if (!ours.meets(theirs)) {
      String reason =
          "protocol: %d to %d (expected: some of %d to %d)"
              .formatted(theirs.lowest(), theirs.highest(), ours.lowest(), ours.highest());
      answer(link, SyncAnswer.Outcome.REFUSED, List.of(), reason);
      end(link, Outcome.REFUSED);
      return;
    }
    MemberRecord known = node.table.find(asker.node());
    boolean wasDead =
        known != null && known.state() == State.DEAD && known.epoch() == asker.epoch();
    node.beliefs.learn(asker, new Hearsay(Hearsay.Channel.SYNC, asker.profile().address()));
    // Who leaves must not be met as if it stayed.
    if (node.leaving.isLeaving() || (start.join() && joins >= MAX_JOINS)) {
      List<HostPort> others =
          node
              .table
              .pick(
                  OTHERS_TO_TRY,
                  member -> member.state() == State.ALIVE && !member.id().equals(asker.node()))
              .stream()
              .map(MemberRecord::address)
              .toList();
      answer(link, SyncAnswer.Outcome.TRY_OTHERS, others, "");
      end(link, Outcome.BUSY);
    } else if (start.memberDigest() == node.table.digest()
        && start.members() == node.table.living()) {
      answer(link, SyncAnswer.Outcome.EQUAL, List.of(), "");
      end(link, Outcome.EQUAL);
      met(asker, wasDead);
    } else {
      joins += start.join() ? 1 : 0;
      node.links.take(
          link,
          new SyncAnswerer(
              node,
              link,
              asker,
              outcome -> {
                joins -= start.join() ? 1 : 0;
                if (outcome != Outcome.FAILED) {
                  met(asker, wasDead);
                }
              }));
      node.keys.tell(link);
      answer(link, SyncAnswer.Outcome.DIFFERENT, List.of(), "");
    }
  }

  private void answer(int link, SyncAnswer.Outcome outcome, List<HostPort> others, String reason) {
    node.links.write(link, new SyncAnswer(outcome, SyncFacts.self(node), others, reason));
  }

  private void end(int link, Outcome outcome) {
    node.metrics.synced(SyncKind.ANSWER, outcome, node.links.octets(link));
    node.links.close(link);
  }

  private void met(Fact.Alive asker, boolean wasDead) {
    node.joining.found(asker.node());
    if (wasDead) {
      node.reconnecting.contacted();
    }
  }
}
