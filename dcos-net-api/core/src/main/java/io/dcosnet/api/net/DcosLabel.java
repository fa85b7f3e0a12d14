// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

/**
 * Turns any text into one DNS label the way DC/OS does for task and VIP names under {@code
 * *.thisdcos.directory} ({@code dcos/mesos_state src/mesos_state.erl}). The DNS part and the load
 * balancer must agree on it to the byte, since applications hold on to the names.
 *
 * <p>Letters are lowered, {@code -}, {@code _} and {@code .} become dashes, everything else
 * vanishes. The result is at most 63 characters long and neither begins nor ends with a dash; it
 * may be empty.
 *
 * <p><b>Thread-safe.</b>
 */
public final class DcosLabel {

  /** Longest label of RFC 1035. */
  public static final int MAX_LENGTH = 63;

  private DcosLabel() {}

  /** The label for {@code text}; empty when nothing of it can stay. */
  public static String of(String text) {
    StringBuilder label = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
    int at = 0;
    while (at < text.length() && label.length() < MAX_LENGTH) {
      char c = mapped(text.charAt(at++));
      if (isLetterOrDigit(c) || (c == '-' && label.length() > 0)) {
        label.append(c);
      }
    }
    stripDashes(label);
    // A cut that falls on dashes leaves room, and only letters and digits may fill it.
    while (at < text.length() && label.length() < MAX_LENGTH) {
      char c = mapped(text.charAt(at++));
      if (isLetterOrDigit(c)) {
        label.append(c);
      }
    }
    return label.toString();
  }

  /**
   * As {@link #of} for each part between dots, joined by dots again. Parts that are empty in {@code
   * text} are left out; one that only becomes empty stays, so the result may hold an empty label
   * ({@code a.-.b} gives {@code a..b}), which is for the caller to refuse.
   */
  public static String domainFragment(String text) {
    StringBuilder domain = new StringBuilder(text.length());
    boolean first = true;
    int from = 0;
    while (from <= text.length()) {
      int dot = text.indexOf('.', from);
      int end = dot < 0 ? text.length() : dot;
      if (end > from) {
        if (!first) {
          domain.append('.');
        }
        domain.append(of(text.substring(from, end)));
        first = false;
      }
      from = end + 1;
    }
    return domain.toString();
  }

  private static char mapped(char c) {
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + ('a' - 'A'));
    }
    return c == '_' || c == '.' ? '-' : c;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static void stripDashes(StringBuilder label) {
    int end = label.length();
    while (end > 0 && label.charAt(end - 1) == '-') {
      end--;
    }
    label.setLength(end);
  }
}
