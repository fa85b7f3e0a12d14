// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import io.dcosnet.lb.edge.RouteList;
import io.dcosnet.lb.edge.RouteRule;
import io.dcosnet.lb.edge.label.PathRule;
import io.dcosnet.lb.edge.label.Vhost;
import io.dcosnet.lb.internal.PrefixIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Turns ordered rules into tables in which the longest prefix is looked up, whatever the order of
 * the rules was.
 *
 * <p>The rules that match a request are those whose prefixes begin its path. If {@code p} is the
 * longest of these, then they are exactly the rules whose prefixes {@code p} itself begins with: so
 * who answers can be worked out for each {@code p} beforehand. A prefix that ignores case is looked
 * up in a table of its own; of two finds the one with the smaller rank answers.
 *
 * <p>A key is host, bar, path; a value is rank, slash, service, with {@code >} before a service
 * that is served over TLS only.
 */
final class RouteTables {

  /** Before the name of a service that requests are sent to HTTPS for. */
  static final String TLS_ONLY = ">";

  private record Claim(String prefix, boolean ignoreCase, int order, String service) {}

  /**
   * The two tables of one kind of rule.
   *
   * @param cased of prefixes as they stand
   * @param folded of prefixes in lower case
   */
  record Pair(LookupTable cased, LookupTable folded) {
    boolean isEmpty() {
      return cased.isEmpty() && folded.isEmpty();
    }
  }

  private final boolean segments;

  RouteTables(RouteList list) {
    this.segments = list.segments();
  }

  /**
   * The tables of these rules.
   *
   * @param name of the files
   * @param wanted which rules, and which of their virtual hosts
   */
  Pair of(
      String name,
      List<RouteRule> rules,
      Predicate<RouteRule> wanted,
      boolean wildcard,
      boolean marked) {
    Map<String, List<Claim>> byHost = new TreeMap<>();
    for (int order = 0; order < rules.size(); order++) {
      RouteRule rule = rules.get(order);
      if (!wanted.test(rule)) {
        continue;
      }
      boolean tlsOnly = marked && rule.service().labels().redirectToHttps();
      String service = (tlsOnly ? TLS_ONLY : "") + rule.service().name();
      for (Vhost vhost : rule.service().labels().vhosts()) {
        if (vhost.wildcard() == wildcard) {
          List<Claim> claims = byHost.computeIfAbsent(vhost.toString(), host -> new ArrayList<>());
          for (String prefix : rule.path().prefixes()) {
            claims.add(new Claim(normal(prefix), rule.path().ignoreCase(), order, service));
          }
        }
      }
    }
    Pair pair = new Pair(LookupTable.longest(name), LookupTable.longest(name + "-folded"));
    byHost.forEach((host, claims) -> fill(pair, host, claims));
    return pair;
  }

  private void fill(Pair pair, String host, List<Claim> claims) {
    Comparator<Claim> first = Comparator.comparingInt(Claim::order);
    List<Claim> ranked = new ArrayList<>(claims);
    ranked.sort(
        segments
            ? Comparator.comparingInt((Claim claim) -> -claim.prefix().length())
                .thenComparing(first)
            : first);
    PrefixIndex<String> cased = new PrefixIndex<>();
    PrefixIndex<String> folded = new PrefixIndex<>();
    for (int rank = 0; rank < ranked.size(); rank++) {
      Claim claim = ranked.get(rank);
      (claim.ignoreCase() ? folded : cased).add(claim.prefix(), rank + "/" + claim.service());
    }
    for (Claim claim : ranked) {
      String winner = (claim.ignoreCase() ? folded : cased).first(claim.prefix());
      if (winner != null) {
        LookupTable table = claim.ignoreCase() ? pair.folded() : pair.cased();
        table.put(host + "|" + claim.prefix(), winner);
      }
    }
  }

  /** By segments a slash ends each prefix, as one will be put behind each path. */
  private String normal(String prefix) {
    if (!segments) {
      return prefix;
    }
    String whole = PathRule.withoutSlash(prefix);
    return whole.isEmpty() ? "" : whole + "/";
  }
}
