// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A scheduler in small, as a host would write one: it runs the tasks of its apps, spread over the
 * agents that live, and tells the cluster state what runs where.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ToyScheduler implements AutoCloseable {

  /** Named after the scheduler of DC/OS, so that names look as they do there. */
  static final String NAME = "marathon";

  private static final String ID = "demo-marathon-0000";

  private final ClusterPublisher tasks;
  private final List<DemoAgent> agents;
  private final List<ToyTask> running = new ArrayList<>();
  private int lastNumber;

  /**
   * @param tasks that is told what runs where
   * @param agents that live
   */
  ToyScheduler(ClusterPublisher tasks, List<DemoAgent> agents) {
    this.tasks = tasks;
    this.agents = new ArrayList<>(agents);
  }

  /** Registers at the master's address and starts all tasks of the apps. */
  void start(IpAddress master, List<ToyApp> apps) {
    tasks.put(
        new Framework(ID, NAME, master.toString(), List.of(master), Framework.NO_PORT, true, true));
    for (ToyApp app : apps) {
      for (int i = 0; i < app.instances(); i++) {
        launch(app, leastLoaded(app));
      }
    }
  }

  List<ToyTask> running() {
    return List.copyOf(running);
  }

  List<ToyTask> running(ToyApp app) {
    return running.stream().filter(task -> task.app().equals(app)).toList();
  }

  /** Starts the same app once more elsewhere and then stops this task, as an upgrade does. */
  ToyTask move(ToyTask task, DemoAgent to) {
    ToyTask successor = launch(task.app(), to);
    stop(task);
    return successor;
  }

  /** Ends the tasks of an agent as a power cut does: nobody is told. */
  void cut(DemoAgent agent) {
    running.stream().filter(task -> task.agent().equals(agent)).forEach(ToyTask::close);
  }

  /** One more agent, or one again, that tasks may run on. */
  void add(DemoAgent agent) {
    agents.add(agent);
  }

  /** Takes the tasks of a lost agent out and starts as many anew on the others. */
  void lost(DemoAgent agent) {
    agents.remove(agent);
    List<ToyTask> gone = running.stream().filter(task -> task.agent().equals(agent)).toList();
    gone.forEach(this::stop);
    tasks.removeAgent(agent.id());
    gone.forEach(task -> launch(task.app(), leastLoaded(task.app())));
  }

  private ToyTask launch(ToyApp app, DemoAgent agent) {
    lastNumber++;
    ToyTask task = ToyTask.start(app.name() + ".demo-" + lastNumber, app, agent);
    running.add(task);
    tasks.put(task.describe(ID));
    return task;
  }

  private void stop(ToyTask task) {
    running.remove(task);
    tasks.remove(new TaskKey(ID, task.id()));
    task.close();
  }

  /** The agent with the fewest tasks of the app; of equal ones the one with the fewest at all. */
  private DemoAgent leastLoaded(ToyApp app) {
    return agents.stream()
        .min(
            Comparator.<DemoAgent>comparingLong(
                    agent -> running(app).stream().filter(t -> t.agent().equals(agent)).count())
                .thenComparingLong(
                    agent -> running.stream().filter(t -> t.agent().equals(agent)).count()))
        .orElseThrow();
  }

  @Override
  public void close() {
    running.forEach(ToyTask::close);
    running.clear();
  }
}
