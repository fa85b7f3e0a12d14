// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.protocol.SyncResult.Outcome;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.SyncAnswer;
import io.dcosnet.gossip.wire.Message.SyncEnd;
import io.dcosnet.gossip.wire.Message.SyncFetch;
import io.dcosnet.gossip.wire.Message.SyncStart;
import io.dcosnet.gossip.wire.ShortId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The side of an exchange that begins it: digest, then what we hold in short, then what the other
 * side asks for. An exchange that breaks off did no harm, whatever was said already.
 */
final class SyncAsker implements LinkUser {

  private enum Step {
    OPENING,
    ASKED,
    LISTENING,
    TOLD
  }

  private final Node node;
  private final SyncKind kind;
  private final Consumer<SyncResult> result;
  private final Set<Long> wanted = new HashSet<>();
  private int link;
  private Step step = Step.OPENING;
  private long peerShortId;
  private long octets;
  private @Nullable NodeId with;
  private @Nullable Hearsay how;
  private @Nullable SyncLimits limits;

  SyncAsker(Node node, SyncKind kind, Consumer<SyncResult> result) {
    this.node = node;
    this.kind = kind;
    this.result = result;
  }

  void begin(HostPort to) {
    link = node.links.open(to, this);
  }

  @Override
  public void opened(int opened, LinkPeer peer) {
    MemberRecord self = node.table.self();
    if (peer.shortId() == self.key().shortId() && peer.epoch() == self.epoch()) {
      finish(SyncResult.failed(Outcome.OURSELVES, self.id(), "our own address"));
      return;
    }
    if (node.leaving.isLeaving()) {
      fail("this node leaves");
      return;
    }
    peerShortId = peer.shortId();
    step = Step.ASKED;
    node.links.write(
        link,
        new SyncStart(
            kind.isJoin(), node.table.digest(), node.table.living(), SyncFacts.self(node)));
  }

  @Override
  public void received(int from, Message message) {
    if (step == Step.ASKED && message instanceof SyncAnswer answer) {
      answered(answer);
    } else if (step == Step.LISTENING && how != null && limits != null) {
      listen(message, how, limits);
    } else {
      unexpected(message);
    }
  }

  private void answered(SyncAnswer answer) {
    Fact.Alive self = answer.self();
    if (ShortId.of(self.node()) != peerShortId) {
      fail("the other side is not who it says");
      return;
    }
    with = self.node();
    how = new Hearsay(Hearsay.Channel.SYNC, self.profile().address());
    limits = new SyncLimits(node);
    switch (answer.outcome()) {
      case EQUAL -> {
        limits.learn(self, how);
        finish(SyncResult.done(Outcome.EQUAL, self.node()));
      }
      case DIFFERENT -> {
        limits.learn(self, how);
        step = Step.LISTENING;
        node.keys.tell(link);
        List<Message> entries = SyncFacts.entries(node.table);
        entries.add(new SyncEnd());
        node.links.write(link, entries);
      }
      case TRY_OTHERS ->
          finish(
              new SyncResult(
                  Outcome.BUSY, self.node(), answer.others(), "busy with others that join"));
      case REFUSED -> finish(SyncResult.failed(Outcome.REFUSED, self.node(), answer.reason()));
    }
  }

  private void listen(Message message, Hearsay said, SyncLimits limited) {
    if (message instanceof Fact fact) {
      limited.learn(fact, said);
    } else if (message instanceof SyncFetch fetch) {
      wanted.addAll(fetch.shortIds());
    } else if (message instanceof SyncEnd && with != null) {
      List<Message> facts = SyncFacts.of(node, wanted);
      facts.add(new SyncEnd());
      node.links.write(link, facts);
      octets = node.links.octets(link);
      // The other side closes when it has heard all.
      step = Step.TOLD;
    } else {
      unexpected(message);
    }
  }

  private void unexpected(Message message) {
    fail("unexpected " + message.getClass().getSimpleName());
  }

  private void fail(String fault) {
    finish(SyncResult.failed(Outcome.FAILED, with, fault));
  }

  private void finish(SyncResult how) {
    node.metrics.synced(kind, how.outcome(), node.links.octets(link));
    node.links.close(link);
    result.accept(how);
  }

  @Override
  public void closed(int closed, LinkEnd end) {
    if (step == Step.TOLD && end == LinkEnd.CLOSED && with != null) {
      node.metrics.synced(kind, Outcome.DIFFERENT, octets);
      result.accept(SyncResult.done(Outcome.DIFFERENT, with));
      return;
    }
    String fault = "link: " + end.name().toLowerCase(Locale.ROOT);
    node.metrics.synced(kind, Outcome.FAILED, 0);
    result.accept(SyncResult.failed(Outcome.FAILED, with, fault));
  }
}
