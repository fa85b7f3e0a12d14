// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.standalone.demo.DnsQuestion.Answer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares what servers of the demo answer with what its scheduler really runs. Each method says
 * what is wrong, or nothing.
 */
final class DemoExpectations {

  /** Connections per back end: enough for each to get its turn however turns are taken. */
  private static final int ROUNDS = 4;

  private static final String NOBODY = "nobody";

  private final ToyScheduler scheduler;

  DemoExpectations(ToyScheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The name of the app's tasks has the addresses of exactly those that run. */
  Optional<String> tasksHaveAddresses(HostPort server, ToyApp app) {
    Set<String> expected =
        scheduler.running(app).stream()
            .map(task -> task.agent().address().toString())
            .collect(Collectors.toCollection(TreeSet::new));
    return hasData(server, DemoNames.ofTasks(app), "A", expected);
  }

  /** A name has exactly this data, over UDP and over TCP. */
  static Optional<String> hasData(HostPort server, String name, String type, Set<String> expected) {
    for (boolean tcp : new boolean[] {false, true}) {
      DnsQuestion question = new DnsQuestion(server, tcp, name, type);
      Answer answer = question.ask();
      if (!answer.rcode().equals("NOERROR") || !answer.data().equals(expected)) {
        return Optional.of(question.asDig() + ": " + answer + ", expected " + expected);
      }
    }
    return Optional.empty();
  }

  /** There is no such name, over UDP and over TCP. */
  Optional<String> isDenied(HostPort server, String name) {
    for (boolean tcp : new boolean[] {false, true}) {
      DnsQuestion question = new DnsQuestion(server, tcp, name, "A");
      Answer answer = question.ask();
      if (!answer.rcode().equals("NXDOMAIN")) {
        return Optional.of(question.asDig() + ": " + answer + ", expected NXDOMAIN");
      }
    }
    return Optional.empty();
  }

  /**
   * The service records of a name lead, by the addresses of their targets, to exactly the places
   * where its tasks serve these ports.
   *
   * @param ports of the app by position
   */
  Optional<String> portsAreFound(
      HostPort server, String name, ToyApp app, Collection<Integer> ports) {
    Set<String> expected =
        scheduler.running(app).stream()
            .flatMap(task -> ports.stream().map(port -> task.endpoint(port).toString()))
            .collect(Collectors.toCollection(TreeSet::new));
    for (boolean tcp : new boolean[] {false, true}) {
      DnsQuestion question = new DnsQuestion(server, tcp, name, "SRV");
      Set<String> found = new TreeSet<>();
      Answer answer = question.ask();
      for (String service : answer.data()) {
        String[] words = service.split(" ", 4); // priority, weight, port, target
        Answer target = new DnsQuestion(server, tcp, words[3], "A").ask();
        target.data().forEach(address -> found.add(address + ":" + words[2]));
      }
      if (!found.equals(expected)) {
        return Optional.of(
            question.asDig() + ": " + answer + " leads to " + found + ", expected " + expected);
      }
    }
    return Optional.empty();
  }

  /** The VIP of a port reaches every task that runs, and no other. */
  Optional<String> vipReachesAll(DemoAgent from, ToyApp app, ToyApp.Port port) {
    Optional<HostPort> vip = from.vip(port);
    if (vip.isEmpty()) {
      return Optional.of(from.name() + " has no address for " + port.vip());
    }
    Set<String> expected =
        scheduler.running(app).stream().map(ToyTask::id).collect(Collectors.toSet());
    return reachesAll(vip.get(), expected);
  }

  /** A virtual address reaches each of these tasks, and no other. */
  static Optional<String> reachesAll(HostPort vip, Set<String> expected) {
    Map<String, Integer> answers = answers(vip, expected.size());
    return answers.keySet().equals(expected)
        ? Optional.empty()
        : Optional.of("curl http://" + vip + "/: " + answers + ", expected " + expected);
  }

  /** A virtual address reaches each of these tasks, and perhaps others, but never nobody. */
  static Optional<String> reachesAtLeast(HostPort vip, Set<String> expected) {
    Map<String, Integer> answers = answers(vip, expected.size());
    return answers.keySet().containsAll(expected) && !answers.containsKey(NOBODY)
        ? Optional.empty()
        : Optional.of("curl http://" + vip + "/: " + answers + ", expected also " + expected);
  }

  /** How often who answers. */
  private static Map<String, Integer> answers(HostPort vip, int tasks) {
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < ROUNDS * Math.max(1, tasks); i++) {
      answers.merge(new WebRequest(vip).answeringTask().orElse(NOBODY), 1, Integer::sum);
    }
    return answers;
  }

  /** The name of a VIP has the address at which this agent serves it, and no other. */
  Optional<String> vipHasItsName(DemoAgent agent, ToyApp.Port port) {
    Set<String> expected =
        agent.vip(port).map(HostPort::address).map(IpAddress::toString).stream()
            .collect(Collectors.toCollection(TreeSet::new));
    return hasData(agent.dns(), DemoNames.ofVip(port.vip()), "A", expected);
  }

  /** Positions of all ports of the app. */
  static Collection<Integer> allPorts(ToyApp app) {
    return IntStream.range(0, app.ports().size()).boxed().toList();
  }
}
