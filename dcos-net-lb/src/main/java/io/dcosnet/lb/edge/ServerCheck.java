// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the edge itself finds out whether a server answers. <b>Immutable.</b>
 *
 * @param path of HTTP probes, printable and without blanks
 * @param interval between probes, at least one second
 * @param timeout of one probe, at least one second
 * @param fall failures in a row after which a server gets no requests, at least 1
 */
public record ServerCheck(Kind kind, String path, Duration interval, Duration timeout, int fall) {

  /** What is asked. */
  public enum Kind {
    TCP,
    HTTP,
    /** Certificates are not verified: a probe asks whether something answers, not who. */
    HTTPS
  }

  /** Successes in a row after which a server gets requests again. */
  public static final int RISE = 2;

  private static final int MOST_FAILURES = 1000;
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofHours(1);
  private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]*");

  /** For sticky services, where a client must not stay with a server that is gone. */
  static final ServerCheck CONNECT =
      new ServerCheck(Kind.TCP, "/", Duration.ofSeconds(2), Duration.ofSeconds(3), 3);

  public ServerCheck {
    requireNonNull(kind, "kind");
    requireNonNull(path, "path");
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
  }

  /** The check of a port: the first that names a port, or the index. */
  static @Nullable HealthCheck of(App app, int index) {
    for (HealthCheck check : app.healthChecks()) {
      Integer port = check.port();
      Integer checked = check.portIndex();
      if ((port != null && port != 0) || (checked != null && checked == index)) {
        return check;
      }
    }
    return null;
  }

  /** True for the kinds that speak HTTP, as Marathon-LB counts them for a borrowed check. */
  static boolean isHttp(HealthCheck check) {
    return switch (check.kind()) {
      case HTTP, HTTPS, MESOS_HTTP, MESOS_HTTPS -> true;
      case TCP, MESOS_TCP, COMMAND, UNKNOWN -> false;
    };
  }

  /** What the edge probes for a check of Marathon; null where nothing on the network is asked. */
  static @Nullable ServerCheck from(HealthCheck check, boolean http) {
    Kind kind =
        switch (check.kind()) {
          case HTTP, MESOS_HTTP -> http ? Kind.HTTP : Kind.TCP;
          case HTTPS, MESOS_HTTPS -> http ? Kind.HTTPS : Kind.TCP;
          case TCP, MESOS_TCP -> Kind.TCP;
          case COMMAND, UNKNOWN -> null;
        };
    if (kind == null) {
      return null;
    }
    String path = PATH.matcher(check.path()).matches() ? check.path() : "/";
    int failures = Math.max(0, Math.min(check.maxConsecutiveFailures(), MOST_FAILURES));
    return new ServerCheck(
        kind, path, within(check.interval()), within(check.timeout()), failures + 1);
  }

  private static Duration within(Duration duration) {
    List<Duration> sorted = List.of(LEAST, duration, MOST).stream().sorted().toList();
    return sorted.get(1);
  }
}
