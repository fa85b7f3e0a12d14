// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.label.PathRule;
import io.dcosnet.lb.edge.label.Vhost;
import io.dcosnet.lb.internal.PrefixIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds routes that can never be reached. */
final class Shadows {

  /** The apps that claimed prefixes of one virtual host so far. <b>Confined to</b> one thread. */
  private static final class Claims {
    private final PrefixIndex<String> cased = new PrefixIndex<>();
    private final PrefixIndex<String> folded = new PrefixIndex<>();

    void add(RouteRule rule, boolean segments) {
      for (String prefix : rule.path().prefixes()) {
        String claimed = segments ? PathRule.withoutSlash(prefix) : prefix;
        boolean anyCase = rule.path().ignoreCase() || claimed.isEmpty();
        (anyCase ? folded : cased).add(claimed, rule.service().app());
      }
    }

    /** An app that was first to claim all that a prefix is for; null when there is none. */
    @Nullable String owner(String prefix, boolean ignoreCase, boolean segments) {
      String folds = prefix.toLowerCase(Locale.ROOT);
      if (segments) {
        // With the longest prefix first a shorter one hides nothing.
        String whole = PathRule.withoutSlash(prefix);
        return ignoreCase || whole.isEmpty()
            ? folded.exactly(PathRule.withoutSlash(folds))
            : cased.exactly(whole);
      }
      String whatever = folded.first(folds);
      return whatever != null || ignoreCase ? whatever : cased.first(prefix);
    }
  }

  /** More than anybody reads; where each of many apps hides all others, it could be millions. */
  private static final int MOST = 10_000;

  private Shadows() {}

  /** The routes of an entry that are hidden behind others, as many as are worth telling. */
  static List<Shadow> of(RouteList list) {
    List<Shadow> shadows = new ArrayList<>();
    Map<Vhost, Claims> earlier = new HashMap<>();
    for (RouteRule rule : list.redirects()) {
      add(rule, earlier, list.segments());
    }
    for (RouteRule rule : list.routes()) {
      for (Vhost vhost : rule.service().labels().vhosts()) {
        Claims claims = earlier.get(vhost);
        if (claims != null) {
          hidden(rule, vhost, claims, list.segments(), shadows);
        }
      }
      add(rule, earlier, list.segments());
    }
    return shadows;
  }

  private static void hidden(
      RouteRule rule, Vhost vhost, Claims claims, boolean segments, List<Shadow> shadows) {
    EdgeService service = rule.service();
    for (String prefix : rule.path().prefixes()) {
      String owner = claims.owner(prefix, rule.path().ignoreCase(), segments);
      if (owner != null && !owner.equals(service.app()) && shadows.size() < MOST) {
        String route = vhost + (prefix.isEmpty() ? "/" : prefix);
        shadows.add(new Shadow(service.app(), service.index(), route, owner));
      }
    }
  }

  private static void add(RouteRule rule, Map<Vhost, Claims> earlier, boolean segments) {
    for (Vhost vhost : rule.service().labels().vhosts()) {
      earlier.computeIfAbsent(vhost, key -> new Claims()).add(rule, segments);
    }
  }
}
