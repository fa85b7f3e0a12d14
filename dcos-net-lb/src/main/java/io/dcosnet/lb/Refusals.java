// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.LabelReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left out, with reasons: each is counted when it comes, logged unless too much of its kind
 * comes, and listed while it lasts.
 *
 * <p><b>Confined to</b> the scheduler, but for {@link #all}.
 */
final class Refusals {

  private static final Logger LOGGER = LoggerFactory.getLogger(Refusals.class);

  private final LbMetrics metrics;
  private final RefusalLog log;
  private Set<Rejection> counted = Set.of();
  private volatile List<Rejection> labels = List.of();
  private volatile List<Rejection> backends = List.of();

  Refusals(Scheduler scheduler, LbMetrics metrics) {
    this.metrics = metrics;
    log = new RefusalLog(scheduler, LOGGER::warn);
  }

  /** Logs nothing any more. */
  void close() {
    log.close();
  }

  /** Those that last. */
  List<Rejection> all() {
    List<Rejection> all = new ArrayList<>(labels);
    all.addAll(backends);
    return List.copyOf(all);
  }

  /**
   * Takes what was said of labels.
   *
   * @param fresh what is new
   * @param lasting what was refused and still is
   */
  void labels(List<LabelReport> fresh, Collection<LabelReport> lasting) {
    for (LabelReport news : fresh) {
      metrics.rejected(news.code()).increment();
      log.add(news.toRejection());
    }
    labels = lasting.stream().map(LabelReport::toRejection).toList();
  }

  /** Takes what the last table leaves out. */
  void backends(List<Rejection> refused) {
    backends = refused;
    Set<Rejection> now = new HashSet<>(refused);
    for (Rejection rejection : refused) {
      if (!counted.contains(rejection)) {
        metrics.rejected(rejection.code()).increment();
        log.add(rejection);
      }
    }
    counted = now;
  }
}
