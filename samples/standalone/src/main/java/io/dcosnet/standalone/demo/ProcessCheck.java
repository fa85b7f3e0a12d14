// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.standalone.cli.Steps;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Tries what the demo of several processes claims: names and virtual addresses travel by sockets
 * alone, a process that is killed loses its traffic, and the halves of a cut cluster keep what they
 * have and come together again.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ProcessCheck {

  private static final Duration VIP_IS_KNOWN = Duration.ofSeconds(1);
  private static final Duration DEATH_IS_KNOWN = Duration.ofSeconds(2);

  /** Who hears nobody any more doubts itself first, and the others long after. */
  private static final Duration DOUBT = Duration.ofSeconds(60);

  private static final int VICTIM = 3;
  private static final int CUT = 2;

  private final ProcessCluster cluster;
  private final Steps steps;

  ProcessCheck(ProcessCluster cluster, Steps steps) {
    this.cluster = cluster;
    this.steps = steps;
  }

  void run() {
    steps.until("all members know each other", () -> allAlive(cluster.members()));
    everybodyKnows(Set.of());
    newVip();
    moveATask();
    killAnAgent();
    cutAndHeal();
  }

  private void newVip() {
    steps.act(
        "a task with the new virtual address /late:80 starts on a1",
        () -> {
          var unused = cluster.launch(ToyApp.LATE, 1);
        });
    steps.within(
        VIP_IS_KNOWN,
        "all agents answer at " + label(ToyApp.LATE),
        () -> vips(cluster.agents(), ToyApp.LATE, Set.of()));
    steps.until(
        "all members answer " + DemoNames.ofTasks(ToyApp.LATE),
        () -> names(cluster.members(), ToyApp.LATE));
  }

  private void moveATask() {
    PlacedTask task = cluster.tasks().getOrDefault(1, List.of()).get(0);
    steps.act("task " + task.id() + " moves from a1 to a3", () -> cluster.move(task.id(), 3));
    steps.until("task " + task.id() + " is gone", () -> runsNoMore(task.id()));
    everybodyKnows(Set.of());
  }

  private Optional<String> runsNoMore(String id) {
    return cluster.tasks().values().stream()
        .flatMap(List::stream)
        .map(PlacedTask::id)
        .filter(id::equals)
        .findFirst()
        .map(running -> running + " runs still");
  }

  private void killAnAgent() {
    String name = DemoAgent.nameOf(VICTIM);
    long pid = cluster.agent(VICTIM).pid();
    steps.act("kill -9 of " + name + " (process " + pid + ")", () -> cluster.kill(VICTIM));
    for (ToyApp app : apps()) {
      steps.within(
          DEATH_IS_KNOWN,
          "no agent sends connections to " + app.name() + " on " + name,
          () -> vips(cluster.agents(), app, Set.of(VICTIM)));
    }
    steps.until(
        "all members know that " + name + " is dead",
        () -> believed(cluster.members(), name, "dead"));
    steps.act(name + " starts again, with what its disk has kept", () -> cluster.revive(VICTIM));
    steps.until("all members know each other", () -> allAlive(cluster.members()));
    everybodyKnows(Set.of());
  }

  private void cutAndHeal() {
    String name = DemoAgent.nameOf(CUT);
    ChildMember alone = cluster.agent(CUT);
    List<ChildMember> rest =
        cluster.agents().stream().filter(agent -> !agent.equals(alone)).toList();
    steps.act(name + " is cut off from the others", () -> cluster.cut(CUT));
    steps.until("the others take " + name + " for dead", () -> believed(rest, name, "dead"));
    steps.within(
        DOUBT,
        name + " takes the others for dead",
        () ->
            rest.stream()
                .flatMap(other -> believed(List.of(alone), other.name(), "dead").stream())
                .findFirst());
    for (ToyApp app : ToyApp.ALL) {
      steps.until(
          "the others reach their own tasks of " + app.name(), () -> vips(rest, app, Set.of(CUT)));
      steps.until(
          name + " reaches its own tasks of " + app.name() + " at least", // its guard keeps others
          () -> vip(alone, app, running(app, Set.of(1, VICTIM)), DemoExpectations::reachesAtLeast));
      steps.until(
          "both halves answer " + DemoNames.ofTasks(app) + " as before",
          () -> names(cluster.members(), app));
    }
    steps.act(
        "meanwhile one more task of web starts on a1",
        () -> {
          var unused = cluster.launch(ToyApp.ALL.get(0), 1);
        });
    steps.until("the others reach it", () -> vips(rest, ToyApp.ALL.get(0), Set.of(CUT)));
    steps.act("the cut is mended", cluster::heal);
    steps.until("all members know each other", () -> allAlive(cluster.members()));
    everybodyKnows(Set.of());
  }

  private static List<ToyApp> apps() {
    return List.of(ToyApp.ALL.get(0), ToyApp.ALL.get(1), ToyApp.LATE);
  }

  /** Names and virtual addresses agree with what runs now, wherever one asks. */
  private void everybodyKnows(Set<Integer> without) {
    for (ToyApp app : ToyApp.ALL) {
      steps.until(
          "all members answer " + DemoNames.ofTasks(app), () -> names(cluster.members(), app));
      steps.until(
          "all agents spread connections to " + label(app) + " over all tasks",
          () -> vips(cluster.agents(), app, without));
    }
  }

  private static String label(ToyApp app) {
    return app.ports().get(0).vip();
  }

  private Optional<String> names(Collection<ChildMember> asked, ToyApp app) {
    Set<String> expected =
        cluster.tasks().entrySet().stream()
            .filter(agent -> agent.getValue().stream().anyMatch(task -> isOf(task, app)))
            .map(agent -> DemoAgent.addressOf(agent.getKey()).toString())
            .collect(Collectors.toCollection(TreeSet::new));
    if (expected.isEmpty()) {
      return Optional.of("no task of " + app.name() + " runs yet");
    }
    return asked.stream()
        .flatMap(
            member ->
                DemoExpectations.hasData(member.dns(), DemoNames.ofTasks(app), "A", expected)
                    .stream())
        .findFirst();
  }

  /** These agents reach the tasks of an app that run on all agents but some, and no other. */
  private Optional<String> vips(Collection<ChildMember> agents, ToyApp app, Set<Integer> without) {
    Set<String> expected = running(app, without);
    return agents.stream()
        .flatMap(agent -> vip(agent, app, expected, DemoExpectations::reachesAll).stream())
        .findFirst();
  }

  /** The tasks of an app that run on all agents but some. */
  private Set<String> running(ToyApp app, Set<Integer> without) {
    return cluster.tasks().entrySet().stream()
        .filter(agent -> !without.contains(agent.getKey()))
        .flatMap(agent -> agent.getValue().stream())
        .filter(task -> isOf(task, app))
        .map(PlacedTask::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<String> vip(
      ChildMember agent,
      ToyApp app,
      Set<String> expected,
      BiFunction<HostPort, Set<String>, Optional<String>> check) {
    if (expected.isEmpty()) { // else nothing would be shown
      return Optional.of("no task of " + app.name() + " runs there yet");
    }
    Optional<HostPort> vip = ProcessCluster.vip(agent, label(app));
    return vip.isEmpty()
        ? Optional.of(agent.name() + " has no address for " + label(app))
        : check.apply(vip.get(), expected);
  }

  private static boolean isOf(PlacedTask task, ToyApp app) {
    return task.app().equals(app.name());
  }

  private static Optional<String> allAlive(Collection<ChildMember> members) {
    return members.stream()
        .flatMap(member -> believed(members, member.name(), "alive").stream())
        .findFirst();
  }

  private static Optional<String> believed(
      Collection<ChildMember> members, String name, String state) {
    for (ChildMember member : members) {
      JsonNode known = member.ask(ChildMember.question("members"));
      String believed = known.path(name).asText("nothing");
      if (!believed.equals(state)) {
        return Optional.of(
            member.name() + " believes " + believed + " of " + name + ", expected " + state);
      }
    }
    return Optional.empty();
  }
}
