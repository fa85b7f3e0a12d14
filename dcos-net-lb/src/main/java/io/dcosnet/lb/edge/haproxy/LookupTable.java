// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keys with values that a listener looks up for each request: as a map file, which can be changed
 * while HAProxy runs, or as rules where there is no place for files. Both answer alike. <b>Confined
 * to</b> one thread.
 */
final class LookupTable {

  private final String name;
  private final boolean prefixes;
  private final SortedMap<String, String> entries = new TreeMap<>();

  private LookupTable(String name, boolean prefixes) {
    this.name = name;
    this.prefixes = prefixes;
  }

  /** A table of whole keys. */
  static LookupTable exact(String name) {
    return new LookupTable(name, false);
  }

  /** A table of beginnings, of which the longest counts. */
  static LookupTable longest(String name) {
    return new LookupTable(name, true);
  }

  /** Adds a key; the first of two equal ones stays. */
  void put(String key, String value) {
    entries.putIfAbsent(key, value);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Writes the look-up of a variable into another, which keeps what it has, and is not set where
   * nothing is found.
   *
   * @param extra conditions under which there is anything to look up
   */
  void write(ConfigText out, String target, String key, Output output, List<String> extra) {
    if (entries.isEmpty()) {
      return;
    }
    List<String> condition =
        new ArrayList<>(List.of("if", "!{", "var(" + target + ")", "-m", "found", "}"));
    condition.addAll(extra);
    if (output.folder() == null) {
      writeRules(out, target, key, condition);
      return;
    }
    StringBuilder file = new StringBuilder();
    entries.forEach((from, to) -> file.append(from).append(' ').append(to).append('\n'));
    String path = output.add(name + ".map", file.toString());
    String converter = (prefixes ? "map_beg(" : "map_str(") + path + ")";
    line(out, target, "var(" + key + ")," + converter, condition);
  }

  private void writeRules(ConfigText out, String target, String key, List<String> condition) {
    List<Map.Entry<String, String>> ordered = new ArrayList<>(entries.entrySet());
    if (prefixes) {
      ordered.sort(
          Comparator.comparingInt((Map.Entry<String, String> entry) -> -entry.getKey().length())
              .thenComparing(Map.Entry::getKey));
    }
    for (Map.Entry<String, String> entry : ordered) {
      List<String> when = new ArrayList<>(condition);
      when.addAll(List.of("{", "var(" + key + ")", "-m", prefixes ? "beg" : "str", "--"));
      when.addAll(List.of(entry.getKey(), "}"));
      line(out, target, "str(" + entry.getValue() + ")", when);
    }
  }

  private static void line(ConfigText out, String target, String value, List<String> condition) {
    List<String> words = new ArrayList<>(List.of("http-request", "set-var(" + target + ")", value));
    words.addAll(condition);
    out.line(words);
  }
}
