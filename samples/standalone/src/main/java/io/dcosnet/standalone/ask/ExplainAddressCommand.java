// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code dcos-net explain address}: whose an address of an overlay is, and how packets get there.
 */
@CommandLine.Command(
    name = "address",
    description = {
      "Say whose an address of an overlay is, and how packets get there: on an agent which host has",
      "it and whether its kernel knows the way, on a master who was given it, or why nobody was.",
      "Ends with 1 for one that is of no overlay."
    })
public final class ExplainAddressCommand implements Command {

  @Parameters(paramLabel = "ADDRESS", arity = "0..1", description = "Such as 9.0.1.2.")
  @Nullable String address;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<IpAddress> asked =
        arguments.required("ADDRESS", address, IpAddress::parse, "an IP address");
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    String path = "/v1/explain/address/" + asked.get();
    JsonNode explained = node.get().json(path);
    if (admin.json) {
      console.json(explained);
    } else {
      console.line(node.get().text(path + "?format=text").body().stripTrailing());
    }
    return explained.path("known").asBoolean() ? ExitCode.OK : ExitCode.DIFFERENCE;
  }
}
