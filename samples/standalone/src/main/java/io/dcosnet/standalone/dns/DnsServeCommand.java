// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code dcos-net dns serve}: a DNS server for the zone {@code mesos}, for zone files, and for what
 * other servers know.
 */
@CommandLine.Command(
    name = "serve",
    description = {
      "Answer DNS queries for the zone mesos, for zones from files, and for other",
      "names by asking other servers, over UDP, TCP, TLS and HTTPS, until Ctrl-C.",
      "Prints \"ready\" when it answers. A change of a state or a file is served",
      "without a restart; one that cannot be used changes nothing. Only clients with",
      "addresses of this host, private or link-local ones may have others asked."
    })
public final class DnsServeCommand implements Command {

  /** How long the first records may take before somebody should know. */
  private static final Duration FIRST_RECORDS = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(20);

  @Mixin SocketOptions sockets = new SocketOptions();

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
      names = "--zone-file",
      paramLabel = "ORIGIN=FILE",
      arity = "1..*",
      description = "A further zone from a master file (RFC 1035), such as example.org=zone.txt.")
  List<String> zoneFiles = List.of();

  @Option(
      names = "--http",
      paramLabel = "ADDR:PORT",
      description =
          "Where to tell names over HTTP: as Mesos-DNS does, and as the admin server of a node at"
              + " /v1/records, /v1/zones, /v1/names and /v1/explain; figures at /metrics.")
  @Nullable String http;

  @Mixin ForwardOptions forward = new ForwardOptions();

  @Option(
      names = "--query-log",
      paramLabel = "1/N",
      description = "Log one query of so many, 1/1 for all; without: none.")
  @Nullable String queryLog;

  @Override
  public int run(Arguments arguments, Console console) {
    ServeWish wish = wish(arguments, console);
    arguments.check();
    PrometheusMetrics metrics = new PrometheusMetrics();
    NetRuntime.Builder runtime = NetRuntime.builder().metrics(metrics);
    Integer threads = wish.sockets().workers();
    if (threads != null) {
      runtime.ioThreads(threads);
    }
    try (Interruption interruption = Interruption.expected();
        NetRuntime net = runtime.build()) {
      serve(service(wish, net, metrics), net, interruption, console);
      return ExitCode.OK;
    }
  }

  private ServeWish wish(Arguments arguments, Console console) {
    SocketWish places = sockets.wish(arguments);
    Path configFile =
        arguments
            .<Path>optional(
                "--mesos-dns-config", mesosDnsConfig, Arguments.file(), "a readable file")
            .get();
    List<IpAddress> own = places.listen().stream().map(HostPort::address).distinct().toList();
    MesosDnsSettings settings = DnsConfigInput.read(configFile, own, true, arguments, console);
    boolean url = mesosState != null && mesosState.matches("(?i)https?://.*");
    if (mesosState == null && zoneFiles.isEmpty() && !forward.isGiven()) {
      arguments.problem(
          "--mesos-state: missing (expected: a readable file, or a URL, or --zone-file, or"
              + " --forward)");
    }
    if (mesosState == null && mesosDnsConfig != null) {
      arguments.problem(
          "--mesos-dns-config: " + mesosDnsConfig + " (expected: beside --mesos-state)");
    }
    return new ServeWish(
        places,
        url
            ? arguments.<URI>optional("--mesos-state", mesosState, URI::create, "a URL").get()
            : null,
        url
            ? null
            : arguments
                .<Path>optional(
                    "--mesos-state", mesosState, Arguments.file(), "a readable file, or a URL")
                .get(),
        settings,
        zoneFiles(arguments),
        forward.wish(arguments),
        arguments.<QueryLog>optional("--query-log", queryLog, DnsServeCommand::log, "1/N").get(),
        arguments.<HostPort>optional("--http", http, HostPort::parse, "ADDR:PORT").get());
  }

  private Map<DomainName, Path> zoneFiles(Arguments arguments) {
    Map<DomainName, Path> files = new LinkedHashMap<>();
    for (String text : zoneFiles) {
      var read =
          arguments
              .<Map.Entry<DomainName, Path>>optional(
                  "--zone-file", text, DnsServeCommand::zoneFile, "ORIGIN=FILE, a readable one")
              .get();
      if (read != null && files.put(read.getKey(), read.getValue()) != null) {
        arguments.problem("--zone-file: " + text + " (expected: each zone once)");
      }
    }
    return files;
  }

  private static Map.Entry<DomainName, Path> zoneFile(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(text);
    }
    DomainName origin = DomainName.parse(text.substring(0, equals)).toLowerCase();
    return Map.entry(origin, Arguments.file().apply(text.substring(equals + 1)));
  }

  private static QueryLog log(String text) {
    if (!text.startsWith("1/")) {
      throw new IllegalArgumentException(text);
    }
    return QueryLog.toLogger(Integer.parseInt(text.substring(2)), false);
  }

  private static NameService service(ServeWish wish, NetRuntime net, PrometheusMetrics metrics) {
    try {
      return new NameService(wish, net, metrics);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()).lines().toList());
    }
  }

  private static void serve(
      NameService service, NetRuntime net, Interruption interruption, Console console) {
    service.start(net);
    long tell = net.time().nanos() + FIRST_RECORDS.toNanos();
    boolean told = false;
    while (!service.waiting().isEmpty()) {
      if (interruption.await(PAUSE)) {
        return;
      }
      if (!told && net.time().nanos() > tell) {
        console
            .err()
            .println(
                "dcos-net: no records yet, names are answered with SERVFAIL until then: "
                    + service.waiting());
        told = true;
      }
    }
    service.listening().forEach(line -> console.err().println("dcos-net: " + line));
    console.line("ready");
    interruption.await();
  }
}
