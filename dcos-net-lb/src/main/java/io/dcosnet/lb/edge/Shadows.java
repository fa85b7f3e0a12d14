// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.label.PathRule;
import io.dcosnet.lb.edge.label.Vhost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds routes that can never be reached. */
final class Shadows {

  /** A rule as seen from one of its virtual hosts. */
  private record Claim(RouteRule rule, String prefix, boolean ignoreCase) {

    /** True when this claim also matches all paths that {@code other} matches. */
    boolean covers(Claim other, boolean segments) {
      boolean cases = ignoreCase || !other.ignoreCase || prefix.isEmpty();
      String path = ignoreCase ? other.prefix.toLowerCase(Locale.ROOT) : other.prefix;
      return cases && PathRule.begins(path, prefix, segments);
    }

    boolean isSame(Claim other) {
      return PathRule.withoutSlash(prefix).equals(PathRule.withoutSlash(other.prefix))
          && ignoreCase == other.ignoreCase;
    }
  }

  private Shadows() {}

  /** The routes of an entry that are hidden behind others. */
  static List<Shadow> of(RouteList list) {
    List<Shadow> shadows = new ArrayList<>();
    Map<Vhost, List<Claim>> earlier = new HashMap<>();
    for (RouteRule rule : list.redirects()) {
      add(rule, earlier);
    }
    for (RouteRule rule : list.routes()) {
      for (Vhost vhost : rule.service().labels().vhosts()) {
        List<Claim> before = earlier.getOrDefault(vhost, List.of());
        for (Claim claim : claims(rule)) {
          Claim hiding = hiding(before, claim, list.segments());
          if (hiding != null && !hiding.rule().service().app().equals(rule.service().app())) {
            shadows.add(
                new Shadow(
                    rule.service().app(),
                    rule.service().index(),
                    vhost + (claim.prefix().isEmpty() ? "/" : claim.prefix()),
                    hiding.rule().service().app()));
          }
        }
      }
      add(rule, earlier);
    }
    return shadows;
  }

  private static @Nullable Claim hiding(List<Claim> before, Claim claim, boolean segments) {
    for (Claim other : before) {
      // With the longest prefix first a shorter one hides nothing.
      if (segments ? other.isSame(claim) : other.covers(claim, false)) {
        return other;
      }
    }
    return null;
  }

  private static void add(RouteRule rule, Map<Vhost, List<Claim>> earlier) {
    for (Vhost vhost : rule.service().labels().vhosts()) {
      earlier.computeIfAbsent(vhost, key -> new ArrayList<>()).addAll(claims(rule));
    }
  }

  private static List<Claim> claims(RouteRule rule) {
    return rule.path().prefixes().stream()
        .map(prefix -> new Claim(rule, prefix, rule.path().ignoreCase()))
        .toList();
  }
}
