// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.health.BackendHealth;
import io.dcosnet.lb.health.BackendHealth.Cause;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
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
 * What it costs to look after back ends while nothing is wrong with them: for each connection on
 * event loops, and for each table and sweep on the scheduler. Every VIP has ten back ends.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HealthBenchmark {

  private static final int BACKENDS = 10;
  private static final long SWEEP = HealthRules.DEFAULT_SWEEP_INTERVAL.toNanos();

  @Param({"100", "10000"})
  int vips;

  private final SplittableRandom random = new SplittableRandom(7);
  private final BackendHealth health =
      new BackendHealth(HealthRules.defaults(), random, new Silent());
  private final List<Frontend> frontends = new ArrayList<>();
  private final List<HostPort> backends = new ArrayList<>();
  private VipTable table = VipTable.EMPTY;
  private VipTable other = VipTable.EMPTY;
  private int next;
  private long now;

  @Setup
  public void fill() {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < BACKENDS; i++) {
      backends.add(new HostPort(IpAddress.ofIpv4(0xc0000200 + i), 80));
      targets.add(Target.up(backends.get(i), 1));
    }
    List<Service> services = new ArrayList<>();
    for (int i = 0; i < vips; i++) {
      HostPort vip = new HostPort(IpAddress.ofIpv4(0x0b000000 + i), 80);
      frontends.add(new Frontend(Protocol.TCP, vip));
      VipKey key = VipKey.named(Protocol.TCP, "web" + i + ".marathon", 80);
      services.add(new Service(key, frontends.get(i), targets));
    }
    table = VipTable.of(services);
    Service first = services.get(0);
    services.set(0, new Service(first.key(), first.frontend(), targets.subList(1, BACKENDS)));
    other = VipTable.of(services);
    health.fit(table, now);
  }

  /** A connection that stands and is answered. */
  @Benchmark
  public void connection() {
    next++;
    Frontend frontend = frontends.get(next % vips);
    HostPort backend = backends.get(next % BACKENDS);
    health.connected(frontend, backend, 1000);
    health.served(frontend, backend);
  }

  /** A table in which one VIP is another. */
  @Benchmark
  public VipTable table() {
    next++;
    return health.warm(health.fit(next % 2 == 0 ? table : other, now));
  }

  /** A look at the figures of all back ends. */
  @Benchmark
  public boolean sweep() {
    now += SWEEP;
    return health.judge(now);
  }

  private static final class Silent implements BackendHealth.Listener {
    @Override
    public void alarm() {
      // nothing is wrong
    }

    @Override
    public void ejected(Place place, Cause cause, long nanos) {
      throw new AssertionError(place);
    }

    @Override
    public void returned(Place place) {
      throw new AssertionError(place);
    }
  }
}
