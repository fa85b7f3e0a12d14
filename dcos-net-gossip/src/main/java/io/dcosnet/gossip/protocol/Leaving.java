// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Fact;
import java.util.ArrayList;
import java.util.List;

/** Hands over what the store has, says good-bye, answers a little longer, and ends. */
final class Leaving {

  private final Node node;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean begun;
  private boolean leaving;
  private boolean left;

  Leaving(Node node) {
    this.node = node;
  }

  /** Leaves; runs the work when everybody who could be told was told and the linger is over. */
  void leave(Runnable done) {
    if (left) {
      done.run();
      return;
    }
    waiting.add(done);
    if (begun) {
      return;
    }
    begun = true;
    if (node.store != null && node.table.living() > 1) {
      // Half as long again as the linger: a host waits for both together.
      node.store.handOver(node.settings.leaveLinger().multipliedBy(3).dividedBy(2), this::goAway);
    } else {
      goAway();
    }
  }

  private void goAway() {
    leaving = true;
    int others = node.table.living() - 1;
    Fact.Left fact = node.beliefs.sayGoodbye();
    if (others > 0) {
      goodbye(fact, others + 1);
      var unused = node.host.schedule(node.settings.leaveLinger().toNanos(), this::endAmongOthers);
    } else {
      // Alone there is nobody to answer.
      var unused = node.host.schedule(0, this::end);
    }
  }

  private void goodbye(Fact.Left fact, int members) {
    node.rings.tell(fact);
    int told = 3 * (int) Math.ceil(Math.log10(members + 1));
    for (MemberRecord member : node.table.pick(told, MemberRecord::isLiving)) {
      // Who refuses is not told by us; the rumour and the others see to that.
      boolean unused = node.courier.send(member.address(), fact);
    }
  }

  private void endAmongOthers() {
    if (node.store != null) {
      node.store.leave();
    }
    end();
  }

  private void end() {
    left = true;
    if (node.store != null) {
      node.store.stop();
    }
    node.rings.stop();
    node.links.closeAll();
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  /** Whether the good-bye is said: others do not count on this node any more. */
  boolean isLeaving() {
    return leaving;
  }
}
