// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.model.TaskState;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.NameRules;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Section {@code dns.dcos}. */
final class DcosZoneSection {

  private DcosZoneSection() {}

  /** The zone as it is to be made; null when it is not to be served. */
  static @Nullable DcosZoneConfig read(Section dcos, NameRules rules) {
    DcosZoneConfig base = DcosZoneConfig.defaults();
    boolean enabled =
        dcos.value("enabled", Kind.FLAG, true, "Whether this node answers for the zone.");
    DcosZoneConfig.Builder builder =
        base.toBuilder()
            .domain(
                dcos.value("domain", Kind.TEXT, DcosZoneConfig.DEFAULT_DOMAIN, "Name of the zone."))
            .ttlSeconds(
                dcos.value(
                    "ttl",
                    Kind.number(0, Integer.MAX_VALUE),
                    base.ttlSeconds(),
                    "Seconds that answers may be kept; the short time of dcos-net."))
            .services(
                dcos.value(
                    "services",
                    Kind.FLAG,
                    base.services(),
                    "Whether ports have SRV records as well, which dcos-net does not have."))
            .masters(
                dcos.list(
                    "masters",
                    Kind.ADDRESS,
                    List.of(),
                    "Addresses for the name master. Without: as the cluster tells."))
            .nameRules(rules)
            .maxRecordsPerName(
                dcos.value(
                    "maxRecordsPerName",
                    Kind.number(1, Integer.MAX_VALUE),
                    base.maxRecordsPerName(),
                    "Most records of one name and type that are served."));
    HealthPolicy health = NameRulesSection.health(dcos, NamePolicy.DEFAULT.health());
    Set<TaskState> states =
        NameRulesSection.states(dcos, "includeStates", NamePolicy.DEFAULT.states());
    if (states.isEmpty()) {
      dcos.problem("includeStates", "none", "one state at least");
      return null;
    }
    try {
      DcosZoneConfig config =
          builder.namePolicy(new NamePolicy(health, states, OptionalInt.empty())).build();
      return enabled ? config : null;
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(dcos::problemLine);
      return null;
    }
  }
}
