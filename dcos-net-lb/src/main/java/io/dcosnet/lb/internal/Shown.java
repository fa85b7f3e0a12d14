// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Text of others as reports and logs show it: not endless, and on one line, whatever a label holds.
 */
public final class Shown {

  /** Longest text that is shown whole, in characters. */
  public static final int MAX_LENGTH = 120;

  private Shown() {}

  /** The text with control characters as {@code ?}, cut where it is too long. */
  public static String plain(String text) {
    boolean harmless =
        text.length() <= MAX_LENGTH && text.chars().noneMatch(Character::isISOControl);
    if (harmless) {
      return text;
    }
    StringBuilder shown = new StringBuilder(MAX_LENGTH + 1);
    int end = Math.min(text.length(), MAX_LENGTH);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    text.substring(0, end)
        .chars()
        .forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }

  /** As {@link #plain}, between quotation marks. */
  public static String quoted(String text) {
    return '"' + plain(text) + '"';
  }

  /** How long the text is in UTF-8; only as exact as it must be beyond {@code most}. */
  public static int octets(String text, int most) {
    return text.length() > most ? text.length() : text.getBytes(UTF_8).length;
  }
}
