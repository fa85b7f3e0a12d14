// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets one table be applied at a time. Those that come meanwhile wait, and are skipped for the
 * newest of them.
 *
 * <p>Paths that work side by side are fed through one of these, so that all of them report of the
 * same table.
 *
 * <p><b>Thread-safe.</b>
 */
final class NewestTable {

  private final Function<VipTable, CompletionStage<ApplyReport>> work;

  // Guards all below; no foreign code runs in it.
  private final Object lock = new Object();
  private List<CompletableFuture<ApplyReport>> waiting = new ArrayList<>();
  private @Nullable VipTable newest;
  private @Nullable VipTable last;
  private boolean working;
  private boolean stopped;

  /**
   * @param work applies one table; called on the thread that brings it or that ended the one before
   */
  NewestTable(Function<VipTable, CompletionStage<ApplyReport>> work) {
    this.work = work;
  }

  /** As {@link io.dcosnet.lb.datapath.DataPath#apply}. */
  CompletionStage<ApplyReport> apply(VipTable table) {
    CompletableFuture<ApplyReport> report = new CompletableFuture<>();
    synchronized (lock) {
      if (stopped) {
        return CompletableFuture.failedStage(isStopped());
      }
      newest = table;
      last = table;
      waiting.add(report);
    }
    advance();
    return report.minimalCompletionStage();
  }

  /**
   * Applies the table that came last once more, or the one that comes meanwhile; null when there
   * was none yet.
   */
  @Nullable CompletionStage<ApplyReport> again() {
    CompletableFuture<ApplyReport> report = new CompletableFuture<>();
    synchronized (lock) {
      if (last == null) {
        return null;
      } else if (stopped) {
        return CompletableFuture.failedStage(isStopped());
      }
      newest = last;
      waiting.add(report);
    }
    advance();
    return report.minimalCompletionStage();
  }

  /** Refuses what waits, and whatever comes. */
  void stop() {
    List<CompletableFuture<ApplyReport>> refused;
    synchronized (lock) {
      stopped = true;
      newest = null;
      refused = waiting;
      waiting = new ArrayList<>();
    }
    refused.forEach(stage -> stage.completeExceptionally(isStopped()));
  }

  private static IllegalStateException isStopped() {
    return new IllegalStateException("data path: stopped");
  }

  private void advance() {
    VipTable table;
    List<CompletableFuture<ApplyReport>> told;
    synchronized (lock) {
      if (newest == null || working) {
        return;
      }
      working = true;
      table = newest;
      newest = null;
      told = waiting;
      waiting = new ArrayList<>();
    }
    CompletionStage<ApplyReport> begun;
    try {
      begun = work.apply(table);
    } catch (RuntimeException e) {
      begun = CompletableFuture.failedStage(e);
    }
    begun.whenComplete((report, failure) -> ended(told, report, failure));
  }

  private void ended(
      List<CompletableFuture<ApplyReport>> told,
      @Nullable ApplyReport report,
      @Nullable Throwable failure) {
    synchronized (lock) {
      working = false;
    }
    for (CompletableFuture<ApplyReport> stage : told) {
      if (failure == null) {
        stage.complete(report);
      } else {
        stage.completeExceptionally(Together.cause(failure));
      }
    }
    advance();
  }
}
