// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.GossipCluster;

/** An agent with its tasks, in a process of its own. */
final class AgentMember extends DemoMember {

  private final DemoAgent agent;
  private final TaskRunner runner;

  AgentMember(DemoMembers members, int number) {
    agent = new DemoAgent(number, members);
    runner = new TaskRunner(agent);
  }

  @Override
  void start() {
    agent.start();
    runner.start();
  }

  @Override
  GossipCluster gossip() {
    return agent.gossip();
  }

  @Override
  HostPort dns() {
    return agent.dns();
  }

  @Override
  ObjectNode answer(String what, JsonNode question) {
    if (!what.equals("vip")) {
      throw unknown(what);
    }
    ObjectNode answer = object();
    agent
        .vip(new ToyApp.Port("", question.path("label").asText()))
        .ifPresent(vip -> answer.put("vip", vip.toString()));
    return answer;
  }

  @Override
  public void close() {
    runner.close();
    agent.close();
  }
}
