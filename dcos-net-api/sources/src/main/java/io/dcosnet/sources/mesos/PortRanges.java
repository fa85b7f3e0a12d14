// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.PortRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the text form of a resource of ports, {@code [31000-31001, 31005-31005]}. */
final class PortRanges {

  // No task holds a port twice, so more than all ports cannot be true, and would cost in records.
  static final int MAX_PORTS = 65536;

  private PortRanges() {}

  /** The ranges in their order; faulty ones are refused one by one. */
  static List<PortRange> parse(String text, Rejections rejections) {
    String trimmed = text.strip();
    if (trimmed.isEmpty() || trimmed.equals("[]")) {
      return List.of();
    }
    if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) {
      rejections.add("port", "PORTS_BAD_FORMAT", "ports: " + text + " (expected: [1000-1001, …])");
      return List.of();
    }
    List<PortRange> ranges = new ArrayList<>(2);
    int from = 1;
    while (from < trimmed.length() && ranges.size() <= MAX_PORTS) {
      int comma = trimmed.indexOf(',', from);
      int to = comma < 0 ? trimmed.length() - 1 : comma;
      PortRange range = range(trimmed.substring(from, to).strip(), rejections);
      from = to + 1;
      if (range == null) {
        continue;
      }
      ranges.add(range);
    }
    return bounded(ranges, rejections);
  }

  /** The ranges up to the one that would make more ports than there are. */
  static List<PortRange> bounded(List<PortRange> ranges, Rejections rejections) {
    int total = 0;
    for (int i = 0; i < ranges.size(); i++) {
      PortRange range = ranges.get(i);
      total += range.last() - range.first() + 1;
      if (total > MAX_PORTS) {
        rejections.add("port", "PORTS_TOO_MANY", "ports: more than there are, the rest left out");
        return ranges.subList(0, i);
      }
    }
    return ranges;
  }

  private static @Nullable PortRange range(String text, Rejections rejections) {
    int dash = text.indexOf('-', 1);
    int first = dash < 0 ? Integer.MIN_VALUE : number(text.substring(0, dash));
    int last = dash < 0 ? Integer.MIN_VALUE : number(text.substring(dash + 1));
    if (first == Integer.MIN_VALUE || last == Integer.MIN_VALUE) {
      rejections.add("port", "PORTS_BAD_FORMAT", "range: " + text + " (expected: 1000-1001)");
      return null;
    }
    if (first < 0 || last > 65535 || first > last) {
      rejections.add(
          "port", "PORT_OUT_OF_RANGE", "range: " + text + " (expected: within 0-65535, in order)");
      return null;
    }
    return new PortRange(first, last);
  }

  private static int number(String digits) {
    try {
      return digits.length() > 9 ? Integer.MIN_VALUE : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return Integer.MIN_VALUE;
    }
  }
}
