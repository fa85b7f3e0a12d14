// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.dns.name.LabelSpec;
import io.dcosnet.dns.records.IpSource;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.dns.records.NameRules;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns.mesos}. A configuration file of Mesos-DNS may give the values; what stands
 * beside it here counts more.
 */
final class MesosZoneSection {

  private static final Kind<Integer> SECONDS = Kind.number(0, Integer.MAX_VALUE);

  private MesosZoneSection() {}

  /**
   * What the section says.
   *
   * @param config null when the zone is not to be served
   * @param copy whether its names are also below {@code mesos.thisdcos.directory}
   * @param file what the file of Mesos-DNS says of everything else; null without one
   */
  record Said(@Nullable MesosDnsConfig config, boolean copy, @Nullable MesosDnsSettings file) {}

  static Said read(Section mesos, NameRules rules) {
    boolean enabled =
        mesos.value("enabled", Kind.FLAG, true, "Whether this node answers for the zone.");
    Path file =
        mesos.optional(
            "mesosDnsConfigFile",
            mesos.readableFile(),
            "Configuration file of Mesos-DNS; gives the defaults of the keys below, and of"
                + " dns.listen, dns.http and dns.forward. Read once.");
    MesosDnsSettings settings = file == null ? null : MesosDnsImport.read(mesos, file);
    MesosDnsConfig base = settings == null ? MesosDnsConfig.defaults() : settings.config();
    MesosDnsConfig.Builder builder =
        base.toBuilder()
            .domain(mesos.value("domain", Kind.TEXT, base.domain(), "Name of the zone."))
            .ttlSeconds(
                mesos.value("ttl", SECONDS, base.ttlSeconds(), "Seconds that answers may be kept."))
            .ipSources(
                mesos.list(
                    "ipSources",
                    Kind.word(List.of(IpSource.values())),
                    base.ipSources(),
                    "Where addresses of tasks come from; the first source that has one gives all."))
            .enforceRfc952(
                mesos.value(
                    "enforceRfc952",
                    Kind.FLAG,
                    base.labels() == LabelSpec.RFC952,
                    "Whether labels have 24 characters at most and begin with a letter."))
            .masters(
                mesos.list(
                    "masters",
                    Kind.TEXT,
                    base.masters(),
                    "Masters as ADDR:PORT in the order that numbers masterN. Without: as the"
                        + " cluster tells."))
            .srvWeight(
                mesos.value(
                    "srvWeight",
                    Kind.number(0, 0xffff),
                    base.srvWeight(),
                    "Weight of SRV records."))
            .masterServices(
                mesos.value(
                    "masterServices",
                    Kind.FLAG,
                    base.masterServices(),
                    "Whether _master._tcp tells the port of each master."))
            .healthPolicy(NameRulesSection.health(mesos, base.healthPolicy()))
            .includeStates(NameRulesSection.states(mesos, "includeStates", base.includeStates()))
            .nameRules(rules)
            .maxRecordsPerName(
                mesos.value(
                    "maxRecordsPerName",
                    Kind.number(1, Integer.MAX_VALUE),
                    base.maxRecordsPerName(),
                    "Most records of one name and type that are served."));
    String primary =
        mesos.optional("soaPrimary", Kind.TEXT, "Primary server in SOA and NS. Without: ns1.ZONE.");
    String mailbox =
        mesos.optional(
            "soaMailbox", Kind.TEXT, "Who answers for the zone. Without: root.ns1.ZONE.");
    if (primary != null) {
      builder.soaPrimary(primary);
    }
    if (mailbox != null) {
      builder.soaMailbox(mailbox);
    }
    boolean copy =
        mesos.value(
            "copy", Kind.FLAG, true, "Whether its names are also below mesos.thisdcos.directory.");
    return new Said(build(mesos, builder, enabled), copy, settings);
  }

  private static @Nullable MesosDnsConfig build(
      Section mesos, MesosDnsConfig.Builder builder, boolean enabled) {
    try {
      MesosDnsConfig config = builder.build();
      return enabled ? config : null;
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(mesos::problemLine);
      return null;
    }
  }
}
