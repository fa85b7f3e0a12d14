// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.balance.FlowHash;
import io.dcosnet.lb.balance.MaglevTable;
import io.dcosnet.lb.balance.Picker;
import io.dcosnet.lb.balance.Pickers;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
 * What the choice of a back end costs: the goal of P2C is 50 ns without garbage, whatever the
 * number of back ends. All have samples and open connections, as in the midst of traffic.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBenchmark {

  private static final int CLIENTS = 10_000;

  @Param({"P2C_EWMA", "P2C_LEAST", "ROUND_ROBIN", "LEAST_CONNECTIONS", "RANDOM", "MAGLEV"})
  Policy policy;

  @Param({"3", "10", "1000"})
  int backends;

  private final SplittableRandom random = new SplittableRandom(7);
  private final long[] flows = new long[CLIENTS];
  private Picker picker = (flow, now, chance, out) -> Picker.NONE;
  private Picker sticky = picker;
  private List<String> names = List.of();
  private int[] weights = {};
  private int client;
  private long now;

  @Setup
  public void fill() {
    List<Target> targets = new ArrayList<>();
    List<BackendLoad> loads = new ArrayList<>();
    for (int i = 0; i < backends; i++) {
      targets.add(Target.up(new HostPort(IpAddress.ofIpv4(0xc0000200 + i), 80), 1));
      BackendLoad load = new BackendLoad();
      load.connected(100_000 + random.nextInt(100_000), 0);
      for (int open = random.nextInt(20); open > 0; open--) {
        load.begin();
      }
      loads.add(load);
    }
    for (int i = 0; i < CLIENTS; i++) {
      flows[i] = FlowHash.of(IpAddress.ofIpv4(0x0a000000 + i));
    }
    ServiceOptions options = ServiceOptions.DEFAULTS.with(policy);
    picker = Pickers.of(service(options, targets), loads, random);
    ServiceOptions keeping = options.withAffinity(Duration.ofHours(1));
    sticky = Pickers.of(service(keeping, targets), loads, random);
    names = targets.stream().map(target -> target.endpoint().toString()).toList();
    weights = new int[backends];
    Arrays.fill(weights, 1);
  }

  private static Service service(ServiceOptions options, List<Target> targets) {
    VipKey key = VipKey.named(Protocol.TCP, "web.marathon", 80);
    Frontend frontend = new Frontend(Protocol.TCP, HostPort.parse("198.51.100.1:80"));
    return new Service(key, frontend, options, targets);
  }

  private long nextFlow() {
    client = client + 1 == CLIENTS ? 0 : client + 1;
    return flows[client];
  }

  @Benchmark
  public int pick() {
    return picker.pick(nextFlow(), now += 1000, random, Picker.ALL);
  }

  /** For clients that were here before. */
  @Benchmark
  public int pickAgain() {
    return sticky.pick(nextFlow(), now += 1000, random, Picker.ALL);
  }

  /** The same for all policies: what a change of members costs where Maglev is asked for. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public MaglevTable buildTable() {
    return MaglevTable.of(names, weights, MaglevTable.USER_SPACE_SIZE);
  }
}
