// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.MetricsSink;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Figures of an event stream. <b>Thread-safe.</b> */
final class StreamMetrics {

  /** Why a subscription ended. */
  enum End {
    /** The master closed it. */
    CLOSED,
    /** The connection broke. */
    BROKEN,
    /** No sign of life came. */
    SILENT,
    /** The bytes are no records. */
    FRAMING,
    /** A record is no event, or the first one no snapshot. */
    EVENT,
    /** Another master leads. */
    LEADER,
    /** A new snapshot was wanted. */
    RESYNC,
    /** No master accepted a subscription. */
    REFUSED
  }

  /** Why an event changed nothing. */
  enum Ignored {
    /** Its type is newer than this program. */
    UNKNOWN_TYPE,
    /** Nobody told of its task before. */
    UNKNOWN_TASK,
    /** Its content cannot be used. */
    REFUSED
  }

  private static final List<String> TYPES =
      List.of(
          "SUBSCRIBED",
          "HEARTBEAT",
          "TASK_ADDED",
          "TASK_UPDATED",
          "AGENT_ADDED",
          "AGENT_REMOVED",
          "FRAMEWORK_ADDED",
          "FRAMEWORK_UPDATED",
          "FRAMEWORK_REMOVED");

  private final MetricsSink metrics;
  private final Map<String, MetricsSink.Counter> byType = new HashMap<>();
  private final MetricsSink.Counter otherTypes;
  private final MetricsSink.Counter bytes;

  StreamMetrics(MetricsSink metrics) {
    this.metrics = metrics;
    TYPES.forEach(type -> byType.put(type, ofType(lower(type))));
    otherTypes = ofType("other");
    bytes = metrics.counter("dcosnet.sources.stream.bytes", "Bytes of events received");
  }

  private MetricsSink.Counter ofType(String type) {
    return metrics.counter("dcosnet.sources.stream.events", "Events received", "type", type);
  }

  private static String lower(Object name) {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** How many agents a new master waits for. */
  void awaited(LongSupplier agents) {
    metrics.gauge(
        "dcosnet.sources.stream.awaited", "Agents that a newly elected master waits for", agents);
  }

  static boolean isKnown(String type) {
    return TYPES.contains(type);
  }

  void event(String type) {
    byType.getOrDefault(type, otherTypes).increment();
  }

  void bytes(long count) {
    bytes.add(count);
  }

  void ended(End reason) {
    metrics
        .counter(
            "dcosnet.sources.stream.ends",
            "Subscriptions that ended or did not begin",
            "reason",
            lower(reason))
        .increment();
  }

  void ignored(Ignored reason) {
    metrics
        .counter(
            "dcosnet.sources.stream.ignored",
            "Events that changed nothing",
            "reason",
            lower(reason))
        .increment();
  }
}
