// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dcos-net explain key}: what a node's copy of the store holds under a key, and whose. */
@CommandLine.Command(
    name = "key",
    description = {
      "Say what a node has under a key of the replicated store: the value, who wrote it and when,",
      "whether that node lives, and which replicas are known to have it."
    })
public final class ExplainKeyCommand implements Command {

  @Parameters(paramLabel = "KEY", arity = "0..1", description = "Such as facts/head/ID.")
  @Nullable String key;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<String> asked = arguments.required("KEY", key, ExplainKeyCommand::path, "a key");
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    JsonNode answer =
        node.get().json("/v1/gossip/store/keys/" + asked.get() + "/why", "no key " + key);
    if (admin.json) {
      console.json(answer);
    } else {
      text(answer).forEach(console::line);
    }
    return ExitCode.OK;
  }

  /** As a part of a path: slashes stay. */
  private static String path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(text);
    }
    return Arrays.stream(text.split("/", -1))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /** As a person reads it. */
  static List<String> text(JsonNode answer) {
    List<String> lines = new ArrayList<>();
    lines.add(answer.path("key").asText());
    lines.add(
        answer.has("owner")
            ? "  of %s, %s since %s"
                .formatted(
                    answer.path("owner").asText(),
                    answer.path("ownerState").asText(),
                    answer.path("ownerStateSince").asText())
            : "  of nobody alone: " + answer.path("type").asText());
    lines.add("  version " + answer.path("version").asText());
    lines.add(
        "  value "
            + (answer.has("encoding") ? answer.path("encoding").asText() + " " : "")
            + value(answer.path("value")));
    answer.path("why").asText().lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  private static String value(JsonNode value) {
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
