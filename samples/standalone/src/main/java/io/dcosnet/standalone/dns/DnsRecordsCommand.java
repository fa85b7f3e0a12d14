// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.RecordListing;
import io.dcosnet.dns.records.dcos.DcosListing;
import io.dcosnet.dns.records.dcos.DcosRecords;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.input.StateInput;
import io.dcosnet.standalone.input.StateOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dcos-net dns records}: all records of a zone, as the predecessors would have them. */
@CommandLine.Command(
    name = "records",
    description = {
      "Print the records of the zone mesos, as Mesos-DNS does at /v1/axfr, or of the zone",
      "dcos.thisdcos.directory, for a state or a record of events.",
      "What cannot become a record is told on standard error."
    })
public final class DnsRecordsCommand implements Command {

  private static final String MESOS = "mesos";
  private static final String DCOS = "dcos";

  @Mixin StateOptions state = new StateOptions();

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "mesos, or dcos for dcos.thisdcos.directory; without: mesos.")
  @Nullable String zone;

  @Option(
      names = "--mesos-dns-config",
      paramLabel = "FILE",
      description = "Configuration file of Mesos-DNS. Without: its defaults, listener 127.0.0.1.")
  @Nullable String mesosDnsConfig;

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<ClusterState> cluster = state.cluster(arguments, console);
    Supplier<@Nullable String> which =
        arguments.<String>optional("--zone", zone, DnsRecordsCommand::zone, "mesos or dcos");
    boolean dcos = DCOS.equals(which.get());
    if (dcos && mesosDnsConfig != null) {
      arguments.problem(
          "--mesos-dns-config: " + mesosDnsConfig + " (expected: not with --zone dcos)");
    }
    Path configFile =
        arguments
            .<Path>optional(
                "--mesos-dns-config", mesosDnsConfig, Arguments.file(), "a readable file")
            .get();
    MesosDnsConfig config =
        DnsConfigInput.read(configFile, List.of(IpAddress.LOOPBACK_IPV4), false, arguments, console)
            .config();
    arguments.check();
    if (dcos) {
      printDcos(cluster.get(), console);
    } else {
      printMesos(cluster.get(), config, console);
    }
    return ExitCode.OK;
  }

  private static String zone(String text) {
    if (!Set.of(MESOS, DCOS).contains(text)) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static void printMesos(ClusterState cluster, MesosDnsConfig config, Console console) {
    RecordListing records =
        MesosRecords.list(cluster, config.toBuilder().shortenLabels(false).build());
    StateInput.tell(records.refused(), console);
    console.line(records.toAxfrJson(0));
  }

  /** Names that are there only for services to point to stay out, as dcos-net has none. */
  private static void printDcos(ClusterState cluster, Console console) {
    DcosListing records = DcosRecords.list(cluster, DcosZoneConfig.defaults());
    StateInput.tell(records.refused(), console);
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    write(records.a(), all.putObject("A"));
    write(records.aaaa(), all.putObject("AAAA"));
    write(records.srv(), all.putObject("SRV"));
    console.json(all);
  }

  private static void write(Map<String, List<String>> records, ObjectNode to) {
    records.forEach(
        (owner, values) -> {
          var list = to.putArray(owner);
          values.forEach(list::add);
        });
  }
}
