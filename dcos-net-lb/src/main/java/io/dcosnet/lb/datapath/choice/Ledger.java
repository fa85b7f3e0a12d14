// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.stream.Collectors.joining;

import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.Considered.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of each path that there was to choose from. <b>Confined to</b> who holds the lock
 * of the choice.
 */
final class Ledger {

  private final Map<String, Considered> all = new LinkedHashMap<>();

  /** Nothing is known of these yet. */
  Ledger(List<String> names) {
    names.forEach(
        name ->
            all.put(name, new Considered(name, Fate.SPARE, "not tried: others come first", null)));
  }

  void note(Considered now) {
    all.put(now.name(), now);
  }

  /** Why those that were tried in vain cannot be used. */
  String reasons() {
    return all.values().stream()
        .filter(one -> one.fate() == Fate.UNUSABLE)
        .map(one -> one.name() + ": " + one.reason())
        .collect(joining("; "));
  }

  /** The same as the end of a sentence; empty when there is nothing to say. */
  String rejected() {
    String reasons = reasons();
    return reasons.isEmpty() ? "" : "; not usable: " + reasons;
  }

  /**
   * All, with what they do now.
   *
   * @param carries name of what carries connections, empty for nothing
   * @param leaving paths that are about to go
   */
  List<Considered> list(String carries, List<String> leaving) {
    List<Considered> now = new ArrayList<>();
    for (Considered one : all.values()) {
      boolean does = one.name().equals(carries);
      now.add(does ? new Considered(one.name(), Fate.CARRIES, one.reason(), one.probe()) : one);
    }
    leaving.forEach(
        name ->
            now.add(
                new Considered(name, Fate.LEAVING, "it still has connections of before", null)));
    return now;
  }
}
