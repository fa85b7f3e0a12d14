// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.DcosDnsConfig;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What files of predecessors say of other servers: the defaults of section {@code dns.forward}.
 * <b>Immutable.</b>
 *
 * @param upstreams as {@link ForwardConfig} reads them, names of the system among them
 * @param zones by names without the final dot, so that the document can say something else
 * @param policies by the same names
 */
record ForwardImport(
    List<String> upstreams,
    Map<String, List<Upstream>> zones,
    Map<String, Policy> policies,
    ForwardLimits limits) {

  static final ForwardImport NOTHING =
      new ForwardImport(List.of(), Map.of(), Map.of(), ForwardLimits.DEFAULTS);

  private static final String MESOS = "mesos";

  /** What a file of dcos-net's DNS says. */
  static ForwardImport of(DcosDnsConfig config) {
    Map<String, List<Upstream>> zones = byText(config.forwardZones());
    Map<String, Policy> policies = new LinkedHashMap<>();
    if (!config.mesosResolvers().isEmpty()) {
      zones.put(MESOS, upstreams(config.mesosResolvers()));
      policies.put(MESOS, Policy.ALL); // each master knows all
    }
    return new ForwardImport(
        texts(config.upstreams()),
        zones,
        policies,
        new ForwardLimits(ForwardLimits.DEFAULTS.budget(), Math.max(1, config.handlerLimit())));
  }

  /** What a file of Mesos-DNS says; nobody is asked where it keeps to its own names. */
  static ForwardImport of(@Nullable MesosDnsSettings file) {
    if (file == null || !file.externalOn()) {
      return NOTHING;
    }
    Duration usual = MesosDnsSettings.of(MesosDnsConfig.defaults()).forwardTimeout();
    Duration timeout = file.forwardTimeout();
    boolean said = !timeout.equals(usual) && !timeout.isZero();
    return new ForwardImport(
        file.resolvers().isEmpty() ? List.of("system") : texts(file.resolvers()),
        byText(file.zoneResolvers()),
        Map.of(),
        said
            ? new ForwardLimits(timeout, ForwardLimits.DEFAULTS.maxOutstanding())
            : ForwardLimits.DEFAULTS);
  }

  /** Both files together; this one counts more. */
  ForwardImport or(ForwardImport other) {
    Map<String, List<Upstream>> allZones = new LinkedHashMap<>(other.zones);
    allZones.putAll(zones);
    Map<String, Policy> allPolicies = new LinkedHashMap<>(other.policies);
    allPolicies.putAll(policies);
    return new ForwardImport(
        upstreams.isEmpty() ? other.upstreams : upstreams,
        allZones,
        allPolicies,
        limits.equals(ForwardLimits.DEFAULTS) ? other.limits : limits);
  }

  /** The same without a route for a zone that this node answers for itself. */
  ForwardImport without(String zone) {
    Map<String, List<Upstream>> others = new LinkedHashMap<>(zones);
    Map<String, Policy> otherPolicies = new LinkedHashMap<>(policies);
    others.remove(zone);
    otherPolicies.remove(zone);
    return new ForwardImport(upstreams, others, otherPolicies, limits);
  }

  private static List<String> texts(List<HostPort> servers) {
    return servers.stream().map(HostPort::toString).toList();
  }

  private static List<Upstream> upstreams(List<HostPort> servers) {
    return servers.stream().map(Upstream::of).toList();
  }

  private static Map<String, List<Upstream>> byText(Map<DomainName, List<HostPort>> zones) {
    Map<String, List<Upstream>> byText = new LinkedHashMap<>();
    zones.forEach(
        (suffix, servers) ->
            byText.put(suffix.toString().replaceFirst("\\.$", ""), upstreams(servers)));
    return byText;
  }
}
