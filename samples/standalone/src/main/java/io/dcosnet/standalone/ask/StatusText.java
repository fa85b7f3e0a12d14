// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The status of a node as lines for a person. */
final class StatusText {

  private final List<String> lines = new ArrayList<>();

  private StatusText() {}

  /**
   * Writes what is known; what is missing is left out.
   *
   * @param status as {@code /v1/status} gives it
   */
  static List<String> of(JsonNode status) {
    StatusText text = new StatusText();
    text.head(status);
    text.outside(status.path("dnsServer"));
    text.gossip(status.path("gossip"));
    VipLines.add(status.path("lb"), text.lines);
    OverlayLines.add(status.path("overlay"), text.lines);
    text.zones(status.path("zones"));
    text.sources(status.path("sources"));
    text.failing(status.path("failing"));
    return List.copyOf(text.lines);
  }

  private void head(JsonNode status) {
    JsonNode node = status.path("node");
    lines.add(
        "dcos-net %s %s, %s, up %s"
            .formatted(
                node.path("role").asText(),
                node.path("version").asText(),
                status.path("ready").asBoolean() ? "ready" : "NOT READY",
                length(node.path("uptimeSeconds").asLong())));
    StringJoiner where = new StringJoiner("  ");
    for (String key : List.of("id", "address", "region", "zone")) {
      String value = node.path(key).asText();
      if (!value.isEmpty()) {
        where.add(key + " " + value);
      }
    }
    lines.add("  " + where);
    if (!status.path("dns").isEmpty()) {
      StringJoiner listening = new StringJoiner("  ");
      status.path("dns").forEach(address -> listening.add(address.asText()));
      lines.add("  dns on " + listening);
    }
  }

  private void outside(JsonNode server) {
    if (server.has("udp")) {
      lines.add("  udp by " + server.path("udp").asText());
    }
    JsonNode forwarder = server.path("forwarder");
    if (!forwarder.isMissingNode()) {
      StringJoiner upstreams = new StringJoiner("  ");
      forwarder
          .path("upstreams")
          .forEach(
              one ->
                  upstreams.add(
                      one.path("upstream").asText()
                          + (one.path("state").asText().equals("up")
                              ? ""
                              : " " + one.path("state").asText().toUpperCase(Locale.ROOT))));
      lines.add("  asks " + (upstreams.length() == 0 ? "nobody, no server is known" : upstreams));
    }
    JsonNode cache = server.path("cache");
    if (!cache.isMissingNode()) {
      lines.add(
          "  cache %d answers, %d denials and failures, %d KiB"
              .formatted(
                  cache.path("positiveEntries").asLong(),
                  cache.path("negativeEntries").asLong(),
                  cache.path("bytes").asLong() / 1024));
    }
  }

  private void gossip(JsonNode gossip) {
    if (!gossip.has("address")) {
      return;
    }
    JsonNode counts = gossip.path("members");
    StringJoiner members = new StringJoiner(", ");
    for (String state : List.of("alive", "suspect", "dead", "left")) {
      long count = counts.path(state).asLong();
      if (count > 0) {
        members.add(count + " " + state);
      }
    }
    lines.add(
        "  gossip as %s on %s: %s"
            .formatted(gossip.path("name").asText(), gossip.path("address").asText(), members));
    JsonNode store = gossip.path("store");
    if (!store.isMissingNode()) {
      lines.add("  store of %d keys".formatted(store.path("keys").asLong()));
    }
    for (JsonNode member : gossip.path("away")) {
      lines.add(
          "  %s: %s at %s since %s"
              .formatted(
                  member.path("state").asText().toUpperCase(Locale.ROOT),
                  member.path("name").asText(),
                  member.path("address").asText(),
                  member.path("since").asText()));
    }
  }

  private void zones(JsonNode zones) {
    if (zones.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(row("ZONE", "STATE", "SERIAL", "RECORDS", "AGE"));
    List<JsonNode> ofAddresses = new ArrayList<>();
    for (JsonNode zone : zones) {
      if (zone.path("origin").asText().endsWith(".arpa.")) {
        ofAddresses.add(zone);
        continue;
      }
      boolean known = zone.has("serial");
      lines.add(
          row(
              zone.path("origin").asText(),
              zone.path("state").asText(),
              known ? zone.path("serial").asText() : "-",
              known ? zone.path("records").asText() : "-",
              known ? length(zone.path("ageSeconds").asLong()) : "-"));
      if (zone.has("failure")) {
        lines.add("  FAILING: " + zone.path("failure").asText());
      }
    }
    if (!ofAddresses.isEmpty()) {
      lines.add(sum(ofAddresses));
    }
  }

  /** There are dozens, which all come from the same source. */
  private static String sum(List<JsonNode> zones) {
    List<String> states =
        zones.stream().map(zone -> zone.path("state").asText()).distinct().toList();
    long records = zones.stream().mapToLong(zone -> zone.path("records").asLong()).sum();
    String state = states.size() == 1 ? states.get(0) : "mixed";
    return row("*.arpa. (" + zones.size() + " zones)", state, "-", records, "-");
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-32s %-9s %10s %9s %10s", cells);
  }

  private void sources(JsonNode sources) {
    for (JsonNode source : sources) {
      lines.add("");
      lines.add(
          "source %s %s: %s"
              .formatted(
                  source.path("kind").asText(), source.path("from").asText(), knowledge(source)));
      lines.add(
          "  %d agents, %d frameworks, %d tasks, leader %s"
              .formatted(
                  source.path("agents").asLong(),
                  source.path("frameworks").asLong(),
                  source.path("tasks").asLong(),
                  source.path("leader").asText("unknown")));
      if (source.path("awaitedAgents").asLong() > 0) {
        lines.add(
            "  waits for %d agents that ran before the election"
                .formatted(source.path("awaitedAgents").asLong()));
      }
      if (source.path("publishing").asBoolean()) {
        lines.add("  told to all nodes through the replicated store");
      }
      if (source.hasNonNull("writer")) {
        lines.add("  written by " + source.path("writer").asText());
      }
      if (source.has("problem")) {
        lines.add("  PROBLEM: " + source.path("problem").asText());
      }
      JsonNode failure = source.path("failure");
      if (!failure.isMissingNode()) {
        lines.add(
            "  FAILING, %d in a row, last at %s: %s"
                .formatted(
                    failure.path("inARow").asLong(),
                    failure.path("at").asText(),
                    failure.path("reason").asText()));
      }
    }
  }

  private static String knowledge(JsonNode source) {
    if (!source.path("ready").asBoolean()) {
      return "nothing known yet";
    }
    if (source.has("staleSeconds")) {
      return "not heard yet, known from the disk since "
          + length(source.path("staleSeconds").asLong());
    }
    return source.path("polling").asBoolean() ? "known, polled as it has no stream" : "known";
  }

  private void failing(JsonNode failing) {
    if (failing.isEmpty()) {
      return;
    }
    lines.add("");
    for (JsonNode check : failing) {
      lines.add(
          "not %s: %s: %s"
              .formatted(
                  check.path("question").asText(),
                  check.path("check").asText(),
                  check.path("reason").asText()));
    }
  }

  /** The two largest units. */
  private static String length(long seconds) {
    Duration length = Duration.ofSeconds(seconds);
    if (length.toDays() > 0) {
      return length.toDays() + "d " + length.toHoursPart() + "h";
    }
    if (length.toHours() > 0) {
      return length.toHours() + "h " + length.toMinutesPart() + "m";
    }
    if (length.toMinutes() > 0) {
      return length.toMinutes() + "m " + length.toSecondsPart() + "s";
    }
    return seconds + "s";
  }
}
