// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.wire.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides on each fact: takes the greater one, objects to what is false of ourselves, passes on
 * what is new, and tells the listeners.
 */
final class Beliefs {

  private final Node node;
  private final FactCheck check;
  private final Orphans orphans;
  private final SelfDefence self;

  Beliefs(Node node) {
    this.node = node;
    this.check = new FactCheck(node);
    this.orphans = new Orphans(node);
    this.self = new SelfDefence(node);
  }

  /** Begins to heed what is said. */
  void start() {
    node.strangers.start();
  }

  /** A fact that somebody told us, or that we found out. */
  void learn(Fact fact, Hearsay how) {
    if (!check.isPossible(fact)) {
      return;
    }
    MemberRecord known = node.table.find(fact.node());
    if (known == node.table.self()) {
      self.heard(fact, how);
    } else if (known == null) {
      meet(fact, how);
    } else {
      weigh(fact, known, how);
    }
  }

  private void weigh(Fact told, MemberRecord known, Hearsay how) {
    Fact fact = told;
    if (fact instanceof Fact.Dead dead
        && how.channel() == Hearsay.Channel.SYNC
        && known.isLiving()) {
      fact = doubted(dead, how);
    }
    int order =
        Fact.compare(
            fact.epoch(),
            fact.incarnation(),
            fact.state(),
            known.epoch(),
            known.incarnation(),
            known.state());
    if (order > 0) {
      take(fact, known, how);
    } else if (order == 0 && fact instanceof Fact.Suspect suspect) {
      confirm(suspect, known, how);
    } else if (order == 0
        && fact instanceof Fact.Alive alive
        && !alive.profile().address().equals(known.address())) {
      // Two copies of one disk that started in the same millisecond: it must hear of the other one.
      node.courier.send(alive.profile().address(), factOf(known));
    } else if (order < 0 && fact.state() == State.ALIVE) {
      contradict(known, how);
    }
  }

  /**
   * Death that is told in an exchange may be long refuted: the member shall have time to object.
   * How the other side came to know is no evidence of ours, so the weakest grade.
   */
  private Fact.Suspect doubted(Fact.Dead dead, Hearsay how) {
    NodeId accuser = dead.accuser();
    if (how.from() != null) {
      NodeId teller = check.memberAt(how.from());
      accuser = teller == null ? accuser : teller;
    }
    return new Fact.Suspect(dead.node(), dead.epoch(), dead.incarnation(), accuser, Grade.PROBE);
  }

  /**
   * Somebody still tells that a member lives of which we know worse: once more we tell what it is
   * accused of, so that it hears of it and objects.
   */
  private void contradict(MemberRecord known, Hearsay how) {
    if (known.state() != State.SUSPECT && known.state() != State.DEAD) {
      return;
    }
    Fact accusation = factOf(known);
    node.rumours.spread(accusation);
    if (how.channel() == Hearsay.Channel.GOSSIP && how.from() != null) {
      node.courier.send(how.from(), accusation);
    }
  }

  private void confirm(Fact.Suspect fact, MemberRecord known, Hearsay how) {
    Accusation accusation = new Accusation(fact.accuser(), fact.grade());
    if (!node.suspicions.confirm(fact.node(), accusation)) {
      return;
    }
    // Enough accusers may have ended it at once.
    if (node.table.find(fact.node()) == known) {
      node.timeline.taken(fact, how);
      node.rumours.spread(fact);
      node.beliefMetrics.updated();
      tell(known, State.SUSPECT, node.suspicions.accusations(fact.node()));
    }
  }

  /** A fact about a member that we do not know yet. */
  private void meet(Fact fact, Hearsay how) {
    if (fact instanceof Fact.Alive alive) {
      welcome(alive, how);
    } else if (orphans.keep(fact)) {
      node.rumours.spread(fact);
    }
  }

  private void welcome(Fact.Alive alive, Hearsay how) {
    if (!check.hasRoom()) {
      return;
    }
    Fact worse = orphans.take(alive.node());
    boolean beaten =
        worse != null && worse.beats(alive.epoch(), alive.incarnation(), alive.state());
    MemberRecord member = recordOf(alive, node.setup.pool().key(alive.node()), alive.profile());
    if (worse != null && beaten && !(worse instanceof Fact.Suspect)) {
      // It is over before we knew it: remembered with its name and address.
      MemberRecord gone = recordOf(worse, member.key(), alive.profile());
      accept(gone, null, worse, how, accusations(worse));
      return;
    }
    if (how.channel() == Hearsay.Channel.SYNC) {
      // Before listeners hear of it, who may ask at once whether it is reached.
      node.strangers.met(alive.node());
    }
    accept(member, null, alive, how, List.of());
    if (worse != null && beaten) {
      weigh(worse, member, how);
    }
  }

  private void take(Fact fact, MemberRecord known, Hearsay how) {
    Profile profile = fact instanceof Fact.Alive alive ? alive.profile() : known.profile();
    MemberRecord now = recordOf(fact, known.key(), profile);
    // Whoever accused it, before the suspicion ends.
    List<Accusation> accusers = node.suspicions.accusations(fact.node());
    accept(now, known, fact, how, accusers.isEmpty() ? accusations(fact) : accusers);
  }

  private void accept(
      MemberRecord now,
      @Nullable MemberRecord before,
      Fact fact,
      Hearsay how,
      List<Accusation> accusers) {
    State stateBefore = before == null ? null : before.state();
    node.table.put(now);
    node.absences.taken(fact);
    node.timeline.taken(fact, how);
    if (before != null
        && before.state() == State.DEAD
        && now.isLiving()
        && before.epoch() == now.epoch()) {
      node.beliefMetrics.falsePositive();
    }
    List<Accusation> accusations = accusers;
    if (fact instanceof Fact.Suspect suspect) {
      Accusation first = new Accusation(suspect.accuser(), suspect.grade());
      accusations = List.of(first);
      node.suspicions.begin(now, first, how.channel() == Hearsay.Channel.OWN);
    } else {
      node.suspicions.end(now.id());
    }
    if (isOldNews(fact, how)) {
      node.rumours.spreadSome(fact);
    } else {
      node.rumours.spread(fact);
    }
    boolean sameProfile = before != null && before.profile().equals(now.profile());
    if (before != null && !before.address().equals(now.address())) {
      node.roundTrips.remove(now.id());
    }
    if (before == null
        || before.isLiving() != now.isLiving()
        || before.epoch() != now.epoch()
        || !before.address().equals(now.address())) {
      node.rings.changed(now);
    }
    node.keeping.changed();
    if (stateBefore != now.state()) {
      node.beliefMetrics.became(now.state());
      tell(now, stateBefore, accusations);
    } else if (!sameProfile || (now.state() == State.SUSPECT && !accusations.equals(accusers))) {
      node.beliefMetrics.updated();
      tell(now, stateBefore, accusations);
    }
    // Last: that the member is shown otherwise comes behind the news that it is there. Who returns
    // may find its name taken.
    node.names.changed(now, !sameProfile || (before != null && !before.isLiving()));
    if (node.store != null && stateBefore != now.state()) {
      node.store.memberChanged(now.key());
    }
  }

  /**
   * Whether others live by a teller's word in an exchange: mostly everybody knows that but us, and
   * whoever does not passes it on in full.
   */
  private static boolean isOldNews(Fact fact, Hearsay how) {
    return how.channel() == Hearsay.Channel.SYNC
        && fact instanceof Fact.Alive alive
        && !alive.profile().address().equals(how.from());
  }

  private MemberRecord recordOf(Fact fact, MemberKey key, Profile profile) {
    return node.setup.pool().record(key, profile, fact.epoch(), fact.incarnation(), fact.state());
  }

  private static List<Accusation> accusations(Fact fact) {
    return fact instanceof Fact.Dead dead
        ? List.of(new Accusation(dead.accuser(), dead.grade()))
        : List.of();
  }

  private void tell(MemberRecord now, @Nullable State before, List<Accusation> accusations) {
    boolean accused = now.state() == State.SUSPECT || now.state() == State.DEAD;
    node.host.tell(
        new MemberChanged(
            now.id(), now.profile(), before, now.state(), accused ? accusations : List.of()));
  }

  /** We have evidence ourselves that a member is gone. */
  void accuse(MemberRecord member, Grade grade) {
    MemberRecord now = node.table.find(member.id());
    if (now != null && now.isLiving() && now != node.table.self()) {
      NodeId accuser = node.table.self().id();
      learn(
          new Fact.Suspect(now.id(), now.epoch(), now.incarnation(), accuser, grade), Hearsay.OWN);
    }
  }

  /** A suspicion was not refuted in time. */
  void declareDead(NodeId id) {
    MemberRecord now = node.table.find(id);
    if (now != null && now.state() == State.SUSPECT) {
      Accusation best = bestOf(id);
      learn(
          new Fact.Dead(id, now.epoch(), now.incarnation(), best.accuser(), best.grade()),
          Hearsay.OWN);
    }
  }

  private Accusation bestOf(NodeId suspect) {
    List<Accusation> accusations = node.suspicions.accusations(suspect);
    return accusations.isEmpty()
        ? new Accusation(node.table.self().id(), Grade.PROBE)
        : accusations.get(0);
  }

  /** The fact to tell others of a member: ALIVE with its profile, or who accused it, or LEFT. */
  Fact factOf(MemberRecord member) {
    NodeId id = member.id();
    long epoch = member.epoch();
    long incarnation = member.incarnation();
    return switch (member.state()) {
      case ALIVE -> new Fact.Alive(id, epoch, incarnation, member.profile());
      case SUSPECT -> {
        Accusation best = bestOf(id);
        yield new Fact.Suspect(id, epoch, incarnation, best.accuser(), best.grade());
      }
      case DEAD -> {
        Accusation verdict = node.absences.verdict(id);
        Accusation by = verdict == null ? bestOf(id) : verdict;
        yield new Fact.Dead(id, epoch, incarnation, by.accuser(), by.grade());
      }
      case LEFT -> new Fact.Left(id, epoch, incarnation);
    };
  }

  /** Raises our incarnation, with this profile, and spreads it. */
  void announce(Profile profile) {
    self.announce(profile);
  }

  /** Says good-bye: raises our incarnation and spreads that we leave. */
  Fact.Left sayGoodbye() {
    return self.sayGoodbye();
  }

  /** A member is no longer remembered. */
  void forget(MemberRecord member) {
    node.suspicions.end(member.id());
    node.table.remove(member.id());
    node.absences.remove(member.id());
    node.timeline.remove(member.id());
    node.rumours.remove(member.id());
    node.roundTrips.remove(member.id());
    node.probing.forget(member.id());
    node.strangers.remove(member.id());
    node.names.gone(member);
    node.keeping.changed();
    node.beliefMetrics.forgotten();
    node.host.tell(
        new MemberChanged(member.id(), member.profile(), member.state(), null, List.of()));
    if (node.store != null) {
      node.store.memberChanged(member.key());
    }
  }
}
