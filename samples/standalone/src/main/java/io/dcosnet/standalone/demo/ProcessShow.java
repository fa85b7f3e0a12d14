// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.cli.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a person sees of the demo with several processes: the members, the lines to try, and a task
 * that moves now and then.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ProcessShow {

  private static final Duration BETWEEN_CHANGES = Duration.ofSeconds(20);

  private final ProcessCluster cluster;
  private final Console console;
  private final TimeSource time;
  private final long beginNanos;
  private int moves;

  ProcessShow(ProcessCluster cluster, Console console, TimeSource time, long beginNanos) {
    this.cluster = cluster;
    this.console = console;
    this.time = time;
    this.beginNanos = beginNanos;
  }

  /** Shows the cluster until somebody asks for the end or the time is over. */
  void run(Interruption interruption, Duration longest) {
    long end = beginNanos + longest.toNanos();
    ToyApp app = ToyApp.ALL.get(0);
    List<String> curls = awaitVips(app, interruption);
    console.line("A cluster with a process for each member. Everything listens on loopback only.");
    console.line("");
    row("MEMBER", "PROCESS", "GOSSIP", "DNS SERVER");
    for (ChildMember member : cluster.members()) {
      row(member.name(), member.pid(), member.gossip(), member.dns());
    }
    console.line("");
    row("TASK", "AGENT", "PORTS", "");
    cluster
        .tasks()
        .forEach(
            (agent, tasks) ->
                tasks.forEach(task -> row(task.id(), DemoAgent.nameOf(agent), task.ports(), "")));
    console.line("");
    console.line("Try, in another window:");
    HostPort dns = cluster.agent(1).dns();
    console.line("  " + new DnsQuestion(dns, false, DemoNames.ofTasks(app), "A").asDig());
    curls.forEach(console::line);
    console.line("  kill -9 " + cluster.agent(ProcessCluster.AGENTS).pid());
    console.line("");
    console.line("Every " + BETWEEN_CHANGES.toSeconds() + " s a task moves. Ctrl-C ends it.");
    while (!interruption.await(least(BETWEEN_CHANGES, Duration.ofNanos(end - time.nanos())))) {
      if (time.nanos() >= end) {
        break;
      }
      moveATask();
    }
    say("stopping");
  }

  private List<String> awaitVips(ToyApp app, Interruption interruption) {
    long end = time.nanos() + Steps.PATIENCE.toNanos();
    List<String> curls = new ArrayList<>();
    while (time.nanos() < end && curls.size() < cluster.agents().size()) {
      curls.clear();
      for (ChildMember agent : cluster.agents()) {
        Optional<HostPort> vip = ProcessCluster.vip(agent, app.ports().get(0).vip());
        vip.ifPresent(address -> curls.add("  curl http://" + address + "/"));
      }
      if (interruption.await(Steps.PAUSE)) {
        break;
      }
    }
    return curls;
  }

  private void moveATask() {
    int from = 1 + moves % ProcessCluster.AGENTS;
    int to = 1 + (moves + 1) % ProcessCluster.AGENTS;
    moves++;
    List<PlacedTask> tasks = cluster.tasks().getOrDefault(from, List.of());
    if (!tasks.isEmpty()) {
      String id = tasks.get(0).id();
      cluster.move(id, to);
      say("task " + id + " moves from " + DemoAgent.nameOf(from) + " to " + DemoAgent.nameOf(to));
    }
  }

  private void row(Object first, Object second, Object third, Object fourth) {
    console.line(
        String.format(Locale.ROOT, "  %-14s %-10s %-17s %s", first, second, third, fourth)
            .stripTrailing());
  }

  private void say(String what) {
    double seconds = (time.nanos() - beginNanos) / 1e9;
    console.line(String.format(Locale.ROOT, "%8.1f s  %s", seconds, what));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
