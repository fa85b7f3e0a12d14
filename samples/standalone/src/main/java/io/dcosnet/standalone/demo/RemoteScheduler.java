// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler whose agents are processes of their own: it writes into the replicated store what
 * each is to run, reads there what each runs, and tells the cluster state. An agent that is away
 * keeps its tasks, as with a real master for the first minute or so.
 *
 * <p><b>Thread-safe.</b>
 */
final class RemoteScheduler {

  private static final String ID = "demo-marathon-0000";
  private static final Logger LOGGER = LoggerFactory.getLogger(RemoteScheduler.class);

  private final DemoMaster master;
  private final ClusterPublisher cluster;
  private final ReplicatedStore store;

  // All guarded by this.
  private final Map<Integer, List<PlacedTask>> orders = new TreeMap<>();
  private final Map<Integer, List<PlacedTask>> running = new TreeMap<>();
  private final Map<String, String> predecessors = new TreeMap<>(); // by successor
  private int lastNumber;

  RemoteScheduler(DemoMaster master) {
    this.master = master;
    cluster = master.tasks();
    store = master.gossip().store();
  }

  /** Registers at a master that runs, makes its agents known, and follows what they run. */
  void start(int agents) {
    IpAddress address = DemoMaster.ADDRESS;
    cluster.put(
        new Framework(
            ID,
            ToyScheduler.NAME,
            address.toString(),
            List.of(address),
            Framework.NO_PORT,
            true,
            true));
    for (int number = 1; number <= agents; number++) {
      cluster.put(Agent.at(DemoAgent.idOf(number), DemoAgent.addressOf(number)));
    }
    var unused = store.watch(PlacedTask.RUNNING, master.net().executor(), new Reports());
  }

  /** Lets an agent run one more task of an app, and gives its id. */
  synchronized String launch(String app, int agent) {
    lastNumber++;
    String id = ToyApp.named(app).name() + ".demo-" + lastNumber;
    orders.computeIfAbsent(agent, key -> new ArrayList<>()).add(new PlacedTask(id, app, List.of()));
    write(agent);
    return id;
  }

  /** Starts the same app once more elsewhere, and stops this task when that runs. */
  synchronized String move(String id, int to) {
    PlacedTask task =
        orders.values().stream()
            .flatMap(List::stream)
            .filter(one -> one.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("task: " + id + " is not known"));
    String successor = launch(task.app(), to);
    predecessors.put(successor, id);
    return successor;
  }

  /** What each agent runs, as far as it has told. */
  synchronized Map<Integer, List<PlacedTask>> running() {
    return new TreeMap<>(running);
  }

  private void write(int agent) {
    var unused =
        store
            .put(
                PlacedTask.LAUNCH + agent, PlacedTask.encode(orders.getOrDefault(agent, List.of())))
            .whenComplete(
                (written, failure) -> {
                  if (failure != null) {
                    LOGGER.warn("cannot tell agent {} what to run", agent, failure);
                  }
                });
  }

  private final class Reports implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      entries.values().forEach(RemoteScheduler.this::reported);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        if (after != null) {
          reported(after);
        }
      }
    }
  }

  private synchronized void reported(Entry entry) {
    try {
      int agent = Integer.parseInt(entry.key().substring(PlacedTask.RUNNING.length()));
      reported(agent, PlacedTask.decode(entry.value()));
    } catch (DecodeException | NumberFormatException e) {
      LOGGER.warn("what runs cannot be read key={} reason=\"{}\"", entry.key(), e.getMessage());
    }
  }

  private void reported(int agent, List<PlacedTask> now) {
    List<PlacedTask> before = running.getOrDefault(agent, List.of());
    running.put(agent, now);
    for (PlacedTask task : now) {
      if (!before.contains(task)) {
        cluster.put(
            ToyTask.describe(
                task.id(),
                ToyApp.named(task.app()),
                DemoAgent.idOf(agent),
                DemoAgent.addressOf(agent),
                task.ports(),
                ID));
        stopPredecessor(task.id());
      }
    }
    List<String> ids = now.stream().map(PlacedTask::id).toList();
    before.stream()
        .map(PlacedTask::id)
        .filter(id -> !ids.contains(id))
        .forEach(id -> cluster.remove(new TaskKey(ID, id)));
  }

  private void stopPredecessor(String successor) {
    String id = predecessors.remove(successor);
    if (id != null) {
      orders.forEach(
          (agent, tasks) -> {
            if (tasks.removeIf(task -> task.id().equals(id))) {
              write(agent);
            }
          });
    }
  }
}
