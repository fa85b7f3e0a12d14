// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.dcos.DcosRecords;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a zone takes of the heap, in the counters; the time is that of building it and of the
 * collections around. The cluster state, which others hold too, is not counted.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1) // counters of several would be summed
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class ZoneMemoryBenchmark {

  private static final int COLLECTIONS = 4;

  /** What the last shot found. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Heap {
    public long records;

    /** Of the zone with what it needs to follow its cluster. */
    public long bytesPerRecord;

    /** Of the snapshot alone, as another node has it. */
    public long bytesPerRecordOfSnapshot;

    /** Counters begin at zero in each iteration. */
    @Setup(Level.Iteration)
    public void clear() {
      records = 0;
      bytesPerRecord = 0;
      bytesPerRecordOfSnapshot = 0;
    }
  }

  @Param("50000")
  int taskCount;

  @Param({"10", "10000"})
  int tasksPerName;

  @Param({"false", "true"})
  boolean discovery;

  private ClusterState state;

  // Fields, so that what is measured is held while it is measured.
  private Object records;
  private ZoneSnapshot zone;

  @Setup
  public void fill() {
    state = new TaskCluster(taskCount, tasksPerName, discovery).state();
  }

  @Benchmark
  public long mesos(Heap heap) {
    return measure(heap, this::makeMesos);
  }

  @Benchmark
  public long dcos(Heap heap) {
    return measure(heap, this::makeDcos);
  }

  private void makeMesos() {
    MesosDnsConfig config = MesosDnsConfig.defaults();
    MesosRecords made = new MesosRecords(config);
    made.apply(step());
    zone = made.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
    records = made;
  }

  private void makeDcos() {
    DcosZoneConfig config = DcosZoneConfig.defaults();
    DcosRecords made = new DcosRecords(config);
    made.apply(step());
    zone = made.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
    records = made;
  }

  private ClusterUpdate step() {
    return MesosRecords.stepFromNothing(state);
  }

  private long measure(Heap heap, Runnable make) {
    records = null;
    zone = null;
    long before = usedBytes();
    make.run();
    long whole = usedBytes() - before;
    records = null;
    long alone = usedBytes() - before;
    heap.records = zone.recordCount();
    heap.bytesPerRecord = whole / heap.records;
    heap.bytesPerRecordOfSnapshot = alone / heap.records;
    return whole;
  }

  private static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
