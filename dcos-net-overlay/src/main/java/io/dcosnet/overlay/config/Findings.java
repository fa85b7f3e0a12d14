// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Collects what a check finds. <b>Confined to</b> the thread that checks. */
final class Findings {

  /** A hostile document may hold a hundred thousand faults; nobody reads more than so many. */
  static final int MAX = 1000;

  private static final int MAX_SHOWN = 64;

  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<ConfigProblem> warnings = new ArrayList<>();
  private final Set<String> unreadable = new HashSet<>();
  private int problemCount;
  private int warningCount;

  void problem(String code, String option, Object value, String expected) {
    if (++problemCount <= MAX) {
      problems.add(new ConfigProblem(code, option, shown(value), expected));
    }
  }

  void warning(String code, String option, Object value, String expected) {
    if (++warningCount <= MAX) {
      warnings.add(new ConfigProblem(code, option, shown(value), expected));
    }
  }

  /** A problem that leaves the option without a value: it must not be called missing as well. */
  void unreadable(String code, String option, Object value, String expected) {
    unreadable.add(option);
    problem(code, option, value, expected);
  }

  /** True also for the fields of an object that is unreadable as a whole. */
  boolean isUnreadable(String option) {
    int dot = option.lastIndexOf('.');
    return unreadable.contains(option)
        || (dot > 0 && unreadable.contains(option.substring(0, dot)));
  }

  boolean hasProblems() {
    return problemCount > 0;
  }

  List<ConfigProblem> problems() {
    return withRest(problems, problemCount);
  }

  List<ConfigProblem> warnings() {
    return withRest(warnings, warningCount);
  }

  private static List<ConfigProblem> withRest(List<ConfigProblem> found, int count) {
    if (count <= MAX) {
      return found;
    }
    List<ConfigProblem> all = new ArrayList<>(found);
    all.add(new ConfigProblem("MORE", "document", (count - MAX) + " more", "none of them"));
    return all;
  }

  /** Printable and short, whatever it was. */
  static String shown(Object value) {
    String text = value.toString();
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && shown.length() < MAX_SHOWN; i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c != 0x7f && !Character.isISOControl(c);
      boolean whole = !Character.isSurrogate(c) && !isDirectional(c);
      shown.append(
          plain && whole ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return shown.length() < MAX_SHOWN ? shown.toString() : shown + "…";
  }

  /** Marks that make a terminal show text in another order than it has. */
  private static boolean isDirectional(char c) {
    return (c >= 0x200b && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
