// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one changed task costs in a large cluster, and what a whole new snapshot costs. Goal at 50
 * 000 tasks: 20 µs and 4 KB for one task ({@code -prof gc}).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ClusterStateBenchmark {

  @Param({"50000"})
  int taskCount;

  /** Tasks that go by one name: a few, or a tenth of the cluster. */
  @Param({"20", "5000"})
  int tasksPerName;

  private ClusterState state;
  private ClusterState other;
  private List<Task> tasks;
  private List<Task> changed;
  private List<Task> fresh;
  private List<Agent> agents;
  private int next;

  @Setup
  public void fill() {
    Random random = new Random(7);
    agents = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      agents.add(Agent.at(uuid(random) + "-S" + i, IpAddress.ofIpv4(0x0a000000 + i)));
    }
    tasks = new ArrayList<>();
    changed = new ArrayList<>();
    fresh = new ArrayList<>();
    String framework = uuid(random) + "-0001";
    for (int i = 0; i < taskCount; i++) {
      Task task = task(random, framework, i);
      tasks.add(task);
      changed.add(task.toBuilder().state(TaskState.KILLING).build());
      fresh.add(task(random, framework, i));
    }
    state = build(tasks);
    other = build(new ArrayList<>(tasks)).with(changed.get(0));
  }

  private Task task(Random random, String framework, int i) {
    String name = "web-" + i / tasksPerName + ".group";
    return Task.named(name)
        .id(name.replace('.', '_') + ".instance-" + uuid(random) + "._app.1")
        .framework(framework)
        .runningOn(agents.get(random.nextInt(agents.size())))
        .ports(31000, 31001)
        .build();
  }

  private static UUID uuid(Random random) {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private ClusterState build(List<Task> all) {
    return ClusterState.of(
        all, agents, List.of(Framework.named(all.get(0).frameworkId(), "marathon")), Masters.NONE);
  }

  private int next() {
    next = (next + 7919) % taskCount;
    return next;
  }

  @Benchmark
  public ClusterState changeOneStatus() {
    return state.with(changed.get(next()));
  }

  @Benchmark
  public ClusterState addOneTask() {
    return state.with(fresh.get(next()));
  }

  @Benchmark
  public ClusterState removeOneTask() {
    return state.without(tasks.get(next()).key());
  }

  /** As the publisher does it: against the state that is there. */
  @Benchmark
  public ClusterState applyOneChange() {
    ClusterChange wish = ClusterChange.ofTask(Change.added(changed.get(next())));
    return state.apply(wish.appliedTo(state));
  }

  @Benchmark
  public Task lookUp() {
    TaskKey key = tasks.get(next()).key();
    return state.task(key).orElseThrow();
  }

  @Benchmark
  public ClusterState buildWhole() {
    return build(tasks);
  }

  @Benchmark
  public ClusterChange differenceOfSnapshots() {
    return ClusterChange.between(state, other);
  }
}
