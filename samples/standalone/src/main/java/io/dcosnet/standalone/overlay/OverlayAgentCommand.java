// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.apply.NetlinkConfig;
import io.dcosnet.overlay.apply.NetlinkHostNetwork;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.HostPlan;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.exchange.PeerScope;
import io.dcosnet.overlay.exchange.PeerTable;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.LinkCodec;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net overlay agent --dry-run}: what an agent would do on this host. */
@CommandLine.Command(
    name = "agent",
    description = {
      "Say what an agent would change on this host now, one step a line, and do nothing: from what",
      "it keeps on its disk and what the kernel holds. Ends with 1 when something is to be done.",
      "The agent itself is a part of dcos-net agent."
    })
public final class OverlayAgentCommand implements Command {

  @Option(names = "--dry-run", description = "The only way to call it.")
  boolean dryRun;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "node.dataDir of the agent; without: /var/lib/dcos-net.")
  @Nullable String dataDirectory;

  @Option(
      names = "--address",
      paramLabel = "IP",
      description = "Of this host; without: the one that the master knows.")
  @Nullable String address;

  @Override
  public int run(Arguments arguments, Console console) {
    if (!dryRun) {
      arguments.problem("--dry-run: missing (expected: it, or dcos-net agent)");
    }
    @Nullable IpAddress here =
        arguments
            .<IpAddress>optional("--address", address, IpAddress::parse, "an IP address")
            .get();
    arguments.check();
    Path data = dataDirectory == null ? NodeConfig.DEFAULT_DATA_DIRECTORY : Path.of(dataDirectory);
    List<String> steps =
        new NetlinkHostNetwork(
                TimeSource.system(),
                new SplittableRandom(),
                MetricsSink.none(),
                NetlinkConfig.DEFAULT)
            .plan(desired(data.resolve("overlay"), here));
    steps.forEach(console::line);
    if (steps.isEmpty()) {
      console.line("# this host holds all that it should");
    }
    return steps.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCE;
  }

  private static DesiredState desired(Path folder, @Nullable IpAddress here) {
    Path file = folder.resolve("assignment.json");
    try {
      Assignment assignment = LinkCodec.decodeAssignment(Bytes.copyOf(Files.readAllBytes(file)));
      IpAddress local = Objects.requireNonNullElse(here, assignment.record().ip());
      return HostPlan.of(
          assignment,
          local,
          Wants.EVERYTHING,
          OptionalInt.empty(),
          peers(folder.resolve("peers"), assignment, local).peers());
    } catch (IOException e) {
      throw CommandFailure.environment(
          file + ": cannot be read: " + e.getMessage() + " (has an agent registered here?)", e);
    } catch (DecodeException e) {
      throw CommandFailure.refused(file + ": " + e.getMessage());
    }
  }

  private static PeerTable peers(Path file, Assignment assignment, IpAddress local)
      throws IOException {
    PeerTable table =
        PeerTable.empty(assignment.record().agent()).scoped(PeerScope.of(assignment, local));
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int blank = line.indexOf(' ');
        if (blank < 0) {
          throw new DecodeException("peers: no blank (expected: an id and what it has)", 0);
        }
        table =
            table.remembering(
                PeerEntry.decode(
                    NodeId.parse(line.substring(0, blank)), Bytes.utf8(line.substring(blank + 1))));
      }
    }
    return table;
  }
}
