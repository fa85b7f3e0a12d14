// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dcos-net explain vip}: why a VIP is as it is on a node. */
@CommandLine.Command(
    name = "vip",
    description = {
      "Say why a VIP is as it is on a node: from the labels of tasks over what all nodes told, its",
      "address and who gets connections, to its last changes here and on the other nodes. Ends with",
      "1 for one that is not there."
    })
public final class ExplainVipCommand implements Command {

  @Parameters(
      paramLabel = "VIP",
      arity = "0..1",
      description = "Such as web.marathon:80, 198.51.100.7:53/udp.")
  @Nullable String vip;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<String> asked =
        arguments.required(
            "VIP", vip, ExplainVipCommand::path, "NAME:PORT or ADDR:PORT, then /tcp or /udp");
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    String path = "/v1/explain/vip/" + asked.get();
    JsonNode explained = node.get().json(path);
    if (admin.json) {
      console.json(explained);
    } else {
      console.line(node.get().text(path + "?format=text").body().stripTrailing());
    }
    boolean isThere =
        Stream.of("published", "told", "serving")
            .anyMatch(layer -> !explained.path(layer).isEmpty());
    return isThere ? ExitCode.OK : ExitCode.DIFFERENCE;
  }

  /** As a part of a path: the slash before the protocol stays. */
  private static String path(String text) {
    if (!text.matches("\\S+:[0-9]{1,5}(/(tcp|udp))?")) {
      throw new IllegalArgumentException(text);
    }
    return Arrays.stream(text.split("/", -1))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8))
        .collect(Collectors.joining("/"));
  }
}
