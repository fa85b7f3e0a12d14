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
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net cleanup}: nothing of ours stays in the kernel. */
@CommandLine.Command(
    name = "cleanup",
    description = {
      "Remove what dcos-net left in the kernel of this network namespace, and nothing else.",
      "Prints what was removed, one object a line. Stop what runs before: it would put back",
      "what it misses. Needs root."
    })
public final class CleanupCommand implements Command {

  @Option(names = "--json", description = "One JSON object instead of text.")
  boolean json;

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
