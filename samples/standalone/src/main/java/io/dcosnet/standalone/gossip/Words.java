// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import java.util.List;

/**
 * One command as it was typed. <b>Immutable.</b>
 *
 * @param line without blanks around it
 * @param words of the line; at least one
 */
record Words(String line, List<String> words) {

  Words {
    words = List.copyOf(words);
  }

  /** Takes a line apart that is not blank. */
  static Words of(String line) {
    String stripped = line.strip();
    return new Words(stripped, List.of(stripped.split("\\s+")));
  }

  /** What is to be done. */
  String command() {
    return words.get(0);
  }

  int count() {
    return words.size();
  }

  /**
   * The word at a place.
   *
   * @param what it would be
   * @throws IllegalArgumentException when the line is too short
   */
  String word(int index, String what) {
    if (index >= words.size()) {
      throw tooShort(what);
    }
    return words.get(index);
  }

  /** All words from a place on; may be none. */
  List<String> from(int index) {
    return words.subList(Math.min(index, words.size()), words.size());
  }

  /**
   * All behind so many words, with the blanks in it.
   *
   * @throws IllegalArgumentException when there is nothing
   */
  String rest(int after, String what) {
    String[] parts = line.split("\\s+", after + 1);
    if (after >= parts.length) {
      throw tooShort(what);
    }
    return parts[after];
  }

  private IllegalArgumentException tooShort(String what) {
    return new IllegalArgumentException(line + ": too short (expected: " + what + " behind it)");
  }
}
