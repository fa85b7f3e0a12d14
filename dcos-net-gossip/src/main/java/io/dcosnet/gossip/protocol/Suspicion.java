// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.Grade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One member under suspicion. */
final class Suspicion {

  /** Who see a crash are kept beyond the others, until there are so many of them. */
  private static final int CRASH_ACCUSERS = 2;

  private static final Comparator<Accusation> BEST_FIRST =
      Comparator.comparing(Accusation::grade).reversed();

  final SuspicionTimes times;
  final long began;

  /** When it fires, unless more accuse. */
  long deadline;

  /** Whether it had to wait longer once, since many went suspect at a time. */
  boolean held;

  /** Whether it had to wait once more, since our own thread stood still. */
  boolean excused;

  /** Whether the suspect was asked once more, since nobody else accused it. */
  boolean asked;

  /** Whether two have seen the crash. */
  boolean certain;

  Host.Timer timer = () -> {};

  /** When the suspect is told of it again. */
  Host.Timer reminder = () -> {};

  private final List<Accusation> accusations = new ArrayList<>(2);

  Suspicion(SuspicionTimes times, long now, Accusation first) {
    this.times = times;
    this.began = now;
    this.deadline = now + times.with(0);
    accusations.add(first);
  }

  /** Notes an accusation; false when it says nothing new, or is one of too many. */
  boolean note(Accusation accusation) {
    for (int i = 0; i < accusations.size(); i++) {
      Accusation known = accusations.get(i);
      if (known.accuser().equals(accusation.accuser())) {
        boolean better = accusation.grade().compareTo(known.grade()) > 0;
        if (better) {
          accusations.set(i, accusation);
        }
        return better;
      }
    }
    boolean wanted =
        accusations.size() <= times.wanted()
            || (accusation.grade() == Grade.CRASH && crashAccusers() < CRASH_ACCUSERS);
    if (wanted) {
      accusations.add(accusation);
    }
    return wanted;
  }

  /** Whether its time was over once, and it got more. */
  boolean isPostponed() {
    return held || excused || asked;
  }

  /** When it fires by the number of accusers alone. */
  long dueByAccusers() {
    return began + times.with(accusations.size() - 1);
  }

  /** How many say that they saw it crash. */
  int crashAccusers() {
    int count = 0;
    for (Accusation accusation : accusations) {
      if (accusation.grade() == Grade.CRASH) {
        count++;
      }
    }
    return count;
  }

  /** Whether this node alone accuses, though others were expected to. */
  boolean isLonely(NodeId self) {
    return times.wanted() > 0
        && accusations.size() == 1
        && accusations.get(0).accuser().equals(self);
  }

  /** Best evidence first. */
  List<Accusation> accusations() {
    List<Accusation> sorted = new ArrayList<>(accusations);
    sorted.sort(BEST_FIRST);
    return sorted;
  }
}
