// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.dns.name.LabelSpec;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.IpSource;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Section {@code dns.mesos}. A configuration file of Mesos-DNS may give the values; what stands
 * beside it here counts more.
 */
final class MesosZoneSection {

  private static final Logger LOGGER = LoggerFactory.getLogger(MesosZoneSection.class);

  private static final Kind<Integer> SECONDS = Kind.number(0, Integer.MAX_VALUE);

  private MesosZoneSection() {}

  /** The zone as it is to be made; null when it is not to be served. */
  static @Nullable MesosDnsConfig read(Section mesos) {
    boolean enabled =
        mesos.value("enabled", Kind.FLAG, true, "Whether this node answers for the zone.");
    Path file =
        mesos.optional(
            "mesosDnsConfigFile",
            mesos.readableFile(),
            "Configuration file of Mesos-DNS; gives the defaults of the keys below, read once.");
    MesosDnsConfig base = file == null ? MesosDnsConfig.defaults() : load(mesos, file);
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
            .healthPolicy(
                mesos.value(
                    "health",
                    Kind.word(List.of(HealthPolicy.values())),
                    base.healthPolicy(),
                    "Whether unhealthy tasks have names."))
            .includeStates(
                Set.copyOf(
                    mesos.list(
                        "includeStates",
                        Kind.word(List.of(TaskState.values())),
                        base.includeStates().stream().sorted().toList(),
                        "States in which a task has names.")))
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
    return build(mesos, builder, enabled);
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

  private static MesosDnsConfig load(Section mesos, Path file) {
    try {
      MesosDnsConfigFile.Loaded loaded = MesosDnsConfigFile.read(Files.readString(file));
      loaded.warnings().forEach(warning -> LOGGER.warn("{}: {}", file, warning));
      return loaded.config();
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> mesos.problemLine("mesosDnsConfigFile: " + problem));
    } catch (IOException e) {
      mesos.problem("mesosDnsConfigFile", file, "a file that can be read: " + e.getMessage());
    }
    return MesosDnsConfig.defaults();
  }
}
