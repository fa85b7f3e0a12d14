// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How it is found out whether a task lives. <b>Immutable.</b>
 *
 * @param path of HTTP checks
 * @param port to ask; null when {@code portIndex} tells
 * @param portIndex of the app's ports; null where none is written, as in most command checks
 * @param gracePeriod after the start in which failures do not count
 * @param delay before the first check
 * @param maxConsecutiveFailures after which the task is killed, 0 for never
 * @param ignoreHttp1xx true when HTTP 100-199 neither helps nor harms
 * @param ipv6 true when the task's IPv6 address is asked
 * @param command of command checks, else empty
 */
public record HealthCheck(
    Kind kind,
    String path,
    @Nullable Integer port,
    @Nullable Integer portIndex,
    Duration gracePeriod,
    Duration interval,
    Duration timeout,
    Duration delay,
    int maxConsecutiveFailures,
    boolean ignoreHttp1xx,
    boolean ipv6,
    String command) {

  /** Who asks what: plain kinds come from Marathon's leader, {@code MESOS_} ones from the node. */
  public enum Kind {
    HTTP,
    HTTPS,
    TCP,
    COMMAND,
    MESOS_HTTP,
    MESOS_HTTPS,
    MESOS_TCP,
    /** A kind that is newer than this list. */
    UNKNOWN
  }

  public HealthCheck {
    requireNonNull(kind, "kind");
    requireNonNull(path, "path");
    requireNonNull(gracePeriod, "gracePeriod");
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
    requireNonNull(delay, "delay");
    requireNonNull(command, "command");
  }

  /** A check of this kind on the first port, with Marathon's defaults for all else. */
  public static HealthCheck of(Kind kind) {
    return new HealthCheck(
        kind,
        "/",
        null,
        kind == Kind.COMMAND ? null : Integer.valueOf(0),
        Duration.ofSeconds(300),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        Duration.ofSeconds(15),
        3,
        false,
        false,
        "");
  }
}
