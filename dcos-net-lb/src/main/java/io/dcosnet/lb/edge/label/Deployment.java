// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an app says of the deployment in two colours that it is one half of. <b>Immutable.</b>
 *
 * @param group the id that both halves go by, with a slash in front
 * @param startedAt {@link Instant#MIN} where nothing is said
 * @param targetInstances of both halves together, null where nothing is said
 * @param newInstances that the newer half stays at; null where nothing is said
 */
public record Deployment(
    String group,
    Instant startedAt,
    @Nullable Integer targetInstances,
    @Nullable Integer newInstances) {

  private static final String PREFIX = "HAPROXY_DEPLOYMENT_";

  public Deployment {
    requireNonNull(group, "group");
    requireNonNull(startedAt, "startedAt");
  }

  /** The deployment of an app, null for an app that has none. */
  public static @Nullable Deployment read(
      String app, Map<String, String> labels, Consumer<EdgeDiagnostic> diagnostics) {
    LabelValues values = new LabelValues(app, labels, diagnostics);
    String label = PREFIX + "GROUP";
    String group = values.text(label);
    if (group == null) {
      return null;
    }
    if (group.isEmpty() || group.equals("/")) {
      values.report(label, EdgeCode.EDGE_DEPLOYMENT_INVALID, "empty (expected: an app id)");
      return null;
    }
    return new Deployment(
        group.startsWith("/") ? group : "/" + group,
        startedAt(values),
        values.number(PREFIX + "TARGET_INSTANCES"),
        values.number(PREFIX + "NEW_INSTANCES"));
  }

  private static Instant startedAt(LabelValues values) {
    String label = PREFIX + "STARTED_AT";
    String text = values.filled(label);
    if (text == null) {
      return Instant.MIN;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      // the deploy tool of Marathon-LB writes local time without a zone
    }
    try {
      return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      values.report(
          label, EdgeCode.EDGE_DEPLOYMENT_INVALID, LabelValues.found(text, "a time, ISO 8601"));
      return Instant.MIN;
    }
  }
}
