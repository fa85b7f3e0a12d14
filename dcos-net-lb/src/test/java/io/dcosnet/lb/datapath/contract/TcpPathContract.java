// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every data path does with TCP connections. */
@Timeout(120)
public abstract class TcpPathContract extends OnSubject {

  private static final int CONNECTIONS = 400;

  /** For implementations. */
  protected TcpPathContract() {}

  private NamedServer server(String name) throws IOException {
    return keep(new NamedServer(name, subject().backends()));
  }

  private static Target up(NamedServer server) {
    return Target.up(server.address(), 1);
  }

  private static Target weightless(NamedServer server) {
    return Target.up(server.address(), 0);
  }

  /**
   * @param deadlineNanos on the clock of this process
   */
  private static Target draining(NamedServer server, long deadlineNanos) {
    return new Target(server.address(), Backend.State.DRAINING, 0, deadlineNanos);
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private Service web(Target... targets) {
    return service(Protocol.TCP, 1, targets);
  }

  private Caller call(HostPort place) throws IOException {
    return keep(new Caller(subject().client(), place, subject().patience()));
  }

  /** Who answers a new connection. */
  private String askOnce(HostPort place) throws IOException {
    Caller caller = new Caller(subject().client(), place, subject().patience());
    try {
      return caller.ask();
    } finally {
      caller.drop();
    }
  }

  private Map<String, Integer> askMany(HostPort place, int times) throws IOException {
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      answers.merge(askOnce(place), 1, Integer::sum);
    }
    return answers;
  }

  /** Neither served nor left waiting. */
  private void assertNobodyAt(HostPort place) {
    assertThatThrownBy(() -> fail("answered by " + askOnce(place)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }

  private static void assertCut(Caller caller) {
    assertThatThrownBy(caller::ask)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void carriesWhatClientsAndBackEndsSay() throws Exception {
    Service web = web(up(server("a")));
    Caller caller = call(place(serve(web), web));
    for (int i = 0; i < 100; i++) {
      assertThat(caller.ask()).isEqualTo("a");
    }
  }

  @Test
  void anEstablishedConnectionSurvivesAllThatDoesNotRemoveItsBackEnd() throws Exception {
    NamedServer mine = server("mine");
    NamedServer other = server("other");
    Service web = web(up(mine));
    Caller caller = call(place(serve(web), web));
    assertThat(caller.ask()).isEqualTo("mine");
    List<List<Service>> changes =
        List.of(
            List.of(web),
            List.of(web(up(mine), up(other))),
            List.of(web(Target.up(mine.address(), 7), up(other))),
            List.of(web(weightless(mine), up(other))),
            List.of(web(draining(mine, Target.NEVER), up(other))),
            List.of(web(draining(mine, Target.NEVER))),
            List.of(
                web(new Target(mine.address(), Backend.State.DOWN, 0, Target.NEVER), up(other))),
            List.of(web(draining(mine, in(Duration.ofMinutes(5))), up(other))),
            List.of(service(Protocol.TCP, 1, options().with(Policy.RANDOM), up(mine))),
            List.of(
                service(Protocol.TCP, 1, options().withAffinity(Duration.ofMinutes(5)), up(mine))),
            List.of(web(up(mine)), service(Protocol.TCP, 2, up(mine))),
            List.of(web(up(mine)), service(Protocol.TCP, 3, up(other))),
            List.of(web(up(mine))));
    for (List<Service> change : changes) {
      serve(change.toArray(new Service[0]));
      assertThat(caller.ask()).as("with %s", change).isEqualTo("mine");
    }
    assertThat(mine.accepted()).as("by the one connection").isEqualTo(1);
  }

  @Test
  void aConnectionWhoseBackEndLeavesIsCutAndNotLeftHanging() throws Exception {
    NamedServer leaving = server("leaving");
    NamedServer staying = server("staying");
    Service both = web(up(leaving), up(staying));
    HostPort place = place(serve(both), both);
    List<Caller> callers = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Caller caller = call(place);
      callers.add(caller);
      names.add(caller.ask());
    }
    assertThat(names).contains("leaving", "staying");
    leaving.freeze(); // the machine is gone: no end of a connection comes from there
    serve(web(up(staying)));
    for (int i = 0; i < callers.size(); i++) {
      if (names.get(i).equals("leaving")) {
        assertCut(callers.get(i));
      } else {
        assertThat(callers.get(i).ask()).isEqualTo("staying");
      }
    }
    assertThat(askMany(place, 10)).containsOnlyKeys("staying");
  }

  @Test
  void thereIsNoMomentWithoutABackEndWhileTheyTakeTurns() throws Exception {
    NamedServer a = server("a");
    NamedServer b = server("b");
    Service first = web(up(a), draining(b, Target.NEVER));
    Service second = web(draining(a, Target.NEVER), up(b));
    HostPort place = place(serve(first), first);
    Queue<Exception> failed = new ConcurrentLinkedQueue<>();
    Thread client =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  askOnce(place);
                } catch (IOException e) {
                  failed.add(e);
                }
              }
            });
    client.start();
    try {
      for (int i = 0; i < 100; i++) {
        int before = a.served() + b.served();
        serve(i % 2 == 0 ? second : first);
        await().until(() -> a.served() + b.served() > before || !failed.isEmpty());
      }
    } finally {
      client.interrupt();
      client.join(30_000);
    }
    assertThat(failed).isEmpty();
  }

  @Test
  void whatDrainsOrHasNoWeightGetsNothingNew() throws Exception {
    NamedServer draining = server("draining");
    NamedServer weightless = server("weightless");
    NamedServer up = server("up");
    Service all = web(up(draining), up(weightless), up(up));
    HostPort place = place(serve(all), all);
    assertThat(askMany(place, 30)).containsOnlyKeys("draining", "up", "weightless");
    serve(web(draining(draining, Target.NEVER), weightless(weightless), up(up)));
    int before = draining.accepted() + weightless.accepted();
    assertThat(askMany(place, 50)).containsOnlyKeys("up");
    assertThat(draining.accepted() + weightless.accepted()).isEqualTo(before);
    serve(all);
    assertThat(askMany(place, 30)).containsOnlyKeys("draining", "up", "weightless");
  }

  @Test
  void connectionsAreCutAtTheDeadlineOfADrain() throws Exception {
    NamedServer draining = server("draining");
    NamedServer up = server("up");
    Service before = web(up(draining));
    Caller caller = call(place(serve(before), before));
    assertThat(caller.ask()).isEqualTo("draining");
    long begun = System.nanoTime();
    Duration drain = Duration.ofMillis(500);
    serve(web(draining(draining, begun + drain.toNanos()), up(up)));
    assertThatThrownBy(
            () -> {
              while (true) {
                caller.ask();
              }
            })
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(drain);
  }

  @Test
  void aDeadlineThatIsOverCutsAtOnce() throws Exception {
    NamedServer draining = server("draining");
    NamedServer up = server("up");
    Service before = web(up(draining));
    Caller caller = call(place(serve(before), before));
    assertThat(caller.ask()).isEqualTo("draining");
    draining.freeze();
    serve(web(draining(draining, System.nanoTime() - 1), up(up)));
    assertCut(caller);
  }

  @Test
  void aDrainThatIsCalledOffCutsNothing() throws Exception {
    NamedServer server = server("a");
    Service up = web(up(server));
    HostPort place = place(serve(up), up);
    Caller caller = call(place);
    assertThat(caller.ask()).isEqualTo("a");
    long deadline = in(Duration.ofMillis(300));
    serve(web(draining(server, deadline)));
    serve(up);
    while (System.nanoTime() - deadline < Duration.ofMillis(300).toNanos()) {
      assertThat(caller.ask()).isEqualTo("a");
    }
    assertThat(askOnce(place)).isEqualTo("a");
  }

  @Test
  void clientsAreRefusedAtOnceWhileNoBackEndIsUp() throws Exception {
    NamedServer server = server("a");
    Service nobody = web();
    HostPort place = place(serve(nobody), nobody);
    assertNobodyAt(place);
    serve(web(weightless(server)));
    assertNobodyAt(place);
    serve(web(draining(server, Target.NEVER)));
    assertNobodyAt(place);
    serve(web(up(server)));
    assertThat(askOnce(place)).isEqualTo("a");
    serve(nobody);
    assertNobodyAt(place);
    apply();
    assertNobodyAt(place);
  }

  /** As a busy machine may be late, the fastest of many counts: none waits for a timer. */
  @Test
  void aRefusalTakesNoTimer() throws Exception {
    Service nobody = web();
    HostPort place = place(serve(nobody), nobody);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 50; i++) {
      long begun = System.nanoTime();
      assertNobodyAt(place);
      least = Math.min(least, System.nanoTime() - begun);
    }
    assertThat(Duration.ofNanos(least)).isLessThanOrEqualTo(Duration.ofMillis(10));
  }

  @Test
  void aBackEndThatRefusesLeavesNobodyHanging() throws Exception {
    NamedServer dead = server("dead");
    Service web = web(up(dead));
    HostPort place = place(serve(web), web);
    assertThat(askOnce(place)).isEqualTo("dead");
    dead.kill();
    assertNobodyAt(place);
  }

  @Test
  void whatCannotBeServedDisturbsNoConnection() throws Exception {
    Service web = web(up(server("a")));
    HostPort place = place(serve(web), web);
    Caller caller = call(place);
    assertThat(caller.ask()).isEqualTo("a");
    Service blocked = service(Protocol.TCP, 2, up(server("b")));
    AutoCloseable obstacle = subject().obstruct(blocked.frontend());
    try {
      apply(web, blocked);
      assertThat(caller.ask()).isEqualTo("a");
      assertThat(askOnce(place)).isEqualTo("a");
    } finally {
      obstacle.close();
    }
    assertThat(askOnce(place(serve(web, blocked), blocked))).isEqualTo("b");
    assertThat(caller.ask()).isEqualTo("a");
  }

  @Test
  void aServiceThatEndsTakesItsConnectionsAndNoOthers() throws Exception {
    NamedServer server = server("a");
    Service ending = web(up(server));
    Service staying = service(Protocol.TCP, 2, up(server));
    ApplyReport report = serve(ending, staying);
    Caller lost = call(place(report, ending));
    Caller kept = call(place(report, staying));
    assertThat(lost.ask()).isEqualTo("a");
    assertThat(kept.ask()).isEqualTo("a");
    serve(staying);
    assertCut(lost);
    assertNobodyAt(place(report, ending));
    assertThat(kept.ask()).isEqualTo("a");
  }

  @Test
  void followsWeights() throws Exception {
    Target one = up(server("one"));
    Target three = Target.up(server("three").address(), 3);
    Service web = web(one, three, weightless(server("none")));
    Map<String, Integer> answers = askMany(place(serve(web), web), CONNECTIONS);
    assertThat(answers).containsOnlyKeys("one", "three");
    // Four standard deviations of a path that draws lots.
    assertThat(answers.get("three")).isCloseTo(CONNECTIONS * 3 / 4, within(35));
  }

  @Test
  void keepsLimitsOrGoesOnWithoutThem() throws Exception {
    ServiceOptions limited = options().withLimits(3, ServiceOptions.UNLIMITED);
    Service web = service(Protocol.TCP, 1, limited, up(server("a")));
    HostPort place = place(serve(web), web);
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Caller caller = call(place);
      assertThat(caller.ask()).isEqualTo("a");
      callers.add(caller);
    }
    if (subject().keepsLimits()) {
      assertNobodyAt(place);
      callers.get(0).close();
      await().until(() -> answers(place));
    } else {
      assertThat(askOnce(place)).isEqualTo("a");
    }
    assertThat(callers.get(1).ask()).isEqualTo("a");
  }

  private boolean answers(HostPort place) {
    try {
      return !askOnce(place).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aBackEndMayCallItsOwnVip() throws Exception {
    ServerSocket server = keep(new ServerSocket());
    server.bind(new HostPort(subject().backends(), 0).toSocketAddress());
    Service web = web(Target.up(new HostPort(subject().backends(), server.getLocalPort()), 1));
    HostPort place = place(serve(web), web);
    Queue<String> answers = new ConcurrentLinkedQueue<>();
    NamedServer helper = server("itself");
    Thread calling =
        new Thread(
            () -> {
              try (var first = server.accept();
                  Caller self = new Caller(subject().client(), place, subject().patience());
                  var second = server.accept()) {
                second.getOutputStream().write("itself\n".getBytes(StandardCharsets.UTF_8));
                answers.add(self.ask());
                first
                    .getOutputStream()
                    .write((answers.peek() + "\n").getBytes(StandardCharsets.UTF_8));
                first.getInputStream().readAllBytes();
              } catch (IOException e) {
                answers.add(e.toString());
              }
            });
    calling.start();
    try (Caller caller = new Caller(subject().client(), place, Duration.ofSeconds(20))) {
      assertThat(caller.ask()).isEqualTo("itself");
    }
    calling.join(20_000);
    assertThat(answers).containsExactly("itself");
    assertThat(helper.accepted()).isZero();
  }

  @Test
  void tellsHowBackEndsFare() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    path().observe(new Throwing());
    Subscription subscription = path().observe(new Writing(seen));
    NamedServer a = server("a");
    NamedServer dead = server("dead");
    dead.kill();
    Service web = web(up(a));
    HostPort place = place(serve(web), web);
    Caller caller = call(place);
    assertThat(caller.ask()).isEqualTo("a");
    if (subject().tellsOutcomes()) {
      await().untilAsserted(() -> assertThat(seen).containsExactly("connected " + a.address()));
    }
    serve(web(draining(a, Target.NEVER), up(dead)));
    assertThat(caller.ask()).isEqualTo("a");
    assertNobodyAt(place);
    if (subject().tellsOutcomes()) {
      await().untilAsserted(() -> assertThat(seen).contains("failed " + dead.address()));
    }
    assertThat(seen).doesNotContain("drained " + a.address());
    caller.close();
    await().untilAsserted(() -> assertThat(seen).contains("drained " + a.address()));
    subscription.close();
    int told = seen.size();
    serve(web(up(a)));
    assertThat(askOnce(place)).isEqualTo("a");
    assertThat(seen).hasSize(told);
  }

  /** Writes down what it hears. */
  private record Writing(Queue<String> seen) implements TrafficObserver {
    @Override
    public void connected(Frontend frontend, HostPort backend, long nanos) {
      assertThat(nanos).isNotNegative();
      seen.add("connected " + backend);
    }

    @Override
    public void failed(Frontend frontend, HostPort backend, Failure failure) {
      seen.add("failed " + backend);
    }

    @Override
    public void drained(Frontend frontend, HostPort backend) {
      seen.add("drained " + backend);
    }
  }

  /** Must disturb nobody. */
  private static final class Throwing implements TrafficObserver {
    @Override
    public void connected(Frontend frontend, HostPort backend, long nanos) {
      throw new IllegalStateException("thrown on purpose by TcpPathContract");
    }
  }

  @Test
  void anEndLetsConnectionsGoOnForItsGraceAndTakesNoNewOnes() throws Exception {
    Service web = web(up(server("a")));
    HostPort place = place(serve(web), web);
    Caller caller = call(place);
    assertThat(caller.ask()).isEqualTo("a");
    var stopped = path().stop(false, Duration.ofSeconds(60)).toCompletableFuture();
    await().untilAsserted(() -> assertNobodyAt(place));
    assertThat(caller.ask()).isEqualTo("a");
    caller.close();
    done(stopped);
  }

  @Test
  void anEndWithoutGraceCutsWhatIsOpen() throws Exception {
    Service web = web(up(server("a")));
    HostPort place = place(serve(web), web);
    Caller caller = call(place);
    assertThat(caller.ask()).isEqualTo("a");
    done(path().stop(subject().outlivesItsProcess(), Duration.ZERO));
    if (subject().outlivesItsProcess()) {
      assertThat(caller.ask()).as("left in place").isEqualTo("a");
      assertThat(askOnce(place)).as("left in place").isEqualTo("a");
    } else {
      assertCut(caller);
      assertNobodyAt(place);
    }
  }
}
