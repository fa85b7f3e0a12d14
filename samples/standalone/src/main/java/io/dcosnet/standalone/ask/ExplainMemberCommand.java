// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dcos-net explain member}: why a node believes that another lives or not. */
@CommandLine.Command(
    name = "member",
    description = {
      "Say what a node believes of another member, and how it came to that: who accused it, by",
      "which evidence, and when it objected."
    })
public final class ExplainMemberCommand implements Command {

  @Parameters(paramLabel = "NAME|ID", arity = "0..1", description = "Such as agent-192.0.2.7.")
  @Nullable String member;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public int run(Arguments arguments, Console console) {
    Supplier<String> asked =
        arguments.required("NAME|ID", member, ExplainMemberCommand::member, "a name or an id");
    Supplier<AdminClient> node = admin.client(arguments);
    arguments.check();
    JsonNode answer =
        node.get().json("/v1/gossip/member/" + asked.get() + "/why", "no member " + asked.get());
    if (admin.json) {
      console.json(answer);
    } else {
      text(answer).forEach(console::line);
    }
    return ExitCode.OK;
  }

  /** Names and ids have no other characters, nor has a path that needs no escapes. */
  private static String member(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  /** As a person reads it. */
  static List<String> text(JsonNode answer) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s (%s) at %s: %s since %s"
            .formatted(
                answer.path("name").asText(),
                answer.path("id").asText(),
                answer.path("address").asText(),
                answer.path("state").asText().toUpperCase(Locale.ROOT),
                answer.path("since").asText()));
    answer
        .path("metadata")
        .properties()
        .forEach(entry -> lines.add("  " + entry.getKey() + ": " + entry.getValue().asText()));
    JsonNode steps = answer.path("steps");
    lines.add(steps.isEmpty() ? "no steps are remembered" : "how this node came to it:");
    steps.forEach(step -> lines.add("  " + line(step)));
    return lines;
  }

  private static String line(JsonNode step) {
    StringBuilder line = new StringBuilder();
    line.append(step.path("at").asText()).append("  ");
    line.append(String.format(Locale.ROOT, "%-8s", step.path("state").asText()));
    if (step.has("accuser")) {
      line.append("accused by ").append(step.path("accuser").asText());
      if (step.has("grade")) {
        line.append(" (").append(evidence(step.path("grade").asText())).append(")");
      }
      line.append(", ");
    }
    line.append(channel(step.path("channel").asText()));
    if (step.has("from")) {
      line.append(" from ").append(step.path("from").asText());
    }
    line.append(", start ").append(step.path("epoch").asText());
    line.append(", word ").append(step.path("incarnation").asText());
    return line.toString();
  }

  private static String evidence(String grade) {
    return switch (grade) {
      case "probe" -> "no answer to probes";
      case "link" -> "its link was closed or refused";
      case "crash" -> "its link was closed and its address refuses";
      default -> grade;
    };
  }

  private static String channel(String channel) {
    return switch (channel) {
      case "own" -> "found out by this node";
      case "gossip" -> "heard by gossip";
      case "sync" -> "heard in an exchange";
      default -> channel;
    };
  }
}
