// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.cli.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person sees of the demo: the cluster, the lines to try, then a line for each change, of
 * which there is one now and then.
 *
 * <p><b>Confined to</b> one thread; the lines of changes come from a thread of its own.
 */
final class DemoShow {

  /** Often enough to be seen, seldom enough to try something in between. */
  private static final Duration BETWEEN_CHANGES = Duration.ofSeconds(20);

  private final DemoCluster cluster;
  private final Console console;
  private final TimeSource time;
  private final long beginNanos;
  private int moves;

  DemoShow(DemoCluster cluster, Console console, TimeSource time, long beginNanos) {
    this.cluster = cluster;
    this.console = console;
    this.time = time;
    this.beginNanos = beginNanos;
  }

  /** Shows the cluster until somebody asks for the end or the time is over. */
  void run(Interruption interruption, Duration longest) {
    long end = beginNanos + longest.toNanos();
    awaitOneView(interruption, end);
    printCluster();
    printMembers();
    printTasks();
    printOverlay();
    printTry();
    ExecutorService printer =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "dcosnet-demo"));
    try {
      Subscription changes = cluster.tasks().subscribe(printer, this::print);
      while (!interruption.await(least(BETWEEN_CHANGES, Duration.ofNanos(end - time.nanos())))) {
        if (time.nanos() >= end) {
          break;
        }
        moveATask();
      }
      changes.close();
    } finally {
      printer.shutdown();
    }
    say("stopping");
  }

  /** Members meet, and names and back ends travel through the store, an instant after the start. */
  private void awaitOneView(Interruption interruption, long end) {
    long remark = time.nanos() + Steps.PATIENCE.toNanos();
    boolean remarked = false;
    while (time.nanos() < end && isAnythingUntold()) {
      if (!remarked && time.nanos() >= remark) {
        remarked = true;
        say("waiting until all agents know all members and tasks");
      }
      if (interruption.await(Steps.PAUSE)) {
        return;
      }
    }
  }

  /** Whether a line that is about to be printed would not be true on one of the agents yet. */
  private boolean isAnythingUntold() {
    DemoExpectations expect = new DemoExpectations(cluster.scheduler());
    return new MemberExpectations(cluster).allAre(Member.State.ALIVE).isPresent()
        || cluster.agents().stream()
            .anyMatch(
                agent ->
                    ToyApp.ALL.stream()
                        .anyMatch(
                            app ->
                                expect.tasksHaveAddresses(agent.dns(), app).isPresent()
                                    || isAnyVipUntold(expect, agent, app)));
  }

  private static boolean isAnyVipUntold(DemoExpectations expect, DemoAgent agent, ToyApp app) {
    return app.ports().stream()
        .filter(port -> !port.vip().isEmpty())
        .anyMatch(port -> expect.vipReachesAll(agent, app, port).isPresent());
  }

  private void moveATask() {
    List<ToyTask> running = cluster.scheduler().running();
    ToyTask task = running.get(0); // the one that has been there longest
    List<DemoAgent> agents = cluster.agents();
    int next = (agents.indexOf(task.agent()) + 1 + moves % (agents.size() - 1)) % agents.size();
    moves++;
    cluster.scheduler().move(task, agents.get(next));
  }

  private void print(ClusterUpdate update) {
    if (update.before().tasks().isEmpty()) {
      return; // the state that is on the screen already
    }
    for (Change<Task> change : update.change().tasks()) {
      Task after = change.after();
      Task before = change.before();
      if (before == null && after != null) {
        say("task " + after.id() + " started on " + agentOf(after));
      } else if (after == null && before != null) {
        say("task " + before.id() + " stopped on " + agentOf(before));
      }
    }
    for (Change<Agent> change : update.change().agents()) {
      if (change.after() == null) {
        say("agent " + change.latest().id() + " is gone");
      }
    }
  }

  private static String agentOf(Task task) {
    return task.agentId();
  }

  private void printCluster() {
    console.line("A cluster in one process, without root. Everything listens on loopback only.");
    console.line("");
    row("", "ADDRESS", "DNS SERVER", "VIRTUAL ADDRESSES");
    row("master", DemoMaster.ADDRESS, cluster.dns(), "");
    for (DemoAgent agent : cluster.agents()) {
      row(agent.name(), agent.address(), agent.dns(), agent.vipRange());
    }
    console.line("");
  }

  private void printMembers() {
    row("MEMBER", "SEES", "GOSSIP", "");
    printMember("master", cluster.gossip());
    cluster.agents().forEach(agent -> printMember(agent.name(), agent.gossip()));
    console.line("");
  }

  private void printMember(String name, GossipCluster member) {
    long alive =
        member.membership().members().stream()
            .filter(other -> other.state() == Member.State.ALIVE)
            .count();
    row(name, alive + " alive", member.address(), "encrypted");
  }

  private void printTasks() {
    row("TASK", "AGENT", "SERVES", "VIRTUAL ADDRESS");
    for (ToyTask task : cluster.scheduler().running()) {
      for (int i = 0; i < task.app().ports().size(); i++) {
        row(task.id(), task.agent().name(), task.endpoint(i), task.app().ports().get(i).vip());
      }
    }
    console.line("");
  }

  private void printOverlay() {
    row("OVERLAY", "AGENT", "TUNNEL END POINT", "CONTAINERS");
    for (AgentAddresses agent : cluster.overlay().all()) {
      for (AgentAddresses.OverlayAddresses overlay : agent.overlays()) {
        String subnets =
            Stream.concat(overlay.subnet().stream(), overlay.subnet6().stream())
                .map(Cidr::toString)
                .collect(Collectors.joining(", "));
        row(overlay.name(), agent.ip(), agent.vtep().ip(), subnets);
      }
    }
    console.line("");
  }

  private void printTry() {
    ToyApp app = ToyApp.ALL.get(0);
    ToyApp.Port port = app.ports().get(0);
    DemoAgent agent = cluster.agents().get(0);
    console.line("Try, in another window:");
    tryLine(new DnsQuestion(agent.dns(), false, DemoNames.ofTasks(app), "A").asDig());
    tryLine(new DnsQuestion(agent.dns(), false, DemoNames.ofPorts(app), "SRV").asDig());
    tryLine(new DnsQuestion(agent.dns(), false, DemoNames.ofVip(port.vip()), "A").asDig());
    for (DemoAgent each : cluster.agents()) {
      each.vip(port).map(HostPort::toString).ifPresent(vip -> tryLine("curl http://" + vip + "/"));
    }
    console.line("");
    console.line("Every " + BETWEEN_CHANGES.toSeconds() + " s a task moves. Ctrl-C ends it.");
  }

  private void tryLine(String line) {
    console.line("  " + line);
  }

  private void row(Object first, Object second, Object third, Object fourth) {
    String line =
        String.format(Locale.ROOT, "  %-14s %-10s %-17s %s", first, second, third, fourth);
    console.line(line.stripTrailing());
  }

  private void say(String what) {
    double seconds = (time.nanos() - beginNanos) / 1e9;
    console.line(String.format(Locale.ROOT, "%8.1f s  %s", seconds, what));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
