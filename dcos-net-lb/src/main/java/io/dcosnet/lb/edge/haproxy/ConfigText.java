// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes a configuration word by word. Each word is quoted where HAProxy would read it otherwise,
 * so that no word can become two, or two lines. <b>Confined to</b> one thread.
 */
final class ConfigText {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_./:@%+,=(){}!<>*|^~?&;\\[\\]-]+");

  private final StringBuilder text = new StringBuilder();

  /** Begins a section. */
  void section(String... words) {
    text.append('\n');
    words("", List.of(words));
  }

  /** Writes one line of the section. */
  void line(String... words) {
    words("  ", List.of(words));
  }

  void line(List<String> words) {
    words("  ", words);
  }

  void comment(String plain) {
    text.append("# ").append(plain).append('\n');
  }

  private void words(String indent, List<String> words) {
    text.append(indent);
    for (int i = 0; i < words.size(); i++) {
      text.append(i == 0 ? "" : " ").append(quoted(words.get(i)));
    }
    text.append('\n');
  }

  /** A word that is read as it stands. */
  static String quoted(String word) {
    if (word.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      // Labels were looked at long before; if this is ever reached, nothing must be written.
      throw new IllegalArgumentException("a control character in a word of the configuration");
    }
    if (PLAIN.matcher(word).matches()) {
      return word;
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** Text that stays as it is where HAProxy looks for its variables. */
  static String literal(String text) {
    return text.replace("%", "%%");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
