// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.records.dcos.DcosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The delay of every change is noted, once for each zone; how long it is, benchmarks tell. */
class ChangeDelayIT {

  private static final int TASKS = 1000;
  private static final int CHANGES = 20;

  private static final Agent NODE = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));

  private final RecordingMetrics metrics = new RecordingMetrics();

  @Test
  void notesTheDelayOfEachChange() {
    try (NetRuntime net = NetRuntime.builder().metrics(metrics).build()) {
      ClusterPublisher cluster = ClusterPublisher.create(net.time());
      cluster.replace(state(), List.of());
      List<Zone> zones = List.of(MesosZone.of(cluster), DcosZone.of(cluster));
      DnsServer.Builder server =
          DnsServer.builder(net).listen(new HostPort(IpAddress.LOOPBACK_IPV4, 0));
      zones.forEach(server::zone);
      net.startAll(server.build());
      Awaitility.await().until(() -> zones.stream().allMatch(zone -> zone.snapshot() != null));

      for (int i = 0; i < CHANGES; i++) {
        String task = "new-" + i;
        cluster.put(task(task));
        Awaitility.await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> zones.stream().allMatch(zone -> has(zone, task)));
      }

      for (Zone zone : zones) {
        assertThat(delays(zone)).hasSize(CHANGES).allMatch(nanos -> nanos > 0);
      }
    }
  }

  private List<Long> delays(Zone zone) {
    String origin = zone.origin().toString();
    Awaitility.await() // noted just after the snapshot is there
        .until(
            () -> metrics.values("dcosnet.dns.zone.delay.nanos", "zone", origin).size(),
            size -> size == CHANGES);
    return metrics.values("dcosnet.dns.zone.delay.nanos", "zone", origin).stream()
        .sorted()
        .toList();
  }

  private static boolean has(Zone zone, String task) {
    String view = zone instanceof DcosZone ? "autoip." : "";
    ZoneSnapshot snapshot = zone.snapshot();
    return snapshot != null
        && snapshot.find(DomainName.parse(task + ".marathon." + view + zone.origin())) != null;
  }

  private static ClusterState state() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(task("web-" + i));
    }
    return ClusterState.of(
        tasks, List.of(NODE), List.of(Framework.named("F1", "marathon")), Masters.NONE);
  }

  private static Task task(String name) {
    return Task.named(name).framework("F1").runningOn(NODE).ports(31000, 31000).build();
  }
}
