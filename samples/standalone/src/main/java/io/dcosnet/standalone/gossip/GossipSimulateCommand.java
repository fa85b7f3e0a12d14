// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static java.util.Objects.requireNonNullElse;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.gossip.sim.Scenario;
import io.dcosnet.gossip.sim.ScenarioResult;
import io.dcosnet.gossip.sim.ScenarioSetup;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net gossip simulate}: a whole cluster in virtual time. */
@CommandLine.Command(
    name = "simulate",
    description = {
      "Simulate a cluster in virtual time, let something befall it, and print what came of it.",
      "The same seed gives the same run. The exit code is 1 when something that must always",
      "hold did not."
    })
public final class GossipSimulateCommand implements Command {

  /** A person who waits longer than this should see that something goes on. */
  private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(10);

  /** Each node has a place for each in its table. */
  private static final long OCTETS_PER_PLACE = 20;

  /** What else a node has; a gigabyte for 10 000. */
  private static final long OCTETS_PER_NODE = 100_000;

  private static final long MOST_NODES = 60_000;
  private static final long MOST_MINUTES = 24 * 60;

  private static final String SCENARIOS =
      Arrays.stream(Scenario.values()).map(Scenario::text).collect(Collectors.joining(", "));

  @Option(names = "--nodes", paramLabel = "N", description = "How many; at least 3.")
  @Nullable String nodes;

  @Option(names = "--seed", paramLabel = "S", description = "Of all chance; without: 1.")
  @Nullable String seed;

  @Option(
      names = "--scenario",
      paramLabel = "SCENARIO",
      description =
          "What befalls it: crash, host-gone, leave, join, start, mass-restart, partition, loss or"
              + " pauses.")
  @Nullable String scenario;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "How long a partition, loss or pauses last.")
  @Nullable String minutes;

  @Option(
      names = "--keys",
      paramLabel = "K",
      description = "Give each node a replicated store, and let random nodes write so many keys.")
  @Nullable String keys;

  @Option(names = "--no-links", description = "Without the links of the rings.")
  boolean noLinks;

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<Long> count =
        arguments.required(
            "--nodes", nodes, Arguments.numberFrom(3, MOST_NODES), "3-" + MOST_NODES);
    Supplier<@Nullable Long> chance =
        arguments.<Long>optional("--seed", seed, Long::valueOf, "a whole number");
    Supplier<Scenario> befalls =
        arguments.required("--scenario", scenario, Scenario::parse, SCENARIOS);
    Supplier<@Nullable Long> length =
        arguments.<Long>optional(
            "--minutes", minutes, Arguments.numberFrom(1, MOST_MINUTES), "1-" + MOST_MINUTES);
    Supplier<@Nullable Long> written =
        arguments.<Long>optional(
            "--keys",
            keys,
            Arguments.numberFrom(0, ScenarioSetup.MAX_KEYS),
            "0-" + ScenarioSetup.MAX_KEYS);
    arguments.check();
    int stored = Math.toIntExact(requireNonNullElse(written.get(), 0L));
    checkHeap(count.get(), Runtime.getRuntime().maxMemory());
    ScenarioSetup setup =
        ScenarioSetup.of(
            befalls.get(), Math.toIntExact(count.get()), requireNonNullElse(chance.get(), 1L));
    Long given = length.get();
    if (given != null) {
      setup = setup.withLength(Duration.ofMinutes(given));
    }
    setup = setup.withKeys(stored);
    ScenarioResult result = run(noLinks ? setup.withoutLinks() : setup, console);
    console.line(result.toJson());
    result.violations().forEach(line -> console.err().println("dcos-net: violated: " + line));
    return result.violations().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCE;
  }

  /**
   * Better no start than an end in the middle.
   *
   * @param heap octets that there may be
   */
  static void checkHeap(long nodes, long heap) {
    long needed = nodes * nodes * OCTETS_PER_PLACE + nodes * OCTETS_PER_NODE;
    if (heap < needed) {
      throw CommandFailure.environment(
          "--nodes: "
              + nodes
              + " need a heap of about "
              + mebibytes(needed)
              + " MB, and there are "
              + mebibytes(heap)
              + " (start with DCOS_NET_JAVA_OPTS=-Xmx"
              + mebibytes(needed * 2)
              + "m, or simulate fewer)",
          null);
    }
  }

  private static long mebibytes(long octets) {
    return (octets >> 20) + 1;
  }

  private static ScenarioResult run(ScenarioSetup setup, Console console) {
    try (NetRuntime net = NetRuntime.create()) {
      long begun = net.time().nanos();
      sign(net.scheduler(), begun, console);
      return setup.run();
    }
  }

  /** Goes on until the runtime ends. */
  private static void sign(Scheduler scheduler, long begun, Console console) {
    scheduler.schedule(
        BETWEEN_SIGNS,
        () -> {
          long seconds = (scheduler.time().nanos() - begun) / 1_000_000_000;
          console.err().println("dcos-net: simulating, " + seconds + " s so far");
          sign(scheduler, begun, console);
        });
  }
}
