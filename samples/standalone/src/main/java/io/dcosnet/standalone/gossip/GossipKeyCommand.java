// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net gossip key}: a new key. */
@CommandLine.Command(
    name = "key",
    description = {
      "Print a new random key for the members of a cluster, as a key file holds it.",
      "All members need the same: umask 077; dcos-net gossip key > gossip.key"
    })
public final class GossipKeyCommand implements Command {

  @Option(
      names = "--id",
      paramLabel = "N",
      description = "Number of the key, 1-255, which members name it by; without: 1.")
  @Nullable String id;

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<@Nullable Long> number =
        arguments.<Long>optional("--id", id, Arguments.numberFrom(1, 255), "1-255");
    arguments.check();
    Long given = number.get();
    int chosen = given == null ? 1 : given.intValue();
    console.line(GossipKey.generate(chosen, new SecureRandom()).text());
    return ExitCode.OK;
  }
}
