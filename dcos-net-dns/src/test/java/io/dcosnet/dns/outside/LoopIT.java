// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two of our servers, each of which asks the other. */
class LoopIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ScriptedUpstream well = ScriptedUpstream.start(Scripts.answering("192.0.2.1"));
  private AskedServer one;
  private AskedServer two;

  @BeforeEach
  void start() {
    one = AskedServer.start(builder -> builder.forward(RoutingTable.NOBODY)).with(well);
    two = AskedServer.start(builder -> builder.forward(to(one)));
  }

  @AfterEach
  void close() throws Exception {
    two.close();
    one.close();
  }

  private static RoutingTable to(AskedServer server) {
    return RoutingTable.builder()
        .defaultRoute(Policy.SEQUENTIAL, List.of(Upstream.of(server.address())))
        .build();
  }

  private static void route(AskedServer server, RoutingTable routes) {
    Objects.requireNonNull(server.server().forwarder()).update(routes);
  }

  private static long loops(AskedServer server, AskedServer upstream) {
    return server
        .metrics()
        .count("dcosnet.dns.upstream.loops", "upstream", upstream.address().toString());
  }

  @Test
  void theyFindOutAndFailAtOnce() throws Exception {
    route(one, to(two));
    await().atMost(PATIENCE).until(() -> loops(one, two) + loops(two, one) > 0);
    long before = queries(one) + queries(two);

    RawMessage response = one.ask(Way.EDNS_UDP, "www.example.org");

    assertThat(response.rcode()).isEqualTo(Codes.SERVFAIL);
    assertThat(AskedServer.extendedError(response)).isIn(22, 23);
    assertThat(queries(one) + queries(two) - before).as("questions going round").isLessThan(10);
  }

  @Test
  void aQueryEndsEvenBeforeTheyKnow() throws Exception {
    route(one, to(two));
    long start = System.nanoTime();

    RawMessage response = one.ask(Way.EDNS_UDP, "www.example.org");

    assertThat(response.rcode()).isEqualTo(Codes.SERVFAIL);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(queries(one) + queries(two)).as("questions going round").isLessThan(60);
  }

  @Test
  void whoHasAnotherServerAsksThatOne() throws Exception {
    route(
        one,
        RoutingTable.builder()
            .defaultRoute(Policy.SEQUENTIAL, List.of(Upstream.of(two.address()), well.upstream()))
            .build());
    // Whichever finds out first breaks the loop, so that the other one never sees it.
    await().atMost(PATIENCE).until(() -> loops(one, two) + loops(two, one) > 0);

    assertThat(AskedServer.data(one.ask(Way.EDNS_UDP, "www.example.org")))
        .containsExactly("192.0.2.1");
  }

  private static long queries(AskedServer server) {
    return server.metrics().counts().entrySet().stream()
        .filter(each -> each.getKey().startsWith("dcosnet.dns.exchange.queries"))
        .mapToLong(each -> each.getValue())
        .sum();
  }
}
