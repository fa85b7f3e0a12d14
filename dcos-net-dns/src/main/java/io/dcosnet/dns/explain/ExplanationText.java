// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.explain.Explanation.Origin;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordType;
import java.util.Locale;
import java.util.Objects;

/** An explanation as text for people. A pure function. */
final class ExplanationText {

  private ExplanationText() {}

  static String of(Explanation explanation) {
    StringBuilder text = new StringBuilder(512);
    String name = explanation.name() == null ? "?" : explanation.name().toString();
    text.append(name).append(' ').append(RecordType.name(explanation.type()));
    if (explanation.client() != null) {
      text.append(" for ").append(explanation.client());
    }
    text.append('\n');
    for (Step step : explanation.steps()) {
      String kind = step.kind().name().toLowerCase(Locale.ROOT);
      line(text, "%-8s%s".formatted(kind, step.text()));
    }
    for (Answer record : explanation.answer()) {
      String type = RecordType.name(record.type());
      line(
          text,
          "record  %s %d %s %s"
              .formatted(record.owner(), record.ttlSeconds(), type, record.data()));
    }
    for (Origin origin : explanation.origins()) {
      line(text, "from    " + describe(origin));
    }
    for (String wish : explanation.collisions()) {
      line(text, "shared  " + wish);
    }
    for (Rejection refused : explanation.refused()) {
      line(
          text,
          "left out  %s %s: %s %s"
              .formatted(refused.kind(), refused.subject(), refused.code(), refused.detail()));
    }
    for (DomainName suggestion : explanation.suggestions()) {
      line(text, "did you mean  " + suggestion);
    }
    line(text, "rcode   " + rcode(explanation.rcode()));
    return text.toString();
  }

  private static String rcode(int rcode) {
    return rcode == Explanation.OPEN ? "what others say" : Rcode.name(rcode);
  }

  private static String describe(Origin origin) {
    RecordOrigin from = origin.origin();
    StringBuilder text = new StringBuilder(100);
    text.append(origin.owner()).append(' ').append(RecordType.name(from.type()));
    text.append(' ').append(from.data()).append(": ");
    text.append(from.kind()).append(' ').append(from.subject());
    if (!from.event().isEmpty()) {
      text.append(", ").append(from.event());
    }
    if (from.time() != null) {
      text.append(" at ").append(Objects.requireNonNull(from.time()));
    }
    return text.toString();
  }

  /** Ids of tasks are foreign text: what would move a terminal's cursor is not shown. */
  private static void line(StringBuilder text, String line) {
    text.append("  ");
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      text.append(Character.isISOControl(c) ? '?' : c);
    }
    text.append('\n');
  }
}
