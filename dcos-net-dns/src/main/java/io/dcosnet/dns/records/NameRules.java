// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/**
 * Policies for some names: the first rule whose pattern fits a task counts; a task that none fits
 * goes by the policy of the zone.
 *
 * <p>Patterns are held against {@code <task>.<framework>} as the scheduler wrote it (the discovery
 * name where there is one), so one list serves every zone, whatever a zone makes of these names.
 * {@code *} stands for any characters, dots among them, {@code ?} for one; case does not count:
 * {@code *.marathon} fits every task of Marathon, {@code web*} every task whose name begins so.
 *
 * <p><b>Immutable.</b>
 */
public record NameRules(List<Rule> rules) {

  /** No rule. */
  public static final NameRules NONE = new NameRules(List.of());

  /**
   * A policy and the names that it is for. <b>Immutable.</b>
   *
   * @param pattern kept in lower case
   */
  public record Rule(String pattern, NamePolicy policy) {

    /**
     * @throws IllegalArgumentException for an empty pattern
     */
    public Rule {
      pattern = pattern.toLowerCase(Locale.ROOT);
      requireNonNull(policy, "policy");
      if (pattern.isEmpty()) {
        throw new IllegalArgumentException(
            "pattern: empty (expected: <task>.<framework>, * and ? are wild)");
      }
    }

    private boolean fits(String lowerName) {
      return matches(pattern, lowerName);
    }
  }

  public NameRules {
    rules = List.copyOf(rules);
  }

  /** Rules in this order. */
  public static NameRules of(Rule... rules) {
    return new NameRules(List.of(rules));
  }

  /** The policy of the first rule that fits, else {@code otherwise}. */
  public NamePolicy policy(String task, String framework, NamePolicy otherwise) {
    if (rules.isEmpty()) {
      return otherwise;
    }
    String name = (task + "." + framework).toLowerCase(Locale.ROOT);
    for (Rule rule : rules) {
      if (rule.fits(name)) {
        return rule.policy();
      }
    }
    return otherwise;
  }

  /** Looks back at the last star only, so that no pattern takes long: at most length by length. */
  private static boolean matches(String pattern, String text) {
    int inPattern = 0;
    int inText = 0;
    int star = -1;
    int behindStar = 0;
    while (inText < text.length()) {
      char wanted = inPattern < pattern.length() ? pattern.charAt(inPattern) : 0;
      boolean isEnd = inPattern == pattern.length();
      if (!isEnd && wanted == '*') {
        star = inPattern++;
        behindStar = inText;
      } else if (!isEnd && (wanted == '?' || wanted == text.charAt(inText))) {
        inPattern++;
        inText++;
      } else if (star >= 0) {
        inPattern = star + 1;
        inText = ++behindStar;
      } else {
        return false;
      }
    }
    while (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
      inPattern++;
    }
    return inPattern == pattern.length();
  }
}
