// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Members under suspicion, who accuses them, and how long they have left to object (Lifeguard). */
final class Suspicions {

  /** Up to so many members a single one that sees a crash is enough. */
  private static final int FEW_MEMBERS = 3;

  private final Node node;
  private final Map<NodeId, Suspicion> active = new HashMap<>();
  private final MassFailure massFailure;

  Suspicions(Node node) {
    this.node = node;
    this.massFailure = new MassFailure(node);
  }

  /** Begins a suspicion; longer while we do badly when it is our own. */
  void begin(MemberRecord suspect, Accusation first, boolean own) {
    end(suspect.id());
    int factor = own ? node.health.factor() : 1;
    SuspicionTimes times = SuspicionTimes.of(node.settings, node.table.living(), factor);
    Suspicion suspicion = new Suspicion(times, node.host.nanos(), first);
    active.put(suspect.id(), suspicion);
    node.probeMetrics.suspicionStarted(first.grade());
    massFailure.begun();
    hurry(suspicion);
    arm(suspect.id(), suspicion);
    if (factor > 1) {
      remindLater(suspect.id(), suspicion);
    }
  }

  /**
   * While we do badly our doubts last long, and perhaps nobody has heard of them. So the suspect is
   * told again and again; one that runs objects as soon as it hears it.
   */
  private void remindLater(NodeId suspect, Suspicion suspicion) {
    long wait = SuspicionTimes.of(node.settings, node.table.living(), 1).min();
    suspicion.reminder = node.host.schedule(wait, () -> remind(suspect, suspicion));
  }

  private void remind(NodeId suspect, Suspicion suspicion) {
    MemberRecord member = node.table.find(suspect);
    if (active.get(suspect) == suspicion && member != null) {
      node.probing.ask(member.address(), suspect, answered -> {});
      remindLater(suspect, suspicion);
    }
  }

  /** Another accusation of the same life; true when the accuser, or its evidence, is new. */
  boolean confirm(NodeId suspect, Accusation accusation) {
    Suspicion suspicion = active.get(suspect);
    if (suspicion == null || !suspicion.note(accusation)) {
      return false;
    }
    long before = suspicion.deadline;
    if (!suspicion.isPostponed()) {
      long due = Math.max(node.host.nanos(), suspicion.dueByAccusers());
      suspicion.deadline = Math.min(before, due);
    }
    hurry(suspicion);
    if (suspicion.deadline != before) {
      suspicion.timer.cancel();
      arm(suspect, suspicion);
    }
    return true;
  }

  /**
   * The suspicion is over, refuted or confirmed; called when the table has the new fact already.
   * Nothing happens without one.
   */
  void end(NodeId suspect) {
    Suspicion suspicion = active.remove(suspect);
    if (suspicion == null) {
      return;
    }
    suspicion.timer.cancel();
    suspicion.reminder.cancel();
    MemberRecord now = node.table.find(suspect);
    boolean refuted = now != null && now.state() == State.ALIVE;
    node.probeMetrics.suspicionEnded(node.host.nanos() - suspicion.began, refuted);
  }

  /** Who accuses a member, best evidence first. */
  List<Accusation> accusations(NodeId suspect) {
    Suspicion suspicion = active.get(suspect);
    return suspicion == null ? List.of() : suspicion.accusations();
  }

  /** How many members are under suspicion. */
  int size() {
    return active.size();
  }

  /** Two independent links that broke leave little doubt, when their word can be trusted. */
  private void hurry(Suspicion suspicion) {
    int needed = node.table.living() <= FEW_MEMBERS ? 1 : 2;
    if (suspicion.certain || !node.setup.authenticated() || suspicion.crashAccusers() < needed) {
      return;
    }
    suspicion.certain = true;
    if (!suspicion.isPostponed()) {
      long soon = node.host.nanos() + node.settings.fastConfirm().toNanos();
      suspicion.deadline = Math.min(suspicion.deadline, soon);
    }
  }

  private void arm(NodeId suspect, Suspicion suspicion) {
    long left = Math.max(0, suspicion.deadline - node.host.nanos());
    suspicion.timer = node.host.schedule(left, () -> fire(suspect, suspicion));
  }

  private void fire(NodeId suspect, Suspicion suspicion) {
    if (active.get(suspect) != suspicion) {
      return;
    }
    if (!suspicion.excused && node.health.overslept(suspicion.deadline)) {
      // The objection may be among what came while we stood still.
      suspicion.excused = true;
      postpone(suspect, suspicion, node.settings.probeTimeoutMax().toNanos());
      return;
    }
    if (!suspicion.held && massFailure.touches(suspicion.began)) {
      suspicion.held = true;
      postpone(suspect, suspicion, suspicion.times.min());
      return;
    }
    MemberRecord member = node.table.find(suspect);
    if (!suspicion.asked && member != null && suspicion.isLonely(node.table.self().id())) {
      // Perhaps we were cut off, and nobody heard us: the question tells it what it is accused of.
      suspicion.asked = true;
      node.probing.ask(member.address(), suspect, answered -> {});
      postpone(suspect, suspicion, node.settings.probeTimeoutMax().toNanos());
      return;
    }
    node.beliefs.declareDead(suspect);
    // A verdict that could not be given must not leave the suspicion without an end.
    end(suspect);
  }

  private void postpone(NodeId suspect, Suspicion suspicion, long nanos) {
    suspicion.deadline = node.host.nanos() + nanos;
    arm(suspect, suspicion);
  }
}
