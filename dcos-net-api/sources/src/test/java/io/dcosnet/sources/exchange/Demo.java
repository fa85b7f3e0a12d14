// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;

/** A small cluster: a task on each of two agents. */
final class Demo {

  private static final Master LEADER = new Master(HostPort.parse("203.0.113.1:5050"), "m1");
  static final Masters MASTERS = new Masters(List.of(LEADER), LEADER);
  static final Agent S1 = Agent.at("S1", IpAddress.parse("192.0.2.1"));
  static final Agent S2 = Agent.at("S2", IpAddress.parse("192.0.2.2"));
  static final Framework F = Framework.named("F", "marathon");
  static final Task WEB = task("web", "S1");
  static final Task DB = task("db", "S2");
  static final ClusterState STATE =
      ClusterState.of(List.of(WEB, DB), List.of(S1, S2), List.of(F), MASTERS);

  private Demo() {}

  static Task task(String name, String agent) {
    return Task.named(name).framework("F").runningOn(agent).build();
  }

  static void start(Lifecycle part, VirtualTime time) {
    var started = part.start();
    time.runReady();
    assertThat(started).isCompleted();
  }

  static void stop(Lifecycle part, VirtualTime time) {
    var stopped = part.stop(Duration.ZERO);
    time.runReady();
    assertThat(stopped).isCompleted();
  }
}
