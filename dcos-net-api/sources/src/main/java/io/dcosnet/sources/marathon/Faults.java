// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import io.dcosnet.api.model.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects what a document had to leave out: all counted, the first kept. <b>Confined to</b> one
 * thread.
 */
final class Faults {

  private static final int MAX_TEXT = 200;

  private final int limit;
  private final List<Rejection> kept = new ArrayList<>();
  private final Set<String> seen = new TreeSet<>();
  private long count;

  Faults(int limit) {
    this.limit = limit;
  }

  /** A part that is looked at from two sides is told of once, as far as it is kept. */
  void add(String kind, String subject, String code, String detail) {
    Rejection fault = new Rejection(kind, shown(subject), code, shown(detail));
    if (kept.size() < limit) {
      if (!seen.add(fault.toString())) {
        return;
      }
      kept.add(fault);
    }
    count++;
  }

  List<Rejection> kept() {
    return kept;
  }

  long count() {
    return count;
  }

  /** What comes from a document may be long and may try to spoil a log. */
  private static String shown(String text) {
    int end = Math.min(text.length(), MAX_TEXT);
    StringBuilder shown = new StringBuilder(end + 1);
    text.substring(0, end)
        .chars()
        .forEach(c -> shown.append(Character.isISOControl(c) ? '\uFFFD' : (char) c));
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }
}
