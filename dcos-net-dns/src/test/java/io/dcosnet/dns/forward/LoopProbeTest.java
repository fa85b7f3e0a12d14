// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static io.dcosnet.dns.forward.ScriptedUpstreams.answer;
import static io.dcosnet.dns.forward.ScriptedUpstreams.rcode;
import static io.dcosnet.dns.forward.ScriptedUpstreams.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.UpstreamStatus.State;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoopProbeTest {

  private static final Query QUERY = Query.of(DomainName.parse("www.example.org"), 1);
  private static final DomainName CORP = DomainName.parse("corp.example.org");

  private final VirtualTime time = new VirtualTime();
  private final ScriptedUpstreams servers = new ScriptedUpstreams(time);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Forwarder forwarder =
      Forwarder.builder(servers, time, new SplittableRandom(1))
          .routes(
              RoutingTable.builder()
                  .defaultRoute(Policy.SEQUENTIAL, List.of(server(1), server(2)))
                  .route(CORP, Policy.SEQUENTIAL, List.of(server(3)))
                  .build())
          .metrics(metrics)
          .build();

  @Test
  void aServerThatSendsAllNamesBackIsNotAsked() {
    loop(server(1), 99);
    servers.always(server(2), answer(1));

    forwarder.start();
    time.advance(Duration.ofSeconds(3));

    assertThat(state(1)).isEqualTo(State.LOOPING);
    assertThat(state(2)).isEqualTo(State.UP);
    assertThat(metrics.count("dcosnet.dns.upstream.loops", "upstream", "192.0.2.1:53")).isOne();
    servers.forget();
    var unused = forwarder.resolve(QUERY);
    assertThat(servers.order()).containsExactly(server(2));
  }

  @Test
  void aNameThatComesBackTwiceMayBeAnAccident() {
    loop(server(1), 2);

    forwarder.start();
    time.advance(Duration.ofSeconds(20));

    assertThat(state(1)).isEqualTo(State.UP);
    assertThat(servers.asked(server(1))).isEqualTo(3);
  }

  @Test
  void aServerThatKeepsNamesToItselfIsAskedOnce() {
    servers.always(server(1), rcode(5, Rcode.NXDOMAIN));

    forwarder.start();
    time.advance(Duration.ofMinutes(10));

    assertThat(servers.asked(server(1))).isEqualTo(1);
    assertThat(time.pending()).isZero();
  }

  @Test
  void namesAreNewEachTimeAndLieInTheRoute() {
    List<DomainName> names = loop(server(3), 99);

    forwarder.start();
    time.advance(Duration.ofSeconds(3));

    assertThat(names).hasSize(LoopProbe.NAMES).doesNotHaveDuplicates();
    assertThat(names).allSatisfy(name -> assertThat(name.isUnder(CORP)).isTrue());
    assertThat(names).allSatisfy(name -> assertThat(name.toString()).startsWith(LoopProbe.PREFIX));
  }

  @Test
  void aServerThatWasMendedIsAskedAgain() {
    loop(server(1), 3);

    forwarder.start();
    time.advance(Duration.ofSeconds(10));
    assertThat(state(1)).isEqualTo(State.LOOPING);
    time.advance(LoopProbe.RECHECK);

    assertThat(state(1)).isEqualTo(State.UP);
  }

  @Test
  void aFaultLeavesTheServerAsItIs() {
    servers.script(
        server(1),
        question -> {
          throw new IllegalStateException("as a test wants it");
        });

    forwarder.start();
    time.advance(Duration.ofSeconds(10));

    assertThat(state(1)).isEqualTo(State.UP);
    assertThat(time.pending()).isZero();
  }

  @Test
  void otherNamesPassTheProbe() {
    CompletableFuture<Answer> passed = new CompletableFuture<>();

    var answer = forwarder.loops().handle(QUERY, query -> passed);

    assertThat(answer).isSameAs(passed);
  }

  @Test
  void newServersAreProbedWhenRoutesChange() {
    servers.always(server(1), answer(1));
    forwarder.start();
    time.advance(Duration.ofSeconds(10));
    servers.forget();

    forwarder.update(
        RoutingTable.builder()
            .defaultRoute(Policy.SEQUENTIAL, List.of(server(1), server(4)))
            .build());
    time.advance(Duration.ofSeconds(10));

    assertThat(servers.order()).containsExactly(server(4));
  }

  @Test
  void whatOneRouteFoundIsNotTakenBackByAnother() {
    for (int seed = 0; seed < 8; seed++) { // in whichever order they are probed
      VirtualTime clock = new VirtualTime();
      ScriptedUpstreams scripted = new ScriptedUpstreams(clock);
      Forwarder both =
          Forwarder.builder(scripted, clock, new SplittableRandom(seed))
              .routes(
                  RoutingTable.builder()
                      .defaultRoute(Policy.SEQUENTIAL, List.of(server(1)))
                      .route(CORP, Policy.SEQUENTIAL, List.of(server(1)))
                      .build())
              .build();
      scripted.script(
          server(1),
          asked -> {
            if (asked.query().name().isUnder(CORP)) {
              clock.schedule(Duration.ofMillis(1), () -> both.loops().seen(asked.query().name()));
            }
            return rcode(2, Rcode.NXDOMAIN);
          });
      both.start();
      clock.advance(Duration.ofSeconds(10));
      assertThat(both.status().get(0).state()).as("seed %s", seed).isEqualTo(State.LOOPING);

      both.update(
          RoutingTable.builder().defaultRoute(Policy.SEQUENTIAL, List.of(server(1))).build());
      clock.advance(Duration.ofSeconds(10));

      assertThat(both.status().get(0).state()).as("without the route").isEqualTo(State.UP);
    }
  }

  /** The server asks us what it is asked, so many times; then it answers by itself. */
  private List<DomainName> loop(Upstream upstream, int times) {
    List<DomainName> names = new ArrayList<>();
    servers.script(
        upstream,
        asked -> {
          if (names.size() < times) {
            DomainName name = asked.query().name();
            names.add(name);
            time.schedule(Duration.ofMillis(1), () -> comesBack(name));
          }
          return rcode(2, Rcode.SERVFAIL);
        });
    return names;
  }

  private void comesBack(DomainName name) {
    Query again = Query.of(DomainName.parse(name.toString().toUpperCase(Locale.ROOT)), 16);
    var answer = forwarder.loops().handle(again, query -> CompletableFuture.failedStage(fault()));
    assertThat(answer.toCompletableFuture().join().rcode()).isEqualTo(Rcode.REFUSED);
  }

  private static IllegalStateException fault() {
    return new IllegalStateException("a probe must not be asked on");
  }

  private State state(int n) {
    return forwarder.status().stream()
        .filter(each -> each.upstream().equals(server(n)))
        .findFirst()
        .orElseThrow()
        .state();
  }
}
