// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.mesos.MesosStateSource;
import io.dcosnet.sources.mesos.StateFileSource;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net dns serve}: a DNS server for the zone {@code mesos}. */
@CommandLine.Command(
    name = "serve",
    description = {
      "Answer DNS queries for the zone mesos, over UDP and TCP, until Ctrl-C.",
      "Prints \"ready\" when it answers. A change of the state is served without a restart; a state",
      "that cannot be used changes nothing."
    })
public final class DnsServeCommand implements Command {

  /** How long the first state may take before names are answered without it. */
  private static final Duration FIRST_STATE = Duration.ofSeconds(5);

  private static final long MOST_WORKERS = 1024;

  private static final Duration PAUSE = Duration.ofMillis(20);

  @Option(
      names = "--listen",
      paramLabel = "ADDR:PORT",
      arity = "1..*",
      description = "Where to listen, each for UDP and TCP; port 0 takes a free one.")
  List<String> listen = List.of();

  @Option(
      names = "--mesos-state",
      paramLabel = "FILE|URL",
      description = "What a Mesos master answers at /master/state, or a master, http://IP:5050.")
  @Nullable String mesosState;

  @Option(
      names = "--mesos-dns-config",
      paramLabel = "FILE",
      description = "Configuration file of Mesos-DNS; read once.")
  @Nullable String mesosDnsConfig;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that answer; without: one per processor.")
  @Nullable String workers;

  @Override
  public int run(Arguments arguments, Console console) {
    List<HostPort> addresses = addresses(arguments);
    Path configFile =
        arguments
            .<Path>optional(
                "--mesos-dns-config", mesosDnsConfig, Arguments.file(), "a readable file")
            .get();
    List<IpAddress> own = addresses.stream().map(HostPort::address).distinct().toList();
    MesosDnsConfig config = DnsConfigInput.read(configFile, own, arguments, console);
    boolean url = mesosState != null && mesosState.matches("(?i)https?://.*");
    URI master =
        url ? arguments.requiredOrNull("--mesos-state", mesosState, URI::create, "a URL") : null;
    Path file =
        url
            ? null
            : arguments.requiredOrNull(
                "--mesos-state", mesosState, Arguments.file(), "a readable file, or a URL");
    Long threads =
        arguments
            .<Long>optional(
                "--workers", workers, Arguments.numberFrom(1, MOST_WORKERS), "1-" + MOST_WORKERS)
            .get();
    arguments.check();
    NetRuntime.Builder runtime = NetRuntime.builder();
    if (threads != null) {
      runtime.ioThreads(threads.intValue());
    }
    try (Interruption interruption = Interruption.expected();
        NetRuntime net = runtime.build()) {
      if (master != null) {
        MesosStateSource source =
            MesosStateSource.builder(net.scheduler(), net.executor(), net.random())
                .master(master)
                .refresh(Duration.ofSeconds(config.refreshSeconds()))
                .metrics(net.metrics())
                .build();
        serve(net, source, source, addresses, config, interruption, console);
      } else {
        StateFileSource source =
            StateFileSource.builder(Objects.requireNonNull(file), net.scheduler(), net.executor())
                .metrics(net.metrics())
                .build();
        serve(net, source, source, addresses, config, interruption, console);
      }
      return ExitCode.OK;
    }
  }

  private List<HostPort> addresses(Arguments arguments) {
    List<HostPort> addresses = new ArrayList<>();
    if (listen.isEmpty()) {
      arguments.problem("--listen: missing (expected: ADDR:PORT, such as 127.0.0.1:5353)");
    }
    for (String text : listen) {
      HostPort address =
          arguments.<HostPort>optional("--listen", text, HostPort::parse, "ADDR:PORT").get();
      if (address != null) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private static void serve(
      NetRuntime net,
      ClusterSource source,
      Lifecycle life,
      List<HostPort> addresses,
      MesosDnsConfig config,
      Interruption interruption,
      Console console) {
    MesosZone zone = MesosZone.of(source, config);
    DnsServer server =
        DnsServer.builder(net).listen(addresses.toArray(HostPort[]::new)).zone(zone).build();
    net.startAll(life, server);
    long tell = net.time().nanos() + FIRST_STATE.toNanos();
    boolean told = false;
    while (zone.snapshot() == null) {
      if (interruption.await(PAUSE)) {
        return;
      }
      if (!told && net.time().nanos() > tell) {
        console
            .err()
            .println("dcos-net: no state yet, names are answered with SERVFAIL until then");
        told = true;
      }
    }
    server
        .localAddresses()
        .forEach(address -> console.err().println("dcos-net: listening on " + address));
    console.line("ready");
    interruption.await();
  }
}
