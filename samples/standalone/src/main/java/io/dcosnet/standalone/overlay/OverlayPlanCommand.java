// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.Bytes;
import io.dcosnet.overlay.OverlayPlan;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net overlay plan}: what agents get that register one after the other. */
@CommandLine.Command(
    name = "plan",
    description = {
      "Print what a number of agents get of the overlays of a configuration.",
      "The same file, number and seed give the same output. One JSON object."
    })
public final class OverlayPlanCommand implements Command {

  private static final long MOST_AGENTS = OverlayPlan.MAX_AGENTS;

  @Option(
      names = "--network",
      paramLabel = "FILE",
      description = "Network configuration, JSON with the field names of DC/OS.")
  @Nullable String network;

  @Option(names = "--agents", paramLabel = "N", description = "How many agents register.")
  @Nullable String agents;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Order in which the agents register; 0, the default, is by number.")
  @Nullable String seed;

  @Override
  public int run(Arguments arguments, Console console) {
    Path file = arguments.requiredOrNull("--network", network, Arguments.file(), "a readable file");
    Supplier<Long> count =
        arguments.required(
            "--agents", agents, Arguments.numberFrom(1, MOST_AGENTS), "1-" + MOST_AGENTS);
    Long chance = arguments.<Long>optional("--seed", seed, Long::valueOf, "a number").get();
    Optional<NetworkConfig> config =
        file == null ? Optional.empty() : read(file, arguments, console);
    arguments.check();
    int wanted = Math.toIntExact(count.get());
    long order = Objects.requireNonNullElse(chance, 0L);
    console.line(OverlayPlan.of(config.orElseThrow(), wanted, order).toJson());
    return ExitCode.OK;
  }

  private static Optional<NetworkConfig> read(Path file, Arguments arguments, Console console) {
    try {
      ConfigCheck check = NetworkConfig.check(Bytes.copyOf(Files.readAllBytes(file)));
      check.problems().forEach(problem -> arguments.problem(file + ": " + problem));
      check.warnings().forEach(w -> console.err().println("dcos-net: " + file + ": " + w));
      return check.config();
    } catch (IOException e) {
      arguments.problem(file + ": cannot be read: " + e.getMessage());
      return Optional.empty();
    }
  }
}
