// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.RecordListing;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.input.StateInput;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net dns records}: what Mesos-DNS would answer to {@code GET /v1/axfr}. */
@CommandLine.Command(
    name = "records",
    description = {
      "Print the records of the zone mesos for a state, as Mesos-DNS does at /v1/axfr.",
      "What cannot become a record is told on standard error."
    })
public final class DnsRecordsCommand implements Command {

  @Option(
      names = "--mesos-state",
      paramLabel = "FILE",
      description = "What a Mesos master answers at /master/state.")
  @Nullable String mesosState;

  @Option(
      names = "--mesos-dns-config",
      paramLabel = "FILE",
      description = "Configuration file of Mesos-DNS. Without: its defaults, listener 127.0.0.1.")
  @Nullable String mesosDnsConfig;

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<Path> state =
        arguments.required("--mesos-state", mesosState, Arguments.file(), "a readable file");
    Path configFile =
        arguments
            .<Path>optional(
                "--mesos-dns-config", mesosDnsConfig, Arguments.file(), "a readable file")
            .get();
    MesosDnsConfig config =
        DnsConfigInput.read(configFile, List.of(IpAddress.LOOPBACK_IPV4), arguments, console);
    arguments.check();
    ClusterState cluster = StateInput.read(state.get(), console);
    RecordListing records =
        MesosRecords.list(cluster, config.toBuilder().shortenLabels(false).build());
    StateInput.tell(records.refused(), console);
    console.line(records.toAxfrJson(0));
    return ExitCode.OK;
  }
}
