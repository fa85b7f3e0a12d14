// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.lb.internal.Shown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the back ends of a VIP make of its options together, as tasks of several apps may share one.
 *
 * <p>For each option by itself, the value counts that most back ends have; of values with as many,
 * the one first in the alphabet. Those that say nothing of an option have no vote on it. Neither
 * health nor reachability matters, so all nodes come to the same.
 *
 * @param options of the VIP
 * @param lost what does not count and why, for a person
 */
record OptionVote(ServiceOptions options, List<Loss> lost) {

  /** A back end's word that does not count. */
  record Loss(String code, String detail) {}

  /** Counts the votes. */
  static OptionVote of(Collection<Candidate> candidates, ServiceOptions defaults) {
    ServiceOptions options = defaults;
    List<Loss> lost = new ArrayList<>();
    if (candidates.stream().allMatch(candidate -> candidate.attributes().isEmpty())) {
      return new OptionVote(defaults, List.of());
    }
    for (OptionLabel option : OptionLabel.ALL) {
      Map<String, Integer> votes = new TreeMap<>();
      for (Candidate candidate : candidates) {
        String text = candidate.attributes().get(option.attribute());
        String value = text == null ? null : option.read(text);
        if (value != null) {
          votes.merge(value, 1, Integer::sum);
        } else if (text != null) {
          Loss unread = new Loss("VIP_BAD_OPTION", unreadable(option, text));
          if (!lost.contains(unread)) {
            lost.add(unread);
          }
        }
      }
      String winner = winner(votes);
      if (winner != null) {
        options = option.set(options, winner);
        votes.remove(winner);
        for (String loser : votes.keySet()) {
          String detail =
              option.attribute() + " " + loser + " of some back ends (counts: " + winner + ")";
          lost.add(new Loss("VIP_OPTION_CONFLICT", detail));
        }
      }
    }
    return new OptionVote(options, List.copyOf(lost));
  }

  /** What to say of a value that is none. */
  static String unreadable(OptionLabel option, String text) {
    return option.attribute() + " " + Shown.quoted(text) + " (expected: " + option.expected() + ")";
  }

  private static @Nullable String winner(Map<String, Integer> votes) {
    if (votes.isEmpty()) {
      return null;
    }
    int most = Collections.max(votes.values());
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() == most)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }
}
