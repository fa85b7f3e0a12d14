// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** What the status of a node says of overlays, as lines for a person. */
final class OverlayLines {

  private OverlayLines() {}

  /**
   * Adds it.
   *
   * @param overlay as {@code /v1/status} gives it; missing on a node that has no part in overlays
   */
  static void add(JsonNode overlay, List<String> lines) {
    if (overlay.has("master")) {
      master(overlay.path("master"), lines);
    }
    if (overlay.has("agent")) {
      agent(overlay.path("agent"), lines);
    }
  }

  private static void master(JsonNode master, List<String> lines) {
    boolean leads = master.path("phase").asText().equals("leading");
    lines.add(
        leads
            ? "  overlay master, leading: %d agents, revision %d"
                .formatted(master.path("agents").asLong(), master.path("revision").asLong())
            : "  overlay master, %s, leader %s"
                .formatted(master.path("phase").asText(), master.path("leader").asText("unknown")));
    if (master.has("collectingSeconds")) {
      lines.add(
          "  listens for %d s more to what agents have, so far %d, before it gives out anything"
              .formatted(
                  master.path("collectingSeconds").asLong(), master.path("claims").asLong()));
    }
    if (master.hasNonNull("problem")) {
      lines.add("  PROBLEM: " + master.path("problem").asText());
    }
  }

  private static void agent(JsonNode agent, List<String> lines) {
    StringJoiner line = new StringJoiner(", ");
    line.add("  overlay agent " + agent.path("state").asText().toLowerCase(Locale.ROOT));
    if (agent.hasNonNull("vtep")) {
      line.add("tunnel end " + agent.path("vtep").asText());
    }
    if (agent.hasNonNull("mtu")) {
      line.add("mtu " + agent.path("mtu").asInt());
    }
    line.add(agent.path("peers").asLong() + " peers");
    lines.add(line.toString());
    for (JsonNode one : agent.path("overlays")) {
      StringJoiner subnets = new StringJoiner(" ");
      one.path("subnets").forEach(subnet -> subnets.add(subnet.asText()));
      String error = one.path("error").asText();
      lines.add(
          "    %s %s %s%s"
              .formatted(
                  one.path("name").asText(),
                  subnets,
                  one.path("status").asText(),
                  error.isEmpty() ? "" : ": " + error));
    }
    for (String what : List.of("alarms", "shortfalls")) {
      for (JsonNode one : agent.path(what)) {
        lines.add(
            "  PROBLEM: %s: %s".formatted(one.path("code").asText(), one.path("detail").asText()));
      }
    }
    for (JsonNode fault : agent.path("faults")) {
      lines.add(
          "  NOT DONE: %s: %s"
              .formatted(fault.path("object").asText(), fault.path("reason").asText()));
    }
    long rejected = agent.path("rejected").asLong();
    if (rejected > 0) {
      lines.add("  PROBLEM: %d records of other hosts are refused".formatted(rejected));
    }
  }
}
