// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Section {@code lb.defaults}: how VIPs are carried whose labels do not say otherwise. */
final class LbDefaultsSection {

  /** The words of the labels. */
  private static final Map<String, Policy> POLICIES = new LinkedHashMap<>();

  static {
    POLICIES.put("p2c", Policy.P2C_EWMA);
    POLICIES.put("p2c-least", Policy.P2C_LEAST);
    POLICIES.put("round-robin", Policy.ROUND_ROBIN);
    POLICIES.put("least-connections", Policy.LEAST_CONNECTIONS);
    POLICIES.put("random", Policy.RANDOM);
    POLICIES.put("maglev", Policy.MAGLEV);
  }

  private static final Kind<Integer> COUNT = Kind.number(1, ServiceOptions.UNLIMITED);

  private static final Kind<Check> CHECK =
      Kind.ofText("none, tcp, http or http:/PATH", LbDefaultsSection::check);

  private LbDefaultsSection() {}

  static ServiceOptions read(Section section) {
    ServiceOptions usual = ServiceOptions.DEFAULTS;
    Policy policy =
        section.value(
            "policy",
            Kind.choice(POLICIES),
            usual.policy(),
            "Who gets the next connection (label VIP_POLICY_<n>).");
    Duration affinity =
        section.value(
            "affinity",
            Kind.DURATION,
            usual.affinity(),
            "How long a client keeps its back end after its last connection, up to 30d; 0s for not"
                + " (label VIP_AFFINITY_<n>).");
    if (affinity.compareTo(ServiceOptions.MAX_AFFINITY) > 0) {
      section.problem("affinity", DurationText.of(affinity), "at most 30d");
      affinity = usual.affinity();
    }
    Locality locality =
        section.value(
            "locality",
            Kind.word(List.of(Locality.values())),
            usual.locality(),
            "What being near counts (label VIP_LOCALITY_<n>).");
    ProxyHeader header =
        section.value(
            "proxy",
            Kind.word(List.of(ProxyHeader.values())),
            usual.proxyHeader(),
            "PROXY protocol towards back ends (label VIP_PROXY_<n>).");
    Integer connections =
        section.optional(
            "connections",
            COUNT,
            "Most connections of a VIP at a time on each node (label VIP_CONNECTIONS_<n>)."
                + " Without: no limit.");
    Integer perBackend =
        section.optional(
            "backendConnections",
            COUNT,
            "The same to one back end (label VIP_BACKEND_CONNECTIONS_<n>).");
    Check check =
        section.value(
            "check",
            CHECK,
            usual.check(),
            "How back ends are tried, beside what the scheduler says of them (label"
                + " VIP_CHECK_<n>).");
    return usual
        .with(check)
        .with(policy)
        .withAffinity(affinity)
        .with(locality)
        .with(header)
        .withLimits(limit(connections), limit(perBackend));
  }

  private static Check check(String text) {
    Check check = Check.read(text);
    if (check == null) {
      throw new IllegalArgumentException(text);
    }
    return check;
  }

  private static int limit(@Nullable Integer given) {
    return given == null ? ServiceOptions.UNLIMITED : given;
  }
}
