// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.App;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Pod;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The source of a scheduler that embeds us: it says what it knows, we tell everybody.
 *
 * <p>{@link #cluster} shows a change as soon as the method that made it returns. Listeners hear of
 * it on their executors; changes that come faster than a listener works reach it merged into one.
 * Setting something to what it is already tells nobody.
 *
 * <p><b>Thread-safe.</b> No lock is held while an executor or a listener runs.
 */
public final class ClusterPublisher implements ClusterSource {

  // Guards the fields below, so that every listener gets the changes in the order of the states.
  private final Object lock = new Object();
  private final List<ClusterDelivery> deliveries = new CopyOnWriteArrayList<>();
  private final @Nullable TimeSource time;
  private volatile List<Rejection> rejections = List.of();
  private volatile boolean ready;
  private volatile ClusterState state = ClusterState.EMPTY;

  private ClusterPublisher(@Nullable TimeSource time) {
    this.time = time;
  }

  /** A publisher that is not ready until it is told something. */
  public static ClusterPublisher create() {
    return new ClusterPublisher(null);
  }

  /** As {@link #create()}; its updates tell when this clock said that something changed. */
  public static ClusterPublisher create(TimeSource time) {
    return new ClusterPublisher(requireNonNull(time, "time"));
  }

  public void put(Task task) {
    apply(ClusterChange.ofTask(Change.added(task)));
  }

  public void put(Agent agent) {
    apply(ClusterChange.ofAgent(Change.added(agent)));
  }

  public void put(Framework framework) {
    apply(ClusterChange.ofFramework(Change.added(framework)));
  }

  public void put(App app) {
    apply(ClusterChange.ofApp(Change.added(app)));
  }

  public void put(Pod pod) {
    apply(ClusterChange.ofPod(Change.added(pod)));
  }

  public void put(Masters masters) {
    apply(ClusterChange.ofMasters(Change.added(masters)));
  }

  /** Does nothing when there is no such task. */
  public void remove(TaskKey key) {
    removeIf(now -> now.task(key).map(gone -> ClusterChange.ofTask(Change.removed(gone))));
  }

  /** Removes the agent; its tasks are removed by {@link #remove}. */
  public void removeAgent(String id) {
    removeIf(now -> now.agent(id).map(gone -> ClusterChange.ofAgent(Change.removed(gone))));
  }

  /** Removes the framework; its tasks are removed by {@link #remove}. */
  public void removeFramework(String id) {
    removeIf(now -> now.framework(id).map(gone -> ClusterChange.ofFramework(Change.removed(gone))));
  }

  /** Removes the app; its tasks are removed by {@link #remove}. */
  public void removeApp(String id) {
    removeIf(now -> now.app(id).map(gone -> ClusterChange.ofApp(Change.removed(gone))));
  }

  /** Removes the pod; its tasks are removed by {@link #remove}. */
  public void removePod(String id) {
    removeIf(now -> now.pod(id).map(gone -> ClusterChange.ofPod(Change.removed(gone))));
  }

  /**
   * Applies several changes as one. What counts are their {@code after} sides; listeners are told
   * what really differs.
   */
  public void apply(ClusterChange change) {
    apply(change, ClusterUpdate.NO_TIME);
  }

  /**
   * As {@link #apply(ClusterChange)}, for a source that passes on what another one told.
   *
   * @param sinceNanos as {@link ClusterUpdate#sinceNanos}; {@link ClusterUpdate#NO_TIME} for now
   */
  public void apply(ClusterChange change, long sinceNanos) {
    requireNonNull(change, "change");
    synchronized (lock) {
      ClusterChange real = change.appliedTo(state);
      publish(state.apply(real), real, sinceNanos);
    }
    schedule();
  }

  /**
   * Puts a whole state in place of the present one; listeners are told only what differs.
   *
   * @param refused parts of the input that are missing in {@code after}
   */
  public void replace(ClusterState after, List<Rejection> refused) {
    requireNonNull(after, "after");
    List<Rejection> copy = List.copyOf(refused);
    synchronized (lock) {
      rejections = copy;
      ClusterChange change = ClusterChange.between(state, after);
      // A small change is applied to the state that is there, so that equal parts stay the same
      // objects: the new ones can be collected while young, and identity tells that nothing
      // changed.
      boolean small = change.size() < after.tasks().size() / 4;
      publish(small ? state.apply(change) : after, change);
    }
    schedule();
  }

  private void removeIf(Function<ClusterState, Optional<ClusterChange>> removal) {
    synchronized (lock) {
      removal.apply(state).ifPresent(change -> publish(state.apply(change), change));
    }
    schedule();
  }

  private void publish(ClusterState after, ClusterChange change) {
    publish(after, change, ClusterUpdate.NO_TIME);
  }

  private void publish(ClusterState after, ClusterChange change, long sinceNanos) {
    if (ready && change.isEmpty()) {
      return;
    }
    state = after;
    ready = true;
    long since = sinceNanos;
    if (since == ClusterUpdate.NO_TIME && time != null) {
      since = time.nanos();
    }
    for (ClusterDelivery delivery : deliveries) {
      delivery.offer(after, change, since);
    }
  }

  private void schedule() {
    for (ClusterDelivery delivery : deliveries) {
      delivery.schedule();
    }
  }

  @Override
  public ClusterState cluster() {
    return state;
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public List<Rejection> rejections() {
    return rejections;
  }

  @Override
  public Subscription subscribe(Executor executor, ClusterListener listener) {
    ClusterDelivery delivery = new ClusterDelivery(executor, listener);
    synchronized (lock) {
      deliveries.add(delivery);
      if (ready) {
        ClusterChange all = ClusterChange.between(ClusterState.EMPTY, state);
        delivery.offer(state, all, ClusterUpdate.NO_TIME); // it may be known for long
      }
    }
    delivery.schedule();
    return () -> {
      deliveries.remove(delivery);
      delivery.close();
    };
  }
}
