// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The source of a scheduler that embeds us: it says what it knows, we tell everybody.
 *
 * <p>{@link #state} shows a change as soon as the method that made it returns. Listeners hear of it
 * on their executors; changes that come faster than a listener works reach it merged into one.
 * Setting something to what it is already tells nobody.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ClusterPublisher implements ClusterSource {

  // Guards the fields below, so that every listener gets the changes in the order of the states.
  private final Object lock = new Object();
  private final List<ClusterDelivery> deliveries = new ArrayList<>();
  private List<Rejection> rejections = List.of();
  private boolean ready;
  private volatile ClusterState state = ClusterState.EMPTY;

  private ClusterPublisher() {}

  /** A publisher that is not ready until it is told something. */
  public static ClusterPublisher create() {
    return new ClusterPublisher();
  }

  public void put(Task task) {
    synchronized (lock) {
      Optional<Task> before = state.task(task.key());
      if (ready && before.isPresent() && before.get().equals(task)) {
        return;
      }
      publish(state.with(task), ClusterChange.ofTask(new Change<>(before.orElse(null), task)));
    }
  }

  public void put(Agent agent) {
    synchronized (lock) {
      Optional<Agent> before = state.agent(agent.id());
      if (ready && before.isPresent() && before.get().equals(agent)) {
        return;
      }
      publish(state.with(agent), ClusterChange.ofAgent(new Change<>(before.orElse(null), agent)));
    }
  }

  public void put(Framework framework) {
    synchronized (lock) {
      Optional<Framework> before = state.framework(framework.id());
      if (ready && before.isPresent() && before.get().equals(framework)) {
        return;
      }
      publish(
          state.with(framework),
          ClusterChange.ofFramework(new Change<>(before.orElse(null), framework)));
    }
  }

  public void put(Masters masters) {
    synchronized (lock) {
      if (ready && state.masters().equals(masters)) {
        return;
      }
      publish(state.with(masters), ClusterChange.ofMasters(new Change<>(state.masters(), masters)));
    }
  }

  /** Does nothing when there is no such task. */
  public void remove(TaskKey key) {
    synchronized (lock) {
      state
          .task(key)
          .ifPresent(
              gone -> publish(state.without(key), ClusterChange.ofTask(Change.removed(gone))));
    }
  }

  /** Removes the agent; its tasks are removed by {@link #remove}. */
  public void removeAgent(String id) {
    synchronized (lock) {
      state
          .agent(id)
          .ifPresent(
              gone -> publish(state.withoutAgent(id), ClusterChange.ofAgent(Change.removed(gone))));
    }
  }

  /** Removes the framework; its tasks are removed by {@link #remove}. */
  public void removeFramework(String id) {
    synchronized (lock) {
      state
          .framework(id)
          .ifPresent(
              gone ->
                  publish(
                      state.withoutFramework(id), ClusterChange.ofFramework(Change.removed(gone))));
    }
  }

  /** Applies several changes as one. */
  public void apply(ClusterChange change) {
    synchronized (lock) {
      ClusterState after = state.apply(change);
      publish(after, change);
    }
  }

  /**
   * Puts a whole state in place of the present one; listeners are told only what differs.
   *
   * @param refused parts of the input that are missing in {@code after}
   */
  public void replace(ClusterState after, List<Rejection> refused) {
    requireNonNull(after, "after");
    synchronized (lock) {
      rejections = List.copyOf(refused);
      publish(after, ClusterChange.between(state, after));
    }
  }

  private void publish(ClusterState after, ClusterChange change) {
    if (ready && change.isEmpty()) {
      return;
    }
    ready = true;
    state = after;
    for (ClusterDelivery delivery : deliveries) {
      delivery.offer(after, change);
    }
  }

  @Override
  public ClusterState state() {
    return state;
  }

  @Override
  public boolean ready() {
    synchronized (lock) {
      return ready;
    }
  }

  @Override
  public List<Rejection> rejections() {
    synchronized (lock) {
      return rejections;
    }
  }

  @Override
  public Subscription subscribe(Executor executor, ClusterListener listener) {
    ClusterDelivery delivery = new ClusterDelivery(executor, listener);
    synchronized (lock) {
      deliveries.add(delivery);
      if (ready) {
        delivery.offer(state, ClusterChange.between(ClusterState.EMPTY, state));
      }
    }
    return () -> {
      synchronized (lock) {
        deliveries.remove(delivery);
      }
      delivery.close();
    };
  }
}
