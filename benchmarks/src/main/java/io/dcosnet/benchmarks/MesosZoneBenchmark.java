// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Task;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.zone.ZoneSnapshot;
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
 * From a cluster to the snapshot of its zone: the whole zone, and what one changed task costs.
 * Goals at 10 000 tasks: 100 ms and 1 ms. What a zone takes of memory is in {@link
 * ZoneMemoryBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MesosZoneBenchmark {

  @Param({"10000", "50000"})
  int taskCount;

  /** Tasks that go by one name: a few, or all of them. */
  @Param({"10", "10000"})
  int tasksPerName;

  /** With a discovery name that has a dot, every record is there in two spellings. */
  @Param({"false", "true"})
  boolean discovery;

  private final MesosDnsConfig config = MesosDnsConfig.defaults();
  private TaskCluster cluster;
  private ClusterState state;
  private MesosRecords records;
  private ZoneSnapshot zone;
  private int turn;

  @Setup
  public void fill() {
    cluster = new TaskCluster(taskCount, tasksPerName, discovery);
    state = cluster.state();
    records = new MesosRecords(config);
    records.apply(MesosRecords.stepFromNothing(state));
    zone = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
  }

  /** A server starts, or a source gives a whole new state. */
  @Benchmark
  public ZoneSnapshot wholeZone() {
    MesosRecords fresh = new MesosRecords(config);
    fresh.apply(MesosRecords.stepFromNothing(state));
    return fresh.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
  }

  /** One task goes from one agent to another. */
  @Benchmark
  public ZoneSnapshot oneTaskMoves() {
    int number = turn++ % taskCount;
    Task before = state.task(cluster.task(number, 0).key()).orElseThrow();
    Task after = cluster.task(number, turn * 7);
    ClusterState next = state.with(after);
    ClusterChange change = ClusterChange.ofTask(new Change<>(before, after));
    records.apply(new ClusterUpdate(state, next, change));
    zone = records.commit(zone, 0);
    state = next;
    return zone;
  }
}
