// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.util.List;
import java.util.Locale;

/**
 * Which paths a route is for. <b>Immutable.</b>
 *
 * @param prefixes each begins with a slash; none match when the list is empty
 * @param ignoreCase true when upper case counts as lower; {@code prefixes} are then in lower case
 */
public record PathRule(List<String> prefixes, boolean ignoreCase) {

  /** All paths. */
  public static final PathRule ANY = new PathRule(List.of(""), false);

  public PathRule {
    prefixes =
        prefixes.stream()
            .map(prefix -> ignoreCase ? prefix.toLowerCase(Locale.ROOT) : prefix)
            .distinct()
            .toList();
  }

  public boolean isAny() {
    return prefixes.contains("");
  }

  /**
   * The length of the longest prefix that the path begins with, or -1 when there is none.
   *
   * @param segments true when a prefix ends only where a segment of the path ends
   */
  public int longestMatch(String path, boolean segments) {
    String compared = ignoreCase ? path.toLowerCase(Locale.ROOT) : path;
    int longest = -1;
    for (String prefix : prefixes) {
      if (begins(compared, prefix, segments)) {
        longest = Math.max(longest, (segments ? withoutSlash(prefix) : prefix).length());
      }
    }
    return longest;
  }

  /** True when {@code path} begins with {@code prefix}. */
  public static boolean begins(String path, String prefix, boolean segments) {
    if (!segments) {
      return path.startsWith(prefix);
    }
    String whole = withoutSlash(prefix);
    return path.startsWith(whole)
        && (whole.isEmpty()
            || path.length() == whole.length()
            || path.charAt(whole.length()) == '/');
  }

  /** By segments {@code /api/} and {@code /api} are one. */
  public static String withoutSlash(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }
}
