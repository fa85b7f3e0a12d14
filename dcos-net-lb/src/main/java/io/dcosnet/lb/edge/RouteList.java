// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import io.dcosnet.lb.edge.RouteRule.AskedHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the virtual hosts of one entry, in the order in which they are asked.
 * <b>Immutable.</b>
 *
 * <p>By the precedence of Marathon-LB a request passes three lists: each rule of {@code auths} that
 * it matches asks for credentials; the first of {@code redirects} sends it to HTTPS; only then is
 * it routed. By the longest prefix one rule is chosen, and only what that one asks for happens.
 *
 * @param auths rules of services that ask for credentials
 * @param redirects rules of services that are served over TLS only
 * @param routes rules that lead to servers; in the second precedence all rules
 * @param segments true when a prefix ends only where a segment of the path ends
 */
public record RouteList(
    List<RouteRule> auths, List<RouteRule> redirects, List<RouteRule> routes, boolean segments) {

  private record Ranked(RouteRule rule, int weight, int position) {}

  /**
   * What a request meets.
   *
   * @param auths rules that ask for credentials, in order
   * @param redirect rule that sends it to HTTPS, null for none
   * @param route rule that answers, null for none
   */
  record Found(List<RouteRule> auths, @Nullable RouteRule redirect, @Nullable RouteRule route) {}

  public RouteList {
    auths = List.copyOf(auths);
    redirects = List.copyOf(redirects);
    routes = List.copyOf(routes);
  }

  /**
   * The rules of the entry for plain HTTP, or of that for TLS.
   *
   * @param services in the order of app ids and ports
   */
  static RouteList of(List<EdgeService> services, EdgeOptions options, boolean tls) {
    List<RouteRule> rules = ordered(services, options, tls);
    if (options.precedence() == Precedence.LONGEST_PREFIX) {
      return new RouteList(List.of(), List.of(), rules, true);
    }
    Predicate<RouteRule> redirects = rule -> !tls && rule.service().labels().redirectToHttps();
    return new RouteList(
        rules.stream()
            .filter(rule -> rule.service().labels().auth() != null && !redirects.test(rule))
            .toList(),
        rules.stream().filter(redirects).toList(),
        rules.stream().filter(redirects.negate()).toList(),
        false);
  }

  private static List<RouteRule> ordered(
      List<EdgeService> services, EdgeOptions options, boolean tls) {
    List<Ranked> ranked = new ArrayList<>();
    int firstMapped = -1;
    for (int i = 0; i < services.size(); i++) {
      EdgeService service = services.get(i);
      if (!service.http() || !service.labels().hasVhosts()) {
        continue;
      }
      boolean mapped = options.maps() && isMapped(service, tls);
      if (mapped && firstMapped < 0) {
        firstMapped = i; // one rule of Marathon-LB stands for all that are in its file
      }
      // Over TLS the name was the SNI, which has no port.
      ranked.add(
          new Ranked(
              new RouteRule(service, tls || mapped),
              mapped ? -1 : service.labels().weight(),
              mapped ? firstMapped : i));
    }
    ranked.sort(
        Comparator.comparingInt((Ranked one) -> -one.weight()).thenComparingInt(Ranked::position));
    return ranked.stream().map(Ranked::rule).toList();
  }

  private static boolean isMapped(EdgeService service, boolean tls) {
    return service.labels().path().isAny()
        && service.labels().auth() == null
        && (tls || !service.labels().redirectToHttps());
  }

  /** What a request for this host and path meets; names without a star come first. */
  Found find(AskedHost host, String path) {
    Found exact = find(host, path, false);
    boolean nothing = exact.auths().isEmpty() && exact.redirect() == null && exact.route() == null;
    return nothing ? find(host, path, true) : exact;
  }

  private Found find(AskedHost host, String path, boolean wildcard) {
    return new Found(
        matching(auths, host, path, wildcard).toList(),
        matching(redirects, host, path, wildcard).findFirst().orElse(null),
        segments
            ? longest(host, path, wildcard)
            : matching(routes, host, path, wildcard).findFirst().orElse(null));
  }

  private Stream<RouteRule> matching(
      List<RouteRule> rules, AskedHost host, String path, boolean wildcard) {
    return rules.stream()
        .filter(
            rule -> rule.isFor(host, wildcard) && rule.path().longestMatch(path, segments) >= 0);
  }

  private @Nullable RouteRule longest(AskedHost host, String path, boolean wildcard) {
    RouteRule best = null;
    int length = -1;
    for (RouteRule rule : routes) {
      int found = rule.isFor(host, wildcard) ? rule.path().longestMatch(path, true) : -1;
      if (found > length) {
        best = rule;
        length = found;
      }
    }
    return best;
  }
}
