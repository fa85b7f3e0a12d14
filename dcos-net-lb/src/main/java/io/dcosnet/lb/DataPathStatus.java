// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.DataPath;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the data path of this node fares. <b>Immutable.</b>
 *
 * @param name of the path that carries new connections, such as {@code userspace}
 * @param probe what it can do on this machine; null before the start
 * @param tables that it took since the start
 * @param refused tables that it did not take since the start
 * @param appliedMillis Unix time at which it had the last one; 0 before the first
 * @param took how long that one took
 * @param failure why it refused the newest table; empty when it did not
 * @param considered the paths that it was chosen from, the best first, with what became of each;
 *     empty when there was no choice
 */
public record DataPathStatus(
    String name,
    @Nullable Capabilities probe,
    long tables,
    long refused,
    long appliedMillis,
    Duration took,
    String failure,
    List<Considered> considered) {

  public DataPathStatus {
    requireNonNull(name, "name");
    requireNonNull(took, "took");
    requireNonNull(failure, "failure");
    considered = List.copyOf(considered);
  }

  static DataPathStatus of(String name) {
    return new DataPathStatus(name, null, 0, 0, 0, Duration.ZERO, "", List.of());
  }

  DataPathStatus probed(Capabilities found) {
    return new DataPathStatus(
        name, found, tables, refused, appliedMillis, took, failure, considered);
  }

  DataPathStatus applied(long millis, Duration within) {
    return new DataPathStatus(name, probe, tables + 1, refused, millis, within, "", considered);
  }

  DataPathStatus failed(Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    return new DataPathStatus(
        name, probe, tables, refused + 1, appliedMillis, took, reason, considered);
  }

  /** The same of a path that may have been replaced by another meanwhile. */
  DataPathStatus of(DataPath path) {
    List<Considered> all = path.considered();
    Capabilities found =
        all.stream()
            .filter(one -> one.fate() == Considered.Fate.CARRIES && one.probe() != null)
            .findFirst()
            .map(Considered::probe)
            .orElse(probe);
    return new DataPathStatus(
        path.name(), found, tables, refused, appliedMillis, took, failure, all);
  }
}
