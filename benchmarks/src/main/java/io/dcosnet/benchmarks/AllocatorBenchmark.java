// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.FileDurableStore;
import io.dcosnet.api.store.MemoryDurableStore;
import io.dcosnet.overlay.Allocations;
import io.dcosnet.overlay.OverlayPlan;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Changes;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Recovery;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Agents of a cluster with two overlays, both VTEP families and room for all. The goal on files is
 * 2 000 new agents a second: 10 000 within 5 s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AllocatorBenchmark {

  @Param({"10000"})
  int agentCount;

  private final NetworkConfig config =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/16","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
            {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""");

  private final TreeMap<String, DurableStore.Versioned> entries = new TreeMap<>();
  private AllocationState full;
  private int turn;

  @Setup
  public void fill() {
    Recovery fresh = Recovery.of(new DurableStore.Snapshot(0, 1, new TreeMap<>()), config, 0);
    write(((Recovery.Recovered) fresh).changes());
    full = AllocationState.empty(config);
    for (int i = 1; i <= agentCount; i++) {
      Step<Registration> step = register(full, i);
      write(step.changes());
      full = step.state();
    }
  }

  private void write(Changes changes) {
    changes
        .entries()
        .forEach(
            (key, value) ->
                entries.put(
                    key,
                    new DurableStore.Versioned(value.orElse(Bytes.EMPTY), entries.size() + 1)));
  }

  private static Step<Registration> register(AllocationState state, int number) {
    return Allocator.register(state, id(number), ip(number), Wants.EVERYTHING, Moment.at(0));
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(number * 0x9e3779b97f4a7c15L, number));
  }

  private static IpAddress ip(int number) {
    return IpAddress.ofIpv4(0x0a000000 + number);
  }

  /** All agents register for the first time: decisions and what they write, no store. */
  @Benchmark
  public AllocationState decideForAll() {
    AllocationState state = AllocationState.empty(config);
    for (int i = 1; i <= agentCount; i++) {
      state = register(state, i).state();
    }
    return state;
  }

  /** One more agent in a full cluster. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public Step<Registration> decideForOneMore() {
    return register(full, agentCount + 1 + turn++ % 1000);
  }

  /** An agent that has everything registers again. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public Step<Registration> decideForAKnownOne() {
    return register(full, 1 + turn++ % agentCount);
  }

  /** An agent is deleted, and comes back. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public Step<Registration> deleteAndTakeBack() {
    int number = 1 + turn++ % agentCount;
    Step<Removal> gone =
        Allocator.remove(full, Removal.Request.of(id(number)).forced(), Moment.at(0));
    return register(gone.state(), number);
  }

  /** A master reads its store: every element reserved, every invariant checked. */
  @Benchmark
  public Recovery recover() {
    return Recovery.of(new DurableStore.Snapshot(entries.size(), 1, entries), config, 0);
  }

  @Benchmark
  public List<Rejection> verify() {
    return Allocator.verify(full);
  }

  @Benchmark
  public String plan() {
    return OverlayPlan.of(config, agentCount, 1).toJson();
  }

  /** All agents register at once with a master whose store is in memory. */
  @Benchmark
  public Optional<AllocationState> allAtOnceInMemory() {
    try (DurableStore store = MemoryDurableStore.create()) {
      return allAtOnce(store);
    }
  }

  /** All agents register at once with a master whose store is on the disk of {@code /tmp}. */
  @Benchmark
  public Optional<AllocationState> allAtOnceOnFiles() throws IOException {
    Path directory = Files.createTempDirectory("allocations");
    try (DurableStore store = FileDurableStore.open(directory.resolve("store"))) {
      return allAtOnce(store);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private Optional<AllocationState> allAtOnce(DurableStore store) {
    try (SystemScheduler scheduler = SystemScheduler.create("allocations")) {
      Allocations master = Allocations.builder(store, config, scheduler).build();
      master.lead().toCompletableFuture().join();
      List<CompletableFuture<Registration>> answers = new ArrayList<>();
      for (int i = 1; i <= agentCount; i++) {
        answers.add(master.register(id(i), ip(i), Wants.EVERYTHING).toCompletableFuture());
      }
      for (CompletableFuture<Registration> answer : answers) {
        if (!(answer.join() instanceof Registration.Assigned)) {
          throw new IllegalStateException("not served: " + answer.join());
        }
      }
      return master.state();
    }
  }
}
