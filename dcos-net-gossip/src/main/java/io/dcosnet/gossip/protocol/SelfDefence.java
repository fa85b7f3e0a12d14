// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.IdentityCloned;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import java.util.List;

/** What this node says of itself, and how it objects to what others say of it. */
final class SelfDefence {

  /** So often in a second may a liar make us object. */
  static final int MOST_PER_SECOND = 10;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration BETWEEN_IDENTITIES = Duration.ofSeconds(60);

  private final Node node;
  private long second;
  private int inSecond;
  private long owed = -1;
  private boolean changedIdentity;
  private long lastIdentity;

  SelfDefence(Node node) {
    this.node = node;
    this.second = node.host.nanos();
  }

  /** Somebody says something of us. */
  void heard(Fact fact, Hearsay how) {
    MemberRecord self = node.table.self();
    if (how.channel() == Hearsay.Channel.OWN) {
      put(fact, fact instanceof Fact.Alive alive ? alive.profile() : self.profile());
    } else if (fact.epoch() > self.epoch()) {
      // One that has left is nobody's rival: that is its own next start.
      if (self.state() != State.LEFT) {
        cloned(fact, how);
      }
    } else if (fact.epoch() < self.epoch()) {
      // Of an earlier life: who says so has not heard that we are back.
      answer(how);
    } else if (fact.incarnation() < self.incarnation()) {
      if (fact.state() != State.ALIVE) {
        // Objected to already.
        answer(how);
      }
    } else if (self.state() != State.LEFT && isRival(fact)) {
      // Two copies of one disk that started in the same millisecond: one of them keeps the
      // identity.
      if (keepsIdentity((Fact.Alive) fact)) {
        object(fact, how);
      } else {
        cloned(fact, how);
      }
    } else if (self.state() != State.LEFT
        && (fact.incarnation() > self.incarnation() || fact.state() != State.ALIVE)) {
      object(fact, how);
    }
  }

  // Nobody else can say of this start that it lives elsewhere.
  private boolean isRival(Fact fact) {
    return fact instanceof Fact.Alive alive
        && !alive.profile().address().equals(node.table.self().address());
  }

  // Both of them must come to the same end, so it hangs on their addresses alone.
  private boolean keepsIdentity(Fact.Alive rival) {
    String own = node.table.self().address().toString();
    return own.compareTo(rival.profile().address().toString()) < 0;
  }

  private void answer(Hearsay how) {
    HostPort from = how.from();
    if (how.channel() == Hearsay.Channel.GOSSIP && from != null) {
      node.courier.send(from, node.beliefs.factOf(node.table.self()));
    }
  }

  private void object(Fact fact, Hearsay how) {
    long now = node.host.nanos();
    if (now - second >= SECOND) {
      second = now;
      inSecond = 0;
    }
    if (inSecond >= MOST_PER_SECOND) {
      // One objection later does for all that came meanwhile.
      if (owed < 0) {
        node.host.schedule(second + SECOND - now, this::objectNow);
      }
      owed = Math.max(owed, fact.incarnation());
      return;
    }
    raise(fact.incarnation());
    if (fact.state() == State.SUSPECT || fact.state() == State.DEAD) {
      node.health.worse(1);
    }
    HostPort from = how.from();
    if (how.channel() == Hearsay.Channel.GOSSIP && from != null) {
      // Our objection is the first of the rumours, and rides along.
      node.courier.send(from);
    }
  }

  private void objectNow() {
    long heard = owed;
    owed = -1;
    second = node.host.nanos();
    inSecond = 0;
    if (heard >= node.table.self().incarnation() && node.table.self().state() != State.LEFT) {
      raise(heard);
    }
  }

  private void raise(long heard) {
    inSecond++;
    node.beliefMetrics.refutedSelf();
    MemberRecord self = node.table.self();
    put(new Fact.Alive(self.id(), self.epoch(), heard + 1, self.profile()), self.profile());
  }

  /** Raises our incarnation, with this profile, and spreads it. */
  void announce(Profile profile) {
    MemberRecord self = node.table.self();
    if (self.state() != State.LEFT) {
      put(new Fact.Alive(self.id(), self.epoch(), self.incarnation() + 1, profile), profile);
    }
  }

  /** Says good-bye. */
  Fact.Left sayGoodbye() {
    MemberRecord self = node.table.self();
    Fact.Left fact = new Fact.Left(self.id(), self.epoch(), self.incarnation() + 1);
    put(fact, self.profile());
    return fact;
  }

  private void put(Fact fact, Profile profile) {
    MemberRecord before = node.table.self();
    if (!fact.beats(before.epoch(), before.incarnation(), before.state())) {
      return;
    }
    node.table.put(
        node.setup
            .pool()
            .record(before.key(), profile, fact.epoch(), fact.incarnation(), fact.state()));
    node.timeline.taken(fact, Hearsay.OWN);
    node.rumours.spread(fact);
    if (before.state() != fact.state() || !before.profile().equals(profile)) {
      node.beliefMetrics.updated();
      node.host.tell(
          new MemberChanged(fact.node(), profile, before.state(), fact.state(), List.of()));
    }
  }

  /**
   * Another process uses our identity, with a later start: a copied data directory. The later one
   * keeps it, as everybody believes it anyway; we take a fresh one and go on as another member.
   */
  private void cloned(Fact fact, Hearsay how) {
    long now = node.host.nanos();
    if (changedIdentity && now - lastIdentity < BETWEEN_IDENTITIES.toNanos()) {
      return;
    }
    changedIdentity = true;
    lastIdentity = now;
    MemberRecord old = node.table.self();
    node.host.tell(new IdentityCloned(old.id(), fact.epoch()));
    NodeId fresh = NodeId.random(node.host.random());
    node.timeline.remove(old.id());
    node.rumours.remove(old.id());
    node.table.becomeSelf(fresh);
    node.host.identityChanged(node.table.self().key());
    node.rings.identityChanged();
    if (node.store != null) {
      node.store.identityChanged();
    }
    node.rumours.spread(node.beliefs.factOf(node.table.self()));
    // What was said is of another member now.
    node.beliefs.learn(fact, how);
  }
}
