// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.name.DomainName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns.forward}: who is asked about names outside the zones. <b>Immutable.</b>
 *
 * @param upstreams asked about names without a route of their own
 * @param ofSystem whether those that {@code /etc/resolv.conf} names are asked, too
 * @param policy of all routes without one of their own
 * @param zones servers by the name that their route begins with
 * @param policies by the same names
 * @param authorities certificates that sign those of servers over TLS; null for those of the JDK
 */
public record ForwardConfig(
    List<Upstream> upstreams,
    boolean ofSystem,
    Policy policy,
    Map<DomainName, List<Upstream>> zones,
    Map<DomainName, Policy> policies,
    ForwardLimits limits,
    @Nullable Path authorities) {

  /** Stands in a list of servers for those of {@code /etc/resolv.conf}. */
  private static final String SYSTEM = "system";

  private static final String SERVER = "ADDR, ADDR:PORT, ADDR:PORT/tcp, ADDR:PORT/tls#NAME";

  private static final Kind<String> SERVER_OR_SYSTEM =
      Kind.ofText(
          SERVER + ", or system",
          text -> text.equals(SYSTEM) ? text : Upstream.parse(text).toString());

  private static final Kind<List<Upstream>> SERVERS =
      Kind.listOf(Kind.ofText(SERVER, Upstream::parse));

  private static final Kind<Policy> POLICY = Kind.word(Arrays.asList(Policy.values()));

  /**
   * Reads the section.
   *
   * @param imported what files of predecessors say
   */
  static ForwardConfig read(Section forward, ForwardImport imported) {
    List<String> servers =
        forward.list(
            "upstreams",
            SERVER_OR_SYSTEM,
            imported.upstreams(),
            "Servers that are asked about names that no zone and no other route has; system stands"
                + " for those of /etc/resolv.conf, which is watched. Empty: such names are refused.");
    Policy policy =
        forward.value("policy", POLICY, Policy.DEFAULT, "In which order servers are asked.");
    Map<DomainName, List<Upstream>> zones =
        forward.byName(
            "zones",
            forward.map(
                "zones",
                "SUFFIX",
                SERVERS,
                imported.zones(),
                "Servers that are asked instead about a name and all below it; none for SERVFAIL."));
    Map<DomainName, Policy> policies =
        forward.byName(
            "policies",
            forward.map(
                "policies",
                "SUFFIX",
                POLICY,
                imported.policies(),
                "The policy of single zones of forward.zones."));
    policies.keySet().stream()
        .filter(suffix -> !zones.containsKey(suffix))
        .forEach(suffix -> forward.problem("policies", suffix, "names that are in forward.zones"));
    ForwardLimits limits = limits(forward, imported.limits());
    Path authorities =
        forward.optional(
            "authorities",
            forward.readableFile(),
            "Certificates, PEM, that sign those of servers over TLS. Without: those of the JDK.");
    return new ForwardConfig(
        servers.stream().filter(text -> !text.equals(SYSTEM)).map(Upstream::parse).toList(),
        servers.contains(SYSTEM),
        policy,
        zones,
        policies,
        limits,
        authorities);
  }

  private static ForwardLimits limits(Section forward, ForwardLimits byDefault) {
    var budget =
        forward.value(
            "budget", Kind.DURATION, byDefault.budget(), "Time that one query may take in all.");
    int queries =
        forward.value(
            "maxQueries",
            Kind.number(1, 1 << 20),
            byDefault.maxOutstanding(),
            "Queries that wait for servers at the same time; more are dropped.");
    if (budget.isZero()) {
      forward.problem("budget", "0s", "more than nothing");
      return byDefault;
    }
    return new ForwardLimits(budget, queries);
  }

  /** Whether anybody is asked. */
  public boolean isOn() {
    return ofSystem || !upstreams.isEmpty() || !zones.isEmpty();
  }

  /**
   * The routes.
   *
   * @param system servers of {@code /etc/resolv.conf} as far as they are known
   */
  public RoutingTable routes(List<Upstream> system) {
    RoutingTable.Builder routes = RoutingTable.builder();
    zones.forEach(
        (suffix, servers) -> routes.route(suffix, policies.getOrDefault(suffix, policy), servers));
    List<Upstream> all = new ArrayList<>(upstreams);
    all.addAll(system);
    if (ofSystem || !all.isEmpty()) {
      routes.defaultRoute(policy, all.stream().distinct().toList());
    }
    return routes.build();
  }
}
