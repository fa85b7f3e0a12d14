// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.List;

/** A small cluster and its zone. */
final class Cluster {

  static final Agent NODE = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));
  static final Agent NODE_6 = Agent.at("a-S6", IpAddress.parse("2001:db8::6"));

  final VirtualTime time = new VirtualTime();
  final ClusterPublisher publisher = ClusterPublisher.create();
  final MesosZone zone;

  private Cluster(MesosDnsConfig config) {
    zone = MesosZone.of(publisher, config);
    var unused =
        zone.follow(new Zone.Surroundings(Runnable::run, time.time(), new RecordingMetrics()));
  }

  /** One that has said nothing yet. */
  static Cluster silent() {
    return new Cluster(MesosDnsConfig.defaults());
  }

  /** One framework, two agents, and {@code web} on the first, with a port. */
  static Cluster withWeb() {
    Cluster cluster = silent();
    cluster.publisher.put(NODE);
    cluster.publisher.put(NODE_6);
    cluster.publisher.put(Framework.named("F1", "marathon"));
    cluster.publisher.put(web("web.1", NODE).ports(31000, 31000).build());
    return cluster;
  }

  static Task.Builder web(String id, Agent agent) {
    return Task.named("web")
        .id(id)
        .framework("F1")
        .runningOn(agent)
        .status(new TaskStatus(TaskState.RUNNING, 1_500_000_000, null, List.of(), Labels.NONE));
  }
}
