// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * {@code dcos-net warm-up}: loads what the other commands load and ends, so that an archive of
 * their classes can be made. Called by the script only.
 */
@CommandLine.Command(name = "warm-up", hidden = true)
public final class WarmUpCommand implements Command {

  @Override
  public int run(Arguments arguments, Console console) {
    arguments.check();
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console silent = new Console(nowhere, nowhere, false);
    Main.run(silent, "vip", "address", "web.marathon");
    return Main.run(silent, "demo", "--check");
  }
}
