// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A DNS server whose zone changes without end, for {@code benchmarks/dns/soak.sh}: tells where it
 * listens, then goes on until its input ends.
 */
public final class SoakServer {

  private static final int TASKS = 10_000;
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(100);

  private final TaskCluster cluster = new TaskCluster(TASKS, 10, false);
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final Scheduler scheduler;
  private volatile int changes;

  private SoakServer(Scheduler scheduler) {
    this.scheduler = scheduler;
    tasks.replace(cluster.state(), List.of());
  }

  /**
   * Serves.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    try (NetRuntime net = NetRuntime.builder().ioThreads(1).build()) {
      SoakServer soak = new SoakServer(net.scheduler());
      DnsServer dns =
          DnsServer.builder(net)
              .listen(HostPort.parse("127.0.0.1:0"))
              .zone(MesosZone.of(soak.tasks))
              .build();
      net.startAll(dns);
      System.gc(); // what the start leaves behind would be moved by the first collection under load
      soak.change();
      System.out.println("ready " + dns.localAddress());
      while (System.in.read() >= 0) {
        System.out.println("changes " + soak.changes);
      }
    }
  }

  /** Moves a task to another node, and does so again in a while. */
  private void change() {
    int next = changes + 1;
    tasks.put(cluster.task(next % TASKS, next * 7));
    changes = next;
    var unused = scheduler.schedule(BETWEEN_CHANGES, this::change);
  }
}
