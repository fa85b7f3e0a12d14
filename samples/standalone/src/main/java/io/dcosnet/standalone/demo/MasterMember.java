// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.GossipCluster;

/** The master with the scheduler, in a process of its own. */
final class MasterMember extends DemoMember {

  private final DemoMaster master;
  private final RemoteScheduler scheduler;
  private final int agents;

  MasterMember(DemoMembers members, int agents) {
    this.agents = agents;
    master = new DemoMaster(members);
    scheduler = new RemoteScheduler(master);
  }

  @Override
  void start() {
    master.start();
    scheduler.start(agents);
  }

  @Override
  GossipCluster gossip() {
    return master.gossip();
  }

  @Override
  HostPort dns() {
    return master.dns();
  }

  @Override
  ObjectNode answer(String what, JsonNode question) {
    int agent = question.path("agent").asInt();
    return switch (what) {
      case "launch" -> object().put("task", scheduler.launch(question.path("app").asText(), agent));
      case "move" -> object().put("task", scheduler.move(question.path("task").asText(), agent));
      case "tasks" -> {
        ObjectNode answer = object();
        scheduler
            .running()
            .forEach((number, tasks) -> answer.set("" + number, PlacedTask.document(tasks)));
        yield answer;
      }
      default -> throw unknown(what);
    };
  }

  @Override
  public void close() {
    master.close();
  }
}
