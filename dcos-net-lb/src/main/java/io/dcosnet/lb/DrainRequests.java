// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.TaskKey;
import io.dcosnet.lb.exchange.BackendView;
import io.dcosnet.lb.vip.ClusterVips;
import io.dcosnet.lb.vip.TaskMark;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Drains as hosts ask for them: which marks and places are meant by a task or a place.
 *
 * <p><b>Thread-safe.</b> The work is done on the scheduler of the load balancer.
 */
final class DrainRequests {

  private final Executor scheduler;
  private final ClusterVips vips;
  private final BackendView view;
  private final Drains drains;

  DrainRequests(Executor scheduler, ClusterVips vips, BackendView view, Drains drains) {
    this.scheduler = scheduler;
    this.vips = vips;
    this.view = view;
    this.drains = drains;
  }

  /** Drains a task wherever it has back ends, now or later. */
  CompletionStage<DrainReport> drain(TaskKey task, Duration patience) {
    String mark = TaskMark.of(task);
    return onScheduler(
        () -> {
          Set<Place> places = new HashSet<>(view.places(mark));
          places.addAll(vips.places(task)); // what is about to be written
          Set<String> tasks = places.isEmpty() ? Set.of() : Set.of(mark);
          String subject = "task " + task.frameworkId() + " " + task.taskId();
          return drains.drain(subject, tasks, null, places, patience);
        });
  }

  /** Drains one place of the tasks that have it now. */
  CompletionStage<DrainReport> drain(Place place, Duration patience) {
    return onScheduler(
        () ->
            drains.drain(
                place.key() + " at " + place.endpoint(),
                view.tasks(place),
                place,
                Set.of(place),
                patience));
  }

  CompletionStage<Void> undrain(TaskKey task) {
    String subject = "task " + task.frameworkId() + " " + task.taskId();
    return onScheduler(() -> drains.undrain(subject, Set.of(TaskMark.of(task))));
  }

  CompletionStage<Void> undrain(Place place) {
    return onScheduler(
        () -> drains.undrain(place.key() + " at " + place.endpoint(), view.tasks(place)));
  }

  private <T> CompletionStage<T> onScheduler(Supplier<CompletionStage<T>> work) {
    return CompletableFuture.supplyAsync(work, scheduler).thenCompose(stage -> stage);
  }
}
