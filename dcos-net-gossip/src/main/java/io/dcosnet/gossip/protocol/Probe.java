// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.PingRequest;
import java.util.List;

/**
 * One round of probing: a ping; without an answer, helpers and a ping over TCP at once; at the end
 * of the period the verdict. At any time it has one timer.
 */
final class Probe implements Pings.Waiting, LinkUser {

  private static final int NO_LINK = -1;

  private final Node node;
  private final ProbedPaths paths;
  private final MemberRecord target;
  private final long periodEnd;
  private final Runnable then;
  final Pings.Sent ping;

  private Host.Timer timer;
  private long due;
  private boolean excused;
  private boolean ended;
  private boolean direct;
  private boolean throughHelper;
  private boolean overTcp;
  private boolean refused;
  private boolean otherNode;

  private boolean widened;
  private List<MemberRecord> helpers = List.of();
  // One bit for each helper that said that it got no answer.
  private int nacks;
  private int link = NO_LINK;

  /**
   * Begins.
   *
   * @param then runs after the verdict
   */
  Probe(
      Node node,
      Pings pings,
      ProbedPaths paths,
      MemberRecord target,
      long periodEnd,
      Runnable then) {
    this.node = node;
    this.paths = paths;
    this.target = target;
    this.periodEnd = periodEnd;
    this.then = then;
    this.ping = pings.send(target, target.address(), this);
    // What the system refuses to send is an answer that does not come: others may reach the member.
    long wait = ping.taken ? node.roundTrips.timeoutNanos(target.id()) : 0;
    this.timer = node.host.schedule(wait, this::widen);
  }

  @Override
  public void answered(Ack ack) {
    if (ended) {
      return;
    }
    direct = true;
    closeLink();
    waitForEnd();
  }

  @Override
  public void otherNode(NodeId found) {
    if (ended || otherNode) {
      return;
    }
    // The old process is gone from its address. That its links broke, too, is for them to say, and
    // it may live on at another address: so it gets the time of a suspicion.
    otherNode = true;
    closeLink();
    waitForEnd();
    if (!isAnswered()) {
      accuse(Grade.LINK);
    }
  }

  /** A helper says that the member answered it. */
  void relayed(long helper, Ack ack) {
    if (indexOf(helper) >= 0) {
      throughHelper = true;
      if (node.store != null) {
        node.store.digestSeen(target.id(), ack.storeDigest());
      }
    }
  }

  /** A helper says that the member did not answer it. */
  void notAnswered(long helper) {
    int index = indexOf(helper);
    if (index >= 0) {
      nacks |= 1 << index;
    }
  }

  @Override
  public void opened(int opened, LinkPeer peer) {
    if (peer.shortId() == target.key().shortId()) {
      node.links.write(opened, new Ping(ping.sequence, target.id(), ping.micros));
      return;
    }
    closeLink();
    if (node.setup.authenticated()) {
      otherNode(target.id());
    }
  }

  @Override
  public void received(int from, Message message) {
    if (message instanceof Ack ack && ack.sequence() == ping.sequence) {
      overTcp = true;
    }
    closeLink();
  }

  @Override
  public void closed(int closed, LinkEnd end) {
    link = NO_LINK;
    refused = end == LinkEnd.REFUSED;
  }

  private void widen() {
    widened = true;
    helpers =
        node.table.pick(
            node.settings.indirectProbes(),
            member -> member.state() == State.ALIVE && !member.id().equals(target.id()));
    for (MemberRecord helper : helpers) {
      // Whether the system takes it or not: no word from a helper is a sign of our own trouble.
      node.courier.send(
          helper.address(), new PingRequest(ping.sequence, target.id(), target.address()));
    }
    link = node.links.open(target.address(), this);
    // Helpers and TCP get their time, also where this makes the period longer.
    long least = node.settings.probeTimeoutMax().toNanos() * node.health.factor();
    endIn(Math.max(periodEnd - node.host.nanos(), least));
  }

  /** What follows is known; when helpers are asked already, the timer of the end runs. */
  private void waitForEnd() {
    if (!widened) {
      widened = true;
      timer.cancel();
      endIn(Math.max(0, periodEnd - node.host.nanos()));
    }
  }

  private void endIn(long nanos) {
    due = node.host.nanos() + nanos;
    timer = node.host.schedule(nanos, this::end);
  }

  private void end() {
    if (!isAnswered() && !excused && node.health.overslept(due)) {
      excused = true;
      endIn(node.settings.probeTimeoutMax().toNanos());
      return;
    }
    ended = true;
    closeLink();
    if (direct) {
      node.probeMetrics.answered.increment();
      paths.direct(target.id());
    } else if (throughHelper) {
      node.probeMetrics.answeredThroughHelpers.increment();
      if (overTcp) {
        paths.direct(target.id());
      } else {
        paths.onlyThroughHelpers(target.id());
      }
    } else if (overTcp) {
      node.probeMetrics.answeredOverTcp.increment();
      paths.onlyOverTcp(target.id());
    } else {
      node.probeMetrics.failed.increment();
      if (!otherNode) {
        failed();
      }
    }
    if (isAnswered()) {
      node.health.better();
    }
    then.run();
  }

  private void failed() {
    node.health.worse(
        helpers.isEmpty() ? 1 : Math.max(0, helpers.size() - Integer.bitCount(nacks)));
    accuse(refused ? Grade.LINK : Grade.PROBE);
  }

  private void accuse(Grade grade) {
    MemberRecord now = node.table.find(target.id());
    // What it said itself in the meantime is a sign of life, too.
    if (now != null
        && now.isLiving()
        && now.epoch() == target.epoch()
        && now.incarnation() == target.incarnation()) {
      node.beliefs.accuse(now, grade);
    }
  }

  private boolean isAnswered() {
    return direct || throughHelper || overTcp;
  }

  private int indexOf(long helper) {
    for (int i = 0; i < helpers.size(); i++) {
      if (helpers.get(i).key().shortId() == helper) {
        return i;
      }
    }
    return -1;
  }

  private void closeLink() {
    if (link != NO_LINK) {
      node.links.close(link);
      link = NO_LINK;
    }
  }
}
