// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.KeepAlive;
import io.dcosnet.gossip.wire.Message.RingHello;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The stream between this node and one other of its rings, opened again whenever it is lost.
 *
 * <p>It is a crash sensor: a process that is killed closes its streams, so who was linked to it
 * connects afresh at once, and finds nobody there, or somebody else. Only both together accuse the
 * member of a crash; one of the two is a reason to ask it for a sign of life, and silence is none
 * at all, as that is for probes to judge.
 */
final class RingLink implements LinkUser {

  private static final int NONE = -1;
  private static final int QUICK_TRIES = 3;
  private static final Duration QUICK_PAUSE = Duration.ofMillis(20);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Node node;
  private final CrashSensor crash;
  private final NodeId id;

  private int link = NONE;
  private boolean open;
  private boolean ours;
  private long epoch;
  private long heard;
  private long sent;

  /** Epoch of the life whose stream was lost in a way that a crash would explain. */
  private OptionalLong lost = OptionalLong.empty();

  private int failures;
  private Host.@Nullable Timer retry;

  /** Whether it belongs to the rings as we see them; otherwise it goes, or belongs to the other. */
  private boolean wanted;

  private long unwantedSince;

  RingLink(Node node, CrashSensor crash, NodeId id) {
    this.node = node;
    this.crash = crash;
    this.id = id;
  }

  NodeId id() {
    return id;
  }

  boolean isOpen() {
    return open;
  }

  /** Its stream, or a negative number. */
  int number() {
    return link;
  }

  boolean isWanted() {
    return wanted;
  }

  /** Whether there is nothing more to it: neither wanted nor linked. */
  boolean isIdle() {
    return !wanted && link == NONE;
  }

  /**
   * It belongs to the rings.
   *
   * @param opens whether it is for us to open it
   */
  void want(boolean opens) {
    wanted = true;
    if (opens && link == NONE && retry == null) {
      connect();
    }
  }

  /** It does not belong to the rings any more, and goes after a while. */
  void unwant() {
    if (wanted) {
      wanted = false;
      unwantedSince = node.host.nanos();
      lost = OptionalLong.empty();
      stopRetry();
    }
  }

  /** The member was heard of again: it may be there now. */
  void hurry() {
    if (wanted && link == NONE && retry != null) {
      stopRetry();
      failures = 0;
      connect();
    }
  }

  /** The other side opened a stream to us. */
  void adopt(int adopted, LinkPeer peer) {
    if (open && ours && node.table.self().id().compareTo(id) < 0 && peer.epoch() == epoch) {
      // Both opened one at once, and ours stays: the other side closes this one when it hears us.
      // It is not a lasting one: if the other side falls silent instead, it must end.
      node.links.take(adopted, new SpareLink(node, this));
      return;
    }
    if (link != NONE) {
      node.links.close(link);
      down();
    }
    stopRetry();
    node.links.take(adopted, this);
    node.links.lasting(adopted);
    begin(adopted, peer, false);
    up();
  }

  private void begin(int begun, LinkPeer peer, boolean openedByUs) {
    link = begun;
    if (!open) {
      open = true;
      node.rings.count(1);
    }
    ours = openedByUs;
    epoch = peer.epoch();
    lost = OptionalLong.empty();
    failures = 0;
    heard = node.host.nanos();
    sent = heard;
  }

  // Not before the other side has heard, or is about to hear, what the stream is for.
  private void up() {
    if (node.store != null) {
      node.store.linkUp(this);
    }
  }

  private void down() {
    if (open && node.store != null) {
      node.store.linkDown(this);
    }
  }

  /** Sends a fact at once, if there is a stream. */
  void tell(Fact fact) {
    if (open) {
      sent = node.host.nanos();
      node.links.write(link, fact);
    }
  }

  /** Gives up the stream. */
  void close() {
    stopRetry();
    if (link != NONE) {
      node.links.close(link);
    }
    gone();
  }

  /** The other side sends what must not be: another stream may do better, after a while. */
  void broken() {
    if (open) {
      node.metrics.linkFlapped();
      node.links.close(link);
      gone();
      again();
    }
  }

  /** Shows the other side that we are there, and closes what is silent or not wanted for long. */
  void sweep(long lingerNanos) {
    long now = node.host.nanos();
    long keepAlive = node.settings.linkKeepAlive().toNanos();
    if (!open) {
      return;
    }
    if (!wanted && ours && now - unwantedSince >= lingerNanos) {
      close();
    } else if (now - heard >= 2 * keepAlive + node.settings.streamTimeout().toNanos()) {
      // The other side is cut off or stopped; whether it lives is not seen from here.
      node.metrics.linkFlapped();
      node.links.close(link);
      gone();
      again();
    } else if (ours && now - sent >= keepAlive / 2) {
      sent = now;
      node.links.write(link, new KeepAlive(false));
    }
  }

  private void connect() {
    MemberRecord member = node.table.find(id);
    if (member != null && !node.leaving.isLeaving()) {
      link = node.links.open(member.address(), this);
    }
  }

  @Override
  public void opened(int opened, LinkPeer peer) {
    MemberRecord member = node.table.find(id);
    if (member == null || peer.shortId() != member.key().shortId()) {
      node.links.close(link);
      gone();
      crash.absent(id, takeLost());
      again();
      return;
    }
    if (!wanted) {
      node.links.close(link);
      gone();
      return;
    }
    begin(link, peer, true);
    node.links.lasting(link);
    MemberRecord self = node.table.self();
    node.links.write(link, new RingHello(self.id(), self.epoch()));
    up();
  }

  @Override
  public void received(int from, Message message) {
    heard = node.host.nanos();
    take(from, message);
  }

  private void take(int from, Message message) {
    if (message instanceof Message.Store part) {
      told(part);
    } else if (message instanceof KeepAlive keepAlive) {
      if (!keepAlive.answer()) {
        sent = heard;
        node.links.write(from, new KeepAlive(true));
      }
    } else if (message instanceof Fact fact) {
      MemberRecord member = node.table.find(id);
      node.beliefs.learn(
          fact, new Hearsay(Hearsay.Channel.GOSSIP, member == null ? null : member.address()));
    }
  }

  /** A message of the store came, on this stream or a spare one. */
  void told(Message.Store part) {
    if (node.store != null) {
      node.store.received(this, part);
    }
  }

  @Override
  public void closed(int closed, LinkEnd end) {
    boolean was = open;
    gone();
    if (was) {
      ended(end);
    } else {
      notOpened(end);
    }
  }

  private void ended(LinkEnd end) {
    MemberRecord member = node.table.find(id);
    if (!wanted || member == null || !member.isLiving()) {
      return;
    }
    node.metrics.linkFlapped();
    if (end == LinkEnd.CLOSED || end == LinkEnd.RESET) {
      lost = OptionalLong.of(epoch);
      connect();
    } else {
      again();
    }
  }

  private void notOpened(LinkEnd end) {
    switch (end) {
      case REFUSED -> crash.absent(id, takeLost());
      case CLOSED, RESET -> {
        // A process that is just going down, or one that has too many links.
        if (lost.isPresent() && failures < QUICK_TRIES) {
          failures++;
          retryIn(QUICK_PAUSE.toNanos());
          return;
        }
        crash.silent(id, takeLost());
      }
      case TIMEOUT -> crash.silent(id, takeLost());
      case UNREACHABLE, INVALID -> {
        // Our own trouble, or a quarrel about keys; the member may be well.
      }
    }
    again();
  }

  private OptionalLong takeLost() {
    OptionalLong taken = lost;
    lost = OptionalLong.empty();
    return taken;
  }

  private void again() {
    if (wanted) {
      long pause =
          Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(failures, 5));
      failures++;
      retryIn(pause - pause / 10 + node.host.random().nextLong(pause / 5 + 1));
    }
  }

  private void retryIn(long nanos) {
    stopRetry();
    retry =
        node.host.schedule(
            nanos,
            () -> {
              retry = null;
              if (wanted && link == NONE) {
                connect();
              }
            });
  }

  private void stopRetry() {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }

  private void gone() {
    down();
    link = NONE;
    if (open) {
      open = false;
      node.rings.count(-1);
    }
  }
}
