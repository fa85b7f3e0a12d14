// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.key.GossipKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The demo with a process for each member: a master with the scheduler, and agents that run its
 * tasks. They share nothing but sockets; what they keep lies in a folder that goes with the demo.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ProcessCluster implements AutoCloseable {

  static final int AGENTS = DemoCluster.AGENTS;

  private final GossipKey key = GossipKey.generate(1, new SecureRandom());
  private final Path folder;
  private final Map<Integer, ChildMember> members = new TreeMap<>();

  /** Makes the folder; starts nothing. */
  ProcessCluster() {
    try {
      folder = Files.createTempDirectory("dcos-net-demo");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for what the members keep", e);
    }
  }

  /** Starts all processes and waits until they serve; gives the scheduler its apps. */
  void start() {
    start(0, "").awaitReady();
    for (int number = 1; number <= AGENTS; number++) {
      start(number, master().gossip().toString());
    }
    agents().forEach(ChildMember::awaitReady);
    int next = 0;
    for (ToyApp app : ToyApp.ALL) {
      for (int i = 0; i < app.instances(); i++) {
        launch(app, 1 + next++ % AGENTS);
      }
    }
  }

  private ChildMember start(int number, String seed) {
    ObjectNode wish =
        ChildMember.question("be")
            .put("number", number)
            .put("agents", AGENTS)
            .put("seed", seed)
            .put("data", folder.toString())
            .put("key", key.text());
    ChildMember child =
        ChildMember.start(number == 0 ? DemoMaster.NAME : DemoAgent.nameOf(number), wish);
    members.put(number, child);
    return child;
  }

  ChildMember master() {
    return agent(0);
  }

  /** One agent by its number. */
  ChildMember agent(int number) {
    return Optional.ofNullable(members.get(number)).orElseThrow();
  }

  /** The agents that run. */
  List<ChildMember> agents() {
    return members.entrySet().stream()
        .filter(member -> member.getKey() > 0)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** All members that run. */
  Collection<ChildMember> members() {
    return List.copyOf(members.values());
  }

  /** Lets an agent run one more task of an app, and gives its id. */
  String launch(ToyApp app, int agent) {
    return master()
        .ask(ChildMember.question("launch").put("app", app.name()).put("agent", agent))
        .path("task")
        .asText();
  }

  /** Moves a task to another agent. */
  void move(String task, int agent) {
    var unused = master().ask(ChildMember.question("move").put("task", task).put("agent", agent));
  }

  /** What each agent runs, as it has told the master. */
  Map<Integer, List<PlacedTask>> tasks() {
    Map<Integer, List<PlacedTask>> all = new TreeMap<>();
    JsonNode answer = master().ask(ChildMember.question("tasks"));
    answer
        .properties()
        .forEach(one -> all.put(Integer.valueOf(one.getKey()), PlacedTask.of(one.getValue())));
    return all;
  }

  /** Where an agent serves the virtual address of a label; empty until it does. */
  static Optional<HostPort> vip(ChildMember agent, String label) {
    String vip = agent.ask(ChildMember.question("vip").put("label", label)).path("vip").asText();
    return vip.isEmpty() ? Optional.empty() : Optional.of(HostPort.parse(vip));
  }

  /** Ends an agent's process as {@code kill -9} does. */
  void kill(int number) {
    agent(number).kill();
    members.remove(number);
  }

  /** Starts an agent again, with what its folder has kept. */
  void revive(int number) {
    start(number, master().gossip().toString()).awaitReady();
  }

  /** Cuts an agent off: it and the others hear each other no more. */
  void cut(int number) {
    members.forEach(
        (other, member) -> {
          ObjectNode question = ChildMember.question("hear");
          ArrayNode networks = question.putArray("networks");
          if (other == number) {
            networks.add(DemoAgent.addressOf(number) + "/32");
          } else {
            members.keySet().stream()
                .filter(heard -> heard != number)
                .forEach(heard -> networks.add(addressOf(heard) + "/32"));
          }
          var unused = member.ask(question);
        });
  }

  private static String addressOf(int number) {
    return (number == 0 ? DemoMaster.ADDRESS : DemoAgent.addressOf(number)).toString();
  }

  /** Lets all hear all again. */
  void heal() {
    members()
        .forEach(
            member -> {
              ObjectNode question = ChildMember.question("hear");
              var unused = question.putArray("networks");
              var unusedToo = member.ask(question);
            });
  }

  @Override
  public void close() {
    List<ChildMember> all = new ArrayList<>(members.values());
    all.forEach(ChildMember::dismiss); // all at once, and then one by one
    all.forEach(ChildMember::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
