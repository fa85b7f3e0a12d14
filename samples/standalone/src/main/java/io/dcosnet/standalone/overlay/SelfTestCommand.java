// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Capability;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.overlay.apply.NetlinkConfig;
import io.dcosnet.overlay.apply.NetlinkHostNetwork;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.cli.Logs;
import io.dcosnet.standalone.cli.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net overlay self-test}: whether overlays work on this machine. */
@CommandLine.Command(
    name = "self-test",
    description = {
      "Try overlays on this machine, with hosts and containers that are network namespaces: a line",
      "for each check with its time. Touches nothing of the machine's own network and leaves",
      "nothing behind. Needs root; ends with 1 when a check fails."
    })
public final class SelfTestCommand implements Command {

  private static final List<Feature> NEEDED =
      List.of(
          Feature.NETWORK_ADMIN,
          Feature.NAMESPACES,
          Feature.VETH_LINKS,
          Feature.BRIDGES,
          Feature.VXLAN_LINKS);

  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int FEWEST = 2;
  private static final int MOST = 8;

  @Option(names = "--hosts", paramLabel = "N", description = "How many hosts, 2-8; without: 2.")
  @Nullable String hosts;

  @Override
  public int run(Arguments arguments, Console console) {
    long count =
        Objects.requireNonNullElse(
            arguments
                .<Long>optional(
                    "--hosts", hosts, Arguments.numberFrom(FEWEST, MOST), FEWEST + "-" + MOST)
                .get(),
            (long) FEWEST);
    arguments.check();
    String lacks =
        lacks(Capabilities.probe()).map(Capability::toString).collect(Collectors.joining("; "));
    if (!lacks.isEmpty()) {
      throw CommandFailure.environment(
          "the self test cannot run here: " + lacks + " (run it as root)", null);
    }
    Logs.warningsOnly();
    TimeSource time = TimeSource.system();
    try (Interruption interruption = Interruption.expected()) {
      Steps steps = new Steps(console, time, interruption, LONGEST);
      try (OverlaySelfTest test =
          new OverlaySelfTest(Math.toIntExact(count), () -> network(time), steps)) {
        test.run();
      }
      console.line(steps.summary());
      return steps.allHeld() ? ExitCode.OK : ExitCode.DIFFERENCE;
    }
  }

  private static HostNetwork network(TimeSource time) {
    return new NetlinkHostNetwork(
        time, new SplittableRandom(), MetricsSink.none(), NetlinkConfig.DEFAULT);
  }

  private static Stream<Capability> lacks(Capabilities all) {
    return NEEDED.stream().map(all::get).filter(one -> !one.isThere());
  }
}
