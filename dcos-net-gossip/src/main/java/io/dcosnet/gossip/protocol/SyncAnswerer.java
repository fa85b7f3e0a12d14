// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.protocol.SyncResult.Outcome;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.SyncEnd;
import io.dcosnet.gossip.wire.Message.SyncEntries;
import io.dcosnet.gossip.wire.Message.SyncEntries.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The side of an exchange that answers, from where it has said that the tables differ: hears what
 * the other one holds, tells it what is newer here, and hears what it asked for.
 */
final class SyncAnswerer implements LinkUser {

  private final Node node;
  private final int link;
  private final NodeId with;
  private final Hearsay how;
  private final SyncLimits limits;
  private final Consumer<Outcome> end;
  private final List<Entry> theirs = new ArrayList<>();
  private boolean compared;

  SyncAnswerer(Node node, int link, Fact.Alive asker, Consumer<Outcome> end) {
    this.node = node;
    this.link = link;
    this.with = asker.node();
    this.how = new Hearsay(Hearsay.Channel.SYNC, asker.profile().address());
    this.limits = new SyncLimits(node);
    this.end = end;
  }

  @Override
  public void opened(int opened, LinkPeer peer) {}

  @Override
  public void received(int from, Message message) {
    if (!compared && message instanceof SyncEntries entries) {
      theirs.addAll(entries.entries().subList(0, limits.admit(entries.entries())));
    } else if (!compared && message instanceof SyncEnd) {
      compared = true;
      List<Message> differences = SyncFacts.differences(node, theirs, limits);
      differences.add(new SyncEnd());
      node.links.write(link, differences);
      theirs.clear();
    } else if (compared && message instanceof Fact fact) {
      // Unknown ones were counted when they were asked for.
      node.beliefs.learn(fact, how);
    } else if (compared && message instanceof SyncEnd) {
      finish(Outcome.DIFFERENT);
    } else {
      finish(Outcome.FAILED);
    }
  }

  /** Who asked. */
  NodeId with() {
    return with;
  }

  private void finish(Outcome outcome) {
    node.metrics.synced(SyncKind.ANSWER, outcome, node.links.octets(link));
    node.links.close(link);
    end.accept(outcome);
  }

  @Override
  public void closed(int closed, LinkEnd why) {
    node.metrics.synced(SyncKind.ANSWER, Outcome.FAILED, 0);
    end.accept(Outcome.FAILED);
  }
}
