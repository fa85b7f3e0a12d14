// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.standalone.cli.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tries everything that the demo claims: each name and each VIP from each agent, then again after a
 * task moved, after an agent died and after it came back; and that the members know each other's
 * state.
 *
 * <p><b>Confined to</b> one thread.
 */
final class DemoCheck {

  /** What the cluster promises, from the end of a process to the last one that knows. */
  private static final Duration DEATH_IS_KNOWN = Duration.ofMillis(1500);

  private final DemoCluster cluster;
  private final DemoExpectations expect;
  private final MemberExpectations members;
  private final Steps steps;

  DemoCheck(DemoCluster cluster, Steps steps) {
    this.cluster = cluster;
    this.steps = steps;
    expect = new DemoExpectations(cluster.scheduler());
    members = new MemberExpectations(cluster);
  }

  void run() {
    steps.until("all members know each other", () -> members.allAre(Member.State.ALIVE));
    names("master", cluster.dns());
    cluster.agents().forEach(agent -> names(agent.name(), agent.dns()));
    cluster.agents().forEach(this::vips);
    overlay();
    moveATask();
    killAnAgent();
  }

  private void overlay() {
    steps.until(
        "each agent has container addresses of its own",
        () -> sharedAddress(cluster.overlay().all()));
    hostsKnowEachOther(DemoCluster.AGENTS);
    List<AgentAddresses> before = cluster.overlay().all();
    steps.act(
        "the allocator of container addresses starts again from its disk",
        cluster.overlay()::restart);
    steps.until(
        "each agent has the container addresses that it had",
        () -> different(cluster.overlay().all(), before));
    hostsKnowEachOther(DemoCluster.AGENTS);
  }

  private void hostsKnowEachOther(int all) {
    steps.until(
        "each host knows the way to the containers of all others",
        () ->
            cluster.agents().stream()
                .flatMap(agent -> cluster.host(agent).fault(all - 1).stream())
                .findFirst());
  }

  private static Optional<String> different(Object found, Object expected) {
    return found.equals(expected)
        ? Optional.empty()
        : Optional.of(found + ", expected " + expected);
  }

  private static Optional<String> sharedAddress(List<AgentAddresses> agents) {
    Set<Object> seen = new HashSet<>();
    for (AgentAddresses agent : agents) {
      List<Object> own = new ArrayList<>(List.of(agent.vtep().ip(), agent.vtep().mac()));
      agent.overlays().forEach(overlay -> overlay.subnet().ifPresent(own::add));
      agent.overlays().forEach(overlay -> overlay.subnet6().ifPresent(own::add));
      for (Object address : own) {
        if (!seen.add(address)) {
          return Optional.of(address + " is given out twice: " + agents);
        }
      }
    }
    return agents.size() == DemoCluster.AGENTS
        ? Optional.empty()
        : Optional.of(agents.size() + " agents have some, expected " + DemoCluster.AGENTS);
  }

  private void names(String who, HostPort server) {
    for (ToyApp app : ToyApp.ALL) {
      step(who, DemoNames.ofTasks(app), () -> expect.tasksHaveAddresses(server, app));
      String all = DemoNames.ofPorts(app);
      step(
          who,
          all + " SRV",
          () -> expect.portsAreFound(server, all, app, DemoExpectations.allPorts(app)));
      for (int i = 0; i < app.ports().size(); i++) {
        String name = DemoNames.ofPort(app, app.ports().get(i));
        List<Integer> port = List.of(i);
        step(who, name + " SRV", () -> expect.portsAreFound(server, name, app, port));
      }
    }
    Set<String> master = Set.of(DemoMaster.ADDRESS.toString());
    for (String name : List.of("leader.mesos", "master.mesos", ToyScheduler.NAME + ".mesos")) {
      step(who, name, () -> DemoExpectations.hasData(server, name, "A", master));
    }
    String unknown = "no-such-task." + ToyScheduler.NAME + ".mesos";
    steps.until(who + " denies " + unknown, () -> expect.isDenied(server, unknown));
  }

  private void step(String who, String name, Supplier<Optional<String>> fault) {
    steps.until(who + " answers " + name + " over UDP and TCP", fault);
  }

  private void vips(DemoAgent agent) {
    for (ToyApp app : ToyApp.ALL) {
      for (ToyApp.Port port : app.ports()) {
        if (port.vip().isEmpty()) {
          continue;
        }
        steps.until(
            agent.name()
                + " answers "
                + DemoNames.ofVip(port.vip())
                + " with an address of its own",
            () -> expect.vipHasItsName(agent, port));
        steps.until(
            agent.name() + " spreads connections to " + port.vip() + " over all tasks",
            () -> expect.vipReachesAll(agent, app, port));
      }
    }
  }

  private void moveATask() {
    ToyTask task = cluster.scheduler().running().get(0);
    DemoAgent to =
        cluster.agents().stream()
            .filter(other -> !other.equals(task.agent()))
            .findFirst()
            .orElseThrow();
    steps.act(
        "task " + task.id() + " moves from " + task.agent().name() + " to " + to.name(),
        () -> cluster.scheduler().move(task, to));
    everybodyKnows();
  }

  private void killAnAgent() {
    List<DemoAgent> agents = cluster.agents();
    DemoAgent victim = agents.get(agents.size() - 1);
    Optional<AgentAddresses> had = cluster.host(victim).addresses();
    List<AgentAddresses> before = cluster.overlay().all();
    steps.act(
        "agent " + victim.name() + " (" + victim.address() + ") dies with all its tasks",
        () -> cluster.kill(victim));
    steps.within(
        DEATH_IS_KNOWN,
        "all members know that " + victim.name() + " is dead",
        () -> members.all(victim.node(), Member.State.DEAD));
    everybodyKnows();
    steps.until(
        "its container addresses stay its own, and the way to them",
        () ->
            different(cluster.overlay().all(), before)
                .or(
                    () ->
                        cluster.agents().stream()
                            .flatMap(
                                agent -> cluster.host(agent).fault(DemoCluster.AGENTS - 1).stream())
                            .findFirst()));
    steps.act("agent " + victim.name() + " starts again", () -> cluster.revive(victim));
    steps.until(
        "agent " + victim.name() + " has the container addresses that it had",
        () -> different(cluster.host(cluster.agents().get(agents.size() - 1)).addresses(), had));
    hostsKnowEachOther(DemoCluster.AGENTS);
    steps.until(
        "all members know that " + victim.name() + " lives",
        () -> members.allAre(Member.State.ALIVE));
    everybodyKnows();
  }

  /** Names and VIPs agree with what runs now, wherever one asks. */
  private void everybodyKnows() {
    steps.until(
        "master answers with what runs now",
        () ->
            ToyApp.ALL.stream()
                .flatMap(app -> expect.tasksHaveAddresses(cluster.dns(), app).stream())
                .findFirst());
    for (DemoAgent agent : cluster.agents()) {
      for (ToyApp app : ToyApp.ALL) {
        steps.until(
            agent.name()
                + " answers for and connects to the tasks of "
                + app.name()
                + " that run now",
            () ->
                expect
                    .tasksHaveAddresses(agent.dns(), app)
                    .or(
                        () ->
                            expect.portsAreFound(
                                agent.dns(),
                                DemoNames.ofPorts(app),
                                app,
                                DemoExpectations.allPorts(app)))
                    .or(
                        () ->
                            app.ports().stream()
                                .filter(port -> !port.vip().isEmpty())
                                .flatMap(port -> expect.vipReachesAll(agent, app, port).stream())
                                .findFirst()));
      }
    }
  }
}
