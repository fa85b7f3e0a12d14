// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a server is chosen for a request. <b>Immutable.</b>
 *
 * @param text in HAProxy's words
 * @param needsHttp true when it looks into requests
 * @param isStatic true when it is computed once for all servers, so that none can be added while it
 *     runs
 */
public record Balance(String text, boolean needsHttp, boolean isStatic) {

  /** One after the other. */
  public static final Balance ROUND_ROBIN = new Balance("roundrobin", false, false);

  private static final Set<String> DYNAMIC = Set.of("roundrobin", "leastconn", "first", "random");
  private static final Set<String> STATIC = Set.of("static-rr", "source");
  private static final String NAME = "[A-Za-z0-9_.~!#$&*+-]{1,64}";

  /** Forms with an argument, and whether they look into requests. */
  private static final Map<Pattern, Boolean> FORMS =
      Map.of(
          Pattern.compile("uri(?: whole| path-only| len [0-9]{1,4}| depth [0-9]{1,4}){0,4}"), true,
          Pattern.compile("url_param " + NAME + "(?: check_post)?"), true,
          Pattern.compile("hdr\\(" + NAME + "\\)(?: use_domain_only)?"), true,
          Pattern.compile("random\\([1-9][0-9]{0,2}\\)"), false,
          Pattern.compile("rdp-cookie(?:\\(" + NAME + "\\))?"), false);

  /** Reads an algorithm with its arguments; null for what HAProxy does not know. */
  static @Nullable Balance read(String text) {
    String words = text.replaceAll(" +", " ");
    if (DYNAMIC.contains(words)) {
      return new Balance(words, false, false);
    }
    if (STATIC.contains(words)) {
      return new Balance(words, false, true);
    }
    for (Map.Entry<Pattern, Boolean> form : FORMS.entrySet()) {
      Matcher matcher = form.getKey().matcher(words);
      if (matcher.matches()) {
        return new Balance(words, form.getValue(), !words.startsWith("random"));
      }
    }
    return null;
  }
}
