// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs on an agent what the store says that it is to run, and tells in the store what it runs.
 *
 * <p><b>Confined to</b> one thread; tasks are started and stopped by a thread of its own.
 */
final class TaskRunner implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(TaskRunner.class);

  private final DemoAgent agent;
  private final ReplicatedStore store;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "dcosnet-demo-tasks");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Subscription orders;
  private final Map<String, ToyTask> running = new TreeMap<>(); // the worker's

  TaskRunner(DemoAgent agent) {
    this.agent = agent;
    this.store = agent.gossip().store();
  }

  /** Begins to follow the store of an agent that runs. */
  void start() {
    orders = store.watch(PlacedTask.LAUNCH + agent.number(), worker, new Orders());
  }

  private final class Orders implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      Entry order = entries.get(PlacedTask.LAUNCH + agent.number());
      run(order == null ? List.of() : read(order.value()));
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        run(after == null ? List.of() : read(after.value()));
      }
    }

    private List<PlacedTask> read(Bytes order) {
      try {
        return PlacedTask.decode(order);
      } catch (DecodeException e) {
        LOGGER.warn("what to run cannot be read, nothing changes reason=\"{}\"", e.getMessage());
        return placed();
      }
    }
  }

  /** Runs these and no others. */
  private void run(List<PlacedTask> wanted) {
    Set<String> ids = new HashSet<>();
    for (PlacedTask task : wanted) {
      ids.add(task.id());
      running.computeIfAbsent(task.id(), id -> ToyTask.start(id, ToyApp.named(task.app()), agent));
    }
    List<String> over = running.keySet().stream().filter(id -> !ids.contains(id)).toList();
    List<ToyTask> stopping = over.stream().map(running::remove).toList();
    var unused =
        store
            .put(PlacedTask.RUNNING + agent.number(), PlacedTask.encode(placed()))
            .whenComplete(
                (written, failure) -> {
                  if (failure != null) {
                    LOGGER.warn("cannot tell what runs here", failure);
                  }
                });
    stopping.forEach(ToyTask::close);
  }

  private List<PlacedTask> placed() {
    return running.values().stream()
        .map(
            task ->
                new PlacedTask(
                    task.id(),
                    task.app().name(),
                    IntStream.range(0, task.app().ports().size())
                        .mapToObj(port -> task.endpoint(port).port())
                        .toList()))
        .toList();
  }

  @Override
  public void close() {
    if (orders != null) {
      orders.close();
    }
    worker.shutdownNow();
  }
}
