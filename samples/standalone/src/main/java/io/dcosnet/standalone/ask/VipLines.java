// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.StringJoiner;

/** What the status of a node says of VIPs, as lines for a person. */
final class VipLines {

  private VipLines() {}

  /**
   * Adds it.
   *
   * @param lb as {@code /v1/status} gives it; missing on a node that has no part in VIPs
   */
  static void add(JsonNode lb, List<String> lines) {
    if (!lb.has("place")) {
      return;
    }
    lines.add("  " + lb.path("place").asText());
    StringJoiner backends = new StringJoiner(", ");
    lb.path("backends")
        .fields()
        .forEachRemaining(
            state -> {
              if (state.getValue().asLong() > 0 || state.getKey().equals("up")) {
                backends.add(state.getValue().asLong() + " " + state.getKey());
              }
            });
    lines.add(
        "  %d vips, %d names, back ends: %s"
            .formatted(lb.path("vips").asLong(), lb.path("names").asLong(), backends));
    problem(lb, "vipsWithoutBackend", "vips have no back end that takes connections", lines);
    if (lb.path("partitionGuard").asBoolean()) {
      lines.add("  PROBLEM: most nodes are dead for this one, so back ends on more of them stay");
    }
    problem(lb, "ejected", "back ends get nothing or little after failures", lines);
    problem(lb, "inPanic", "vips use all back ends, as too few are trusted", lines);
    problem(lb, "notServed", "vips cannot be served here", lines);
    for (JsonNode fault : lb.path("faults")) {
      lines.add(
          "    %s: %s: %s"
              .formatted(
                  fault.path("vip").asText(),
                  fault.path("state").asText(),
                  fault.path("reason").asText()));
    }
    problem(lb, "rejected", "labels or back ends are refused", lines);
    for (JsonNode rejection : lb.path("rejections")) {
      lines.add(
          "    %s %s: %s: %s"
              .formatted(
                  rejection.path("kind").asText(),
                  rejection.path("subject").asText(),
                  rejection.path("code").asText(),
                  rejection.path("detail").asText()));
    }
  }

  private static void problem(JsonNode lb, String count, String what, List<String> lines) {
    if (lb.path(count).asLong() > 0) {
      lines.add("  PROBLEM: " + lb.path(count).asLong() + " " + what);
    }
  }
}
