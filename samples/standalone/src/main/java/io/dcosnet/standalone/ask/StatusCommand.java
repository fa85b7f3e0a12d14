// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code dcos-net status}: a running node on one screen. */
@CommandLine.Command(
    name = "status",
    description = {
      "Show how a running node is: its zones, its sources, and what fails.",
      "The exit code is 0 when the node is ready and 1 when it is not."
    })
public final class StatusCommand implements Command {

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    JsonNode status = node.get().json("/v1/status");
    if (admin.json) {
      console.json(status);
    } else {
      StatusText.of(status).forEach(console::line);
    }
    return status.path("ready").asBoolean() ? ExitCode.OK : ExitCode.DIFFERENCE;
  }
}
