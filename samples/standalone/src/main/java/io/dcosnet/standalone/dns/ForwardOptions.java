// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.standalone.cli.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who is asked about names outside the zones; options of {@code dcos-net dns serve}. */
final class ForwardOptions {

  private static final String POLICIES =
      Arrays.stream(Policy.values()).map(Policy::toString).collect(Collectors.joining(", "));

  /** Stands for the servers of {@code /etc/resolv.conf}. */
  private static final String SYSTEM = "system";

  private static final String SERVER = "ADDR, ADDR:PORT, ADDR:PORT/tcp or ADDR:PORT/tls#NAME";

  @Option(
      names = "--forward",
      paramLabel = "SERVER",
      arity = "1..*",
      description =
          "Who is asked about names that no zone has: "
              + SERVER
              + ", or system for those of /etc/resolv.conf, which is watched.")
  List<String> servers = List.of();

  @Option(
      names = "--zone-forward",
      paramLabel = "SUFFIX=SERVER[,SERVER]",
      arity = "1..*",
      description = "Who is asked instead about one name and all below it.")
  List<String> zones = List.of();

  @Option(
      names = "--policy",
      paramLabel = "WORD",
      description =
          "In which order they are asked: all, dual, dual-hedged, fastest, round-robin, random or"
              + " sequential; without: dual-hedged.")
  @Nullable String policy;

  @Option(
      names = "--cache",
      paramLabel = "on|off",
      description = "Whether their answers are kept; without: on.")
  @Nullable String cache;

  /** Whether anybody is to be asked. */
  boolean isGiven() {
    return !servers.isEmpty() || !zones.isEmpty();
  }

  /** What the options say; null when nobody is to be asked. */
  @Nullable ForwardWish wish(Arguments arguments) {
    Policy given =
        arguments
            .<Policy>optional("--policy", policy, ForwardOptions::policy, "one of " + POLICIES)
            .get();
    Boolean kept =
        arguments.<Boolean>optional("--cache", cache, ForwardOptions::isOn, "on or off").get();
    if (!isGiven()) {
      onlyBesideServers("--policy", policy, arguments);
      onlyBesideServers("--cache", cache, arguments);
      return null;
    }
    return new ForwardWish(
        servers(arguments),
        servers.contains(SYSTEM),
        given == null ? Policy.DEFAULT : given,
        zones(arguments),
        kept == null || kept);
  }

  private static void onlyBesideServers(
      String option, @Nullable String value, Arguments arguments) {
    if (value != null) {
      arguments.problem(option + ": " + value + " (expected: beside --forward or --zone-forward)");
    }
  }

  private List<Upstream> servers(Arguments arguments) {
    List<Upstream> read = new ArrayList<>();
    for (String text : servers) {
      Upstream server =
          text.equals(SYSTEM)
              ? null
              : arguments
                  .<Upstream>optional("--forward", text, Upstream::parse, SERVER + ", or system")
                  .get();
      if (server != null) {
        read.add(server);
      }
    }
    return read;
  }

  private Map<DomainName, List<Upstream>> zones(Arguments arguments) {
    Map<DomainName, List<Upstream>> routes = new LinkedHashMap<>();
    for (String text : zones) {
      var route =
          arguments
              .<Map.Entry<DomainName, List<Upstream>>>optional(
                  "--zone-forward",
                  text,
                  ForwardOptions::zone,
                  "SUFFIX=SERVER[,SERVER], each " + SERVER)
              .get();
      if (route != null && routes.put(route.getKey(), route.getValue()) != null) {
        arguments.problem("--zone-forward: " + text + " (expected: each name once)");
      }
    }
    return routes;
  }

  private static Map.Entry<DomainName, List<Upstream>> zone(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(text);
    }
    DomainName suffix = DomainName.parse(text.substring(0, equals)).toLowerCase();
    if (suffix.isRoot()) { // that is --forward
      throw new IllegalArgumentException(text);
    }
    List<Upstream> servers = new ArrayList<>();
    for (String server : text.substring(equals + 1).split(",", -1)) {
      servers.add(Upstream.parse(server));
    }
    return Map.entry(suffix, List.copyOf(servers));
  }

  private static Policy policy(String text) {
    return Policy.tryParse(text).orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static boolean isOn(String text) {
    return switch (text) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }
}
