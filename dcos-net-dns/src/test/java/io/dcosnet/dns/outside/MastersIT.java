// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The zone of Mesos, whose masters are all asked: one is alive, and it takes its time. */
class MastersIT {

  private static final String OF_THE_SLOW = "192.0.2.3";
  private static final Duration DELAY = Duration.ofMillis(300);

  /** Less than the shortest time in which a client asks again. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final ScriptedUpstream gone = ScriptedUpstream.start(Scripts.silent());
  private final ScriptedUpstream silent = ScriptedUpstream.start(Scripts.silent());
  private final ScriptedUpstream slow =
      ScriptedUpstream.start(Scripts.slow(DELAY, Scripts.answering(OF_THE_SLOW)));
  private AskedServer asked;

  @BeforeEach
  void start() {
    RoutingTable routes =
        RoutingTable.builder()
            .route(DomainName.parse("mesos"), Policy.ALL, AskedServer.upstreams(gone, silent, slow))
            .build();
    asked = AskedServer.start(builder -> builder.forward(routes)).with(silent, slow);
    gone.close(); // not before: its port could become the server's own
  }

  @AfterEach
  void close() throws Exception {
    asked.close();
  }

  @Test
  void twoDeadOnesDoNotDelayTheThird() throws Exception {
    asked.ask(Way.EDNS_UDP, "first.marathon.mesos"); // loads classes
    for (Way way : new Way[] {Way.PLAIN_UDP, Way.EDNS_UDP, Way.PLAIN_TCP, Way.EDNS_TCP}) {
      long start = System.nanoTime();

      RawMessage response = asked.ask(way, way + ".marathon.mesos");

      assertThat(AskedServer.data(response)).containsExactly(OF_THE_SLOW);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(DELAY, SOON);
    }
  }

  @Test
  void theyNeverFailAQueryEvenWhenTheyAreKnownToBeDead() throws Exception {
    for (int i = 0; i < 10; i++) {
      RawMessage response = asked.ask(Way.EDNS_UDP, "web" + i + ".marathon.mesos");

      assertThat(response.rcode()).isEqualTo(Codes.NOERROR);
      assertThat(AskedServer.data(response)).containsExactly(OF_THE_SLOW);
    }
  }
}
