// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cleanup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.lb.DataPathProvider;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.config.NodeConfig;
import io.dcosnet.standalone.config.ResolvConfConfig;
import io.dcosnet.standalone.setup.NodeLeftovers;
import io.dcosnet.standalone.setup.OverlayLeftovers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net cleanup}: nothing of ours stays in the kernel. */
@CommandLine.Command(
    name = "cleanup",
    description = {
      "Remove what dcos-net left in this network namespace and in resolv.conf, and nothing else.",
      "Prints what was removed, one object a line. Stop what runs before: it would put back",
      "what it misses. Needs root."
    })
public final class CleanupCommand implements Command {

  @Option(names = "--json", description = "One JSON object instead of text.")
  boolean json;

  @Option(
      names = "--resolv-conf",
      paramLabel = "FILE",
      description = "What is put back to what it was, if it is ours; without: /etc/resolv.conf.")
  @Nullable String resolvConf;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "node.dataDir of the node that wrote that file; without: /var/lib/dcos-net.")
  @Nullable String dataDirectory;

  @Override
  public int run(Arguments arguments, Console console) {
    arguments.check();
    var right = Capabilities.probe().get(Feature.NETWORK_ADMIN);
    if (!right.isThere()) {
      throw CommandFailure.environment(
          "cleanup cannot change the network: "
              + right.answer()
              + " (run it as root, or with CAP_NET_ADMIN)",
          null);
    }
    Sweep sweep = new Sweep();
    try (NetRuntime net = NetRuntime.create()) {
      paths().forEach((kind, path) -> sweep.of(kind, () -> path.create(net).cleanup()));
    }
    Path file = resolvConf == null ? ResolvConfConfig.FILE : Path.of(resolvConf);
    Path data = dataDirectory == null ? NodeConfig.DEFAULT_DATA_DIRECTORY : Path.of(dataDirectory);
    // Before the device, so that no program asks addresses that are gone.
    sweep.of("resolv.conf", () -> NodeLeftovers.removeResolvConf(file, data));
    sweep.of("node device", NodeLeftovers::removeDevice);
    sweep.of("overlay", OverlayLeftovers::remove);
    tell(sweep, console);
    return sweep.failures().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCE;
  }

  private static Map<String, DataPathProvider> paths() {
    Map<String, DataPathProvider> all = new LinkedHashMap<>();
    all.put(DataPaths.SOCKET, DataPaths.socket());
    all.put(DataPaths.NFTABLES, DataPaths.nftables());
    all.put(DataPaths.IPVS, DataPaths.ipvs());
    all.put("routes", DataPaths.routedUserspace(ProxyConfig.defaults()));
    return all;
  }

  private void tell(Sweep sweep, Console console) {
    sweep
        .failures()
        .forEach(
            (kind, reason) -> console.err().println("dcos-net: " + kind + " stays: " + reason));
    if (json) {
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      sweep.removed().forEach(all.putArray("removed")::add);
      ObjectNode failed = all.putObject("failed");
      sweep.failures().forEach(failed::put);
      console.json(all);
    } else if (sweep.removed().isEmpty() && sweep.failures().isEmpty()) {
      console.line("nothing of dcos-net is here");
    } else {
      sweep.removed().forEach(line -> console.line("removed " + line));
    }
  }
}
