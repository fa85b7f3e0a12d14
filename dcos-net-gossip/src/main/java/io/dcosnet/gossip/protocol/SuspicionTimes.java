// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.settings.GossipSettings;

/**
 * How long a suspicion lasts, by how many accuse (Lifeguard). <b>Immutable.</b>
 *
 * @param min nanoseconds when enough accuse
 * @param max nanoseconds when only one does
 * @param wanted accusers after the first that make it shortest; 0 where there are too few members
 */
record SuspicionTimes(long min, long max, int wanted) {

  /** Below this many members two further accusers are enough. */
  private static final int SMALL = 6;

  /**
   * Of a suspicion that begins now.
   *
   * @param living members that are alive or suspect, the accusing node included
   * @param factor 1, or more for an own suspicion of a node that does badly
   */
  static SuspicionTimes of(GossipSettings settings, int living, int factor) {
    double scale = settings.suspicionAlpha() * Math.max(1, Math.log10(living));
    long min = Math.round(scale * settings.probeInterval().toNanos()) * factor;
    int wanted = living < SMALL ? Math.min(settings.confirmations(), 2) : settings.confirmations();
    return new SuspicionTimes(
        min, min * settings.suspicionBeta(), living - 2 < wanted ? 0 : wanted);
  }

  /** Nanoseconds from the begin, with so many accusers after the first. */
  long with(int further) {
    if (further >= wanted) {
      return min;
    }
    double gone = Math.log(further + 1) / Math.log(wanted + 1);
    return Math.max(min, max - Math.round((max - min) * gone));
  }
}
