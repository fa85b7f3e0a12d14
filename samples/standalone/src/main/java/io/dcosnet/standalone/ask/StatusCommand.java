// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dcos-net status}: a running node on one screen. */
@CommandLine.Command(
    name = "status",
    description = {
      "Show how a running node is: its zones, its sources, and what fails.",
      "The exit code is 0 when the node is ready and 1 when it is not."
    })
public final class StatusCommand implements Command {

  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Cursor to the corner, the rest of the screen empty. */
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Option(names = "--watch", description = "Show it again every 2 seconds, until Ctrl-C.")
  boolean watch;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    if (!watch) {
      return show(node.get(), console);
    }
    try (Interruption interruption = Interruption.expected()) {
      do {
        showWhatThereIs(node.get(), console);
      } while (!interruption.await(PAUSE));
    }
    return ExitCode.OK;
  }

  /** A node that is away may come back, so watching goes on. */
  private void showWhatThereIs(AdminClient node, Console console) {
    if (console.terminal() && !admin.json) {
      console.out().print(CLEAR);
    }
    try {
      show(node, console);
    } catch (CommandFailure e) {
      console.err().println("dcos-net: " + e.reason());
    }
  }

  private int show(AdminClient node, Console console) {
    JsonNode status = node.json("/v1/status");
    if (admin.json) {
      console.json(status);
    } else {
      StatusText.of(status).forEach(console::line);
    }
    return status.path("ready").asBoolean() ? ExitCode.OK : ExitCode.DIFFERENCE;
  }
}
