// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.HostReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the host hold the newest state: one at a time, so that a thousand entries of peers that
 * come at once are a few passes. What fails as a whole is tried again with a growing pause.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class HostApply {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** Told how a pass ended. */
  interface Listener {

    void applied(HostReport report);

    /**
     * The host could not be asked.
     *
     * @param reason for a person
     */
    void failed(String reason);
  }

  private final HostNetwork network;
  private final Scheduler scheduler;
  private final Supplier<DesiredState> desired;
  private final Listener listener;
  private final AgentMetrics metrics;
  private boolean applying;
  private boolean again;
  private boolean closed;
  private Duration pause = FIRST_PAUSE;
  private Scheduler.@Nullable Timer timer;

  /**
   * Applies nothing yet.
   *
   * @param desired asked when a pass begins
   */
  HostApply(
      HostNetwork network,
      Scheduler scheduler,
      Supplier<DesiredState> desired,
      Listener listener,
      AgentMetrics metrics) {
    this.network = network;
    this.scheduler = scheduler;
    this.desired = desired;
    this.listener = listener;
    this.metrics = metrics;
  }

  /** What is desired may have changed, or should be tried once more. */
  void request() {
    again = true;
    pass();
  }

  private void pass() {
    if (applying || closed || !again) {
      return;
    }
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    again = false;
    applying = true;
    long begin = scheduler.time().nanos();
    apply()
        .whenCompleteAsync(
            (report, fault) -> {
              applying = false;
              metrics.applied(scheduler.time().nanos() - begin);
              ended(report, fault);
            },
            scheduler);
  }

  /** What cannot even be planned fails as a pass does: it is shown, and tried again. */
  private CompletionStage<HostReport> apply() {
    try {
      return network.apply(desired.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(@Nullable HostReport report, @Nullable Throwable fault) {
    if (closed) {
      return;
    }
    if (report != null) {
      pause = FIRST_PAUSE;
      listener.applied(report);
      pass();
      return;
    }
    metrics.applyFailed();
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    listener.failed(cause == null ? "unknown" : String.valueOf(cause.getMessage()));
    if (timer == null) {
      timer = scheduler.schedule(pause, this::request);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  /** Begins no pass any more. */
  void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
  }
}
