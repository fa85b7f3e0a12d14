// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.cli.Logs;
import io.dcosnet.standalone.cli.Steps;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net demo}: a cluster to look at. */
@CommandLine.Command(
    name = "demo",
    description = {
      "Run a whole cluster on this machine, without root.",
      "A master, three agents on loopback addresses and some tasks, with DNS servers and"
          + " virtual addresses of their own."
    })
public final class DemoCommand implements Command {

  private static final long LONGEST_SECONDS = 365L * 24 * 3600;

  @Option(
      names = "--check",
      description = "Try everything that the demo claims, print a line for each, and end.")
  boolean check;

  @Option(
      names = "--processes",
      description = "A process for each member, with nothing shared but sockets.")
  boolean processes;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      description = "End by itself after this time; with --check, fail what has not held by then.")
  @Nullable String duration;

  @Override
  public int run(Arguments arguments, Console console) {
    Duration longest =
        Duration.ofSeconds(
            Objects.requireNonNullElse(
                arguments
                    .<Long>optional(
                        "--duration",
                        duration,
                        Arguments.numberFrom(1, LONGEST_SECONDS),
                        "seconds, 1-" + LONGEST_SECONDS)
                    .get(),
                LONGEST_SECONDS));
    arguments.check();
    Logs.warningsOnly();
    TimeSource time = TimeSource.system();
    return processes ? runProcesses(console, time, longest) : runHere(console, time, longest);
  }

  private int runHere(Console console, TimeSource time, Duration longest) {
    try (Interruption interruption = Interruption.expected();
        DemoCluster cluster = new DemoCluster()) {
      long begin = time.nanos();
      cluster.start();
      if (check) {
        Steps steps = new Steps(console, time, interruption, longest);
        new DemoCheck(cluster, steps).run();
        console.line(steps.summary());
        return steps.allHeld() ? ExitCode.OK : ExitCode.DIFFERENCE;
      }
      new DemoShow(cluster, console, time, begin).run(interruption, longest);
      return ExitCode.OK;
    }
  }

  private int runProcesses(Console console, TimeSource time, Duration longest) {
    try (Interruption interruption = Interruption.expected();
        ProcessCluster cluster = new ProcessCluster()) {
      long begin = time.nanos();
      Steps steps = new Steps(console, time, interruption, longest);
      if (!check) {
        cluster.start();
        new ProcessShow(cluster, console, time, begin).run(interruption, longest);
        return ExitCode.OK;
      }
      steps.act("a master and " + ProcessCluster.AGENTS + " agents start", cluster::start);
      new ProcessCheck(cluster, steps).run();
      console.line(steps.summary());
      return steps.allHeld() ? ExitCode.OK : ExitCode.DIFFERENCE;
    }
  }
}
