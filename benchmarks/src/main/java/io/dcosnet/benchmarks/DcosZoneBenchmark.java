// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Task;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.dcos.DcosRecords;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
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
 * As {@link MesosZoneBenchmark} for the zone {@code dcos.thisdcos.directory}. Ports are told where
 * tasks have a discovery name.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DcosZoneBenchmark {

  @Param({"10000", "50000"})
  int taskCount;

  /** Tasks that go by one name: a few, or all of them. */
  @Param({"10", "10000"})
  int tasksPerName;

  /** With a named port, and so with services. */
  @Param({"false", "true"})
  boolean discovery;

  private final DcosZoneConfig config = DcosZoneConfig.defaults();
  private TaskCluster cluster;
  private ClusterState state;
  private DcosRecords records;
  private ZoneSnapshot zone;
  private int turn;

  @Setup
  public void fill() {
    cluster = new TaskCluster(taskCount, tasksPerName, discovery);
    state = cluster.state();
    records = new DcosRecords(config);
    records.apply(MesosRecords.stepFromNothing(state));
    zone = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
  }

  /** A server starts, or a source gives a whole new state. */
  @Benchmark
  public ZoneSnapshot wholeZone() {
    DcosRecords fresh = new DcosRecords(config);
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
