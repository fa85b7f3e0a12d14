// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is found while a document is read. <b>Confined to</b> one thread. */
final class Reading {

  /** Longer values say no more about what is wrong with them. */
  private static final int MAX_SHOWN = 120;

  private final Path base;
  private final Map<String, String> notConnected;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, KeyDescription> keys;

  /**
   * @param base where relative file names start
   * @param notConnected keys that this build knows and cannot honour, with the reason
   */
  Reading(Path base, Map<String, String> notConnected) {
    this(base, notConnected, new LinkedHashMap<>());
  }

  private Reading(Path base, Map<String, String> notConnected, Map<String, KeyDescription> keys) {
    this.base = base;
    this.notConnected = Map.copyOf(notConnected);
    this.keys = keys;
  }

  /** One whose keys count and whose problems do not. */
  Reading unseen() {
    return new Reading(base, notConnected, keys);
  }

  Path base() {
    return base;
  }

  Map<String, String> notConnected() {
    return notConnected;
  }

  void describe(KeyDescription key) {
    keys.put(key.path(), key);
  }

  boolean describes(String path) {
    return keys.containsKey(path);
  }

  /** Names of the keys right inside a section. */
  List<String> keysOf(String section) {
    return keys.values().stream()
        .filter(key -> key.parent().equals(section))
        .map(KeyDescription::name)
        .toList();
  }

  void problem(String path, String value, String expected) {
    String shown = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "…";
    problemLine(
        path + ": " + shown.replaceAll("\\p{Cntrl}", " ") + " (expected: " + expected + ")");
  }

  void problemLine(String line) {
    problems.add(line);
  }

  List<String> problems() {
    return problems;
  }

  /** All keys in the order in which they were asked for. */
  List<KeyDescription> keys() {
    return List.copyOf(keys.values());
  }
}
