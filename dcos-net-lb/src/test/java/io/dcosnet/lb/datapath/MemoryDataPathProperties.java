// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What hosts may rely on in tests must be so whatever tables come, at whatever pace. */
class MemoryDataPathProperties {

  @Property(tries = 300)
  void applyingATableAgainChangesNothing(@ForAll long seed) {
    Random random = new Random(seed);
    MemoryDataPath path = new MemoryDataPath();
    for (int step = 0; step < 10; step++) {
      List<Service> services = services(random);
      VipTable table = VipTable.of(services);
      ApplyReport once = path.apply(table).toCompletableFuture().join();
      Collections.shuffle(services, random);
      ApplyReport again = path.apply(VipTable.of(services)).toCompletableFuture().join();
      assertThat(again).isEqualTo(once);
      assertThat(path.table()).isEqualTo(table);
    }
  }

  @Property(tries = 300)
  void whatItHasDependsOnTheLastTableOnly(@ForAll long seed) {
    Random random = new Random(seed);
    VirtualTime time = new VirtualTime();
    MemoryDataPath slow = new MemoryDataPath(time, Duration.ofMillis(50));
    List<CompletableFuture<ApplyReport>> stages = new ArrayList<>();
    for (int step = 0; step < 10; step++) {
      stages.add(slow.apply(VipTable.of(services(random))).toCompletableFuture());
      time.advance(Duration.ofMillis(random.nextInt(100)));
    }
    VipTable last = VipTable.of(services(random));
    CompletableFuture<ApplyReport> newest = slow.apply(last).toCompletableFuture();
    time.advance(Duration.ofSeconds(1));
    assertThat(stages).allMatch(CompletableFuture::isDone);
    assertThat(slow.table()).isEqualTo(last);
    assertThat(newest.join())
        .isEqualTo(new MemoryDataPath().apply(last).toCompletableFuture().join());
  }

  private static List<Service> services(Random random) {
    List<Service> services = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      if (random.nextBoolean()) {
        VipKey key = VipKey.named(Protocol.TCP, "web" + i + ".marathon", 80);
        Frontend frontend = new Frontend(Protocol.TCP, HostPort.parse("198.51.100." + i + ":80"));
        Target target =
            Target.up(HostPort.parse("192.0.2.1:" + (31000 + random.nextInt(3))), 1 + i);
        services.add(new Service(key, frontend, ServiceOptions.DEFAULTS, List.of(target)));
      }
    }
    return services;
  }
}
