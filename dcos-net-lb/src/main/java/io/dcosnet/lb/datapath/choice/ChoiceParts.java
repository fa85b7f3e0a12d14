// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.datapath.DataPath;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a {@link ChosenDataPath} is made of. <b>Immutable.</b>
 *
 * @param offers paths by their names, of letters only; each call makes a new one, which opens
 *     nothing
 * @param preferred names to be tried at the start, the best first: of an offer, or of several
 *     joined by {@code -} that work together
 * @param sole true when no other load balancer serves this network namespace, so that what paths of
 *     other kinds left in it is removed once the chosen one works
 * @param linger how long an old path serves beside a new one at which clients find services at
 *     other addresses: longer than DNS answers live
 * @param executor for probes and the like, which block for some milliseconds
 */
public record ChoiceParts(
    Map<String, Supplier<DataPath>> offers,
    List<String> preferred,
    boolean sole,
    Duration linger,
    Scheduler scheduler,
    Executor executor,
    MetricsSink metrics) {

  public ChoiceParts {
    offers = Collections.unmodifiableMap(new LinkedHashMap<>(offers));
    preferred = List.copyOf(preferred);
    requireNonNull(linger, "linger");
    requireNonNull(scheduler, "scheduler");
    requireNonNull(executor, "executor");
    requireNonNull(metrics, "metrics");
    if (preferred.isEmpty()) {
      throw new IllegalArgumentException("preferred: none (expected: 1 or more)");
    }
    for (String name : preferred) {
      for (String part : name.split("-", -1)) {
        if (!offers.containsKey(part)) {
          throw new IllegalArgumentException(
              "preferred: " + name + " (expected: of " + offers.keySet() + ")");
        }
      }
    }
  }

  /** Makes a path of a name that is offered. */
  Supplier<DataPath> offer(String name) {
    return requireNonNull(offers.get(name), name);
  }
}
