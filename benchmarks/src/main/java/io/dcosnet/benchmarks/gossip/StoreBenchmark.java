// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.store.StoreImage;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreRecord;
import io.dcosnet.gossip.store.StoreState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A replicated store with many keys of 100 octets each, written by 100 nodes: single operations,
 * and what is done to all of it at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
public class StoreBenchmark {

  private static final int WRITERS = 100;
  private static final int VALUE = 100;
  private static final int COLLECTIONS = 4;
  private static final int WRITES_OF_OTHERS = 100_000;
  private static final ReplicaId SELF = replica(0);

  /** What the store takes of the heap. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Heap {
    public long bytesPerKey;

    @Setup(Level.Iteration)
    public void clear() {
      bytesPerKey = 0;
    }
  }

  /** A store that has none of the writes of others yet. */
  @State(Scope.Thread)
  public static class Receiver {
    private StoreState store = empty();

    @Setup(Level.Invocation)
    public void load(StoreBenchmark all) {
      store = StoreState.load(SELF, StoreLimits.USUAL, all.snapshot, List.of());
    }
  }

  @Param({"10000", "100000", "250000"})
  int keys;

  private final Bytes value = Bytes.copyOf(new byte[VALUE]);
  private StoreState state = empty();
  private Bytes snapshot = Bytes.EMPTY;
  private final List<Delta> deltas = new ArrayList<>();
  private final List<Bytes> sent = new ArrayList<>();
  private long time = 1;
  private int turn;

  /** Fills the store, and puts down what another one has in addition. */
  @Setup
  public void fill() {
    List<StoreState> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new StoreState(replica(i + 1), StoreLimits.USUAL));
    }
    for (int i = 0; i < keys; i++) {
      Bytes octets = StoreCodec.encode(write(writers.get(i % WRITERS), key(i)));
      state.take(StoreCodec.decodeDelta(octets));
    }
    state.caughtUp(new DotClock());
    state.strip(time);
    snapshot = state.image().encode();
    StoreState writer =
        StoreState.load(replica(WRITERS + 1), StoreLimits.USUAL, snapshot, List.of());
    for (int i = 0; i < WRITES_OF_OTHERS; i++) {
      Bytes octets = StoreCodec.encode(write(writer, key(i % keys)));
      deltas.add(StoreCodec.decodeDelta(octets));
    }
    writers.clear();
    Iterator<String> missing = state.missing(new DotClock());
    while (missing.hasNext()) {
      String key = missing.next();
      sent.add(StoreCodec.encode(new KeyState(key, state.cell(key))));
    }
  }

  private Delta write(StoreState writer, String key) {
    return writer.update(key, List.of(new CrdtOp.Put(value)), ++time);
  }

  private static StoreState empty() {
    return new StoreState(SELF, StoreLimits.USUAL);
  }

  private static String key(int number) {
    return "tasks/framework/task-" + number;
  }

  private static ReplicaId replica(int number) {
    return new ReplicaId(new NodeId(new UUID(number * 0x9e3779b97f4a7c15L, number)), 1);
  }

  private int turn() {
    turn = (turn + 7919) % keys;
    return turn;
  }

  /** Reads a key. */
  @Benchmark
  public Object get() {
    return state.cell(key(turn())).winner();
  }

  /** Writes a key, and makes the record for the log. */
  @Benchmark
  public Bytes put() {
    return StoreRecord.of(write(state, key(turn())));
  }

  /** Takes in writes of another node. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OperationsPerInvocation(WRITES_OF_OTHERS)
  public DotClock take(Receiver receiver) {
    for (Delta delta : deltas) {
      receiver.store.take(delta);
    }
    return receiver.store.clock();
  }

  /** A new store gets all of another by an exchange, encoded. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public int join() {
    StoreState fresh = empty();
    DotClock clock = state.clock();
    for (Bytes octets : sent) {
      fresh.join(StoreCodec.decodeKeyState(octets), clock);
    }
    fresh.caughtUp(clock);
    return fresh.keys();
  }

  /** The time that writing a snapshot stops the store for. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public StoreImage image() {
    return state.image();
  }

  /** Loads a snapshot. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public int load() {
    return StoreState.load(SELF, StoreLimits.USUAL, snapshot, List.of()).keys();
  }

  /** What a store takes of the heap, keys and values included. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public Cell memory(Heap heap) {
    long before = usedBytes();
    StoreState loaded = StoreState.load(SELF, StoreLimits.USUAL, snapshot, List.of());
    heap.bytesPerKey = (usedBytes() - before) / keys;
    return loaded.cell(key(1));
  }

  private static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
