// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import io.dcosnet.testkit.dns.raw.TcpLine;
import io.dcosnet.testkit.dns.raw.UdpLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many clients that want to know the same at the same time. */
class CoalescingIT {

  private static final String NAME = "www.example.org";
  private static final String ADDRESS = "192.0.2.1";
  private static final int UDP_CLIENTS = 600;
  private static final int TCP_CLIENTS = 40;
  private static final int QUERIES_PER_CONNECTION = 10;
  private static final int QUERIES = UDP_CLIENTS + TCP_CLIENTS * QUERIES_PER_CONNECTION;
  private static final int PATIENCE_MILLIS = 20_000;

  private final Queue<Visit> held = new ConcurrentLinkedQueue<>();

  @Test
  void aThousandQueriesForTheSameAreOneQueryToTheServer() throws Exception {
    ScriptedUpstream upstream = ScriptedUpstream.start(this::hold);
    List<UdpLine> udp = new ArrayList<>();
    List<TcpLine> tcp = new ArrayList<>();
    try (AskedServer asked = AskedServer.forwarding(Policy.DUAL, upstream).with(upstream)) {
      asked.stopTimers(); // so that it is not asked again, however long this takes
      for (int i = 0; i < UDP_CLIENTS; i++) {
        UdpLine line = UdpLine.to(asked.address());
        udp.add(line);
        line.send(query(i));
      }
      for (int i = 0; i < TCP_CLIENTS; i++) {
        TcpLine line = TcpLine.to(asked.address(), PATIENCE_MILLIS);
        tcp.add(line);
        for (int j = 0; j < QUERIES_PER_CONNECTION; j++) {
          line.send(query(j));
        }
      }

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> asked.metrics().count("dcosnet.dns.cache.coalesced") == QUERIES - 1);
      assertThat(held).hasSize(1);
      Visit only = held.remove();
      only.send(only.address(ADDRESS));
      for (int i = 0; i < UDP_CLIENTS; i++) {
        assertThat(idOfAnswer(udp.get(i).receive(PATIENCE_MILLIS))).isEqualTo(i);
      }
      for (TcpLine line : tcp) {
        Set<Integer> ids = new HashSet<>();
        for (int j = 0; j < QUERIES_PER_CONNECTION; j++) {
          ids.add(idOfAnswer(line.receive()));
        }
        assertThat(ids).hasSize(QUERIES_PER_CONNECTION);
      }
      assertThat(AskedServer.visits(upstream, NAME)).isEqualTo(1);
    } finally {
      udp.forEach(UdpLine::close);
      for (TcpLine line : tcp) {
        line.close();
      }
    }
  }

  private void hold(Visit visit) throws IOException {
    if (visit.isFor(NAME)) {
      held.add(visit);
    } else {
      visit.send(visit.response(Codes.NXDOMAIN)); // what looks for loops
    }
  }

  /** In the letters of each client, with and without EDNS: that makes no other question of it. */
  private static byte[] query(int id) {
    RawName name = RawName.of(NAME);
    RawDns query =
        RawDns.query(id % 3 == 0 ? name.withMixedCase() : name, Codes.TYPE_A)
            .flags(Codes.RD)
            .id(id);
    return (id % 2 == 0 ? query.opt(1232) : query).octets();
  }

  private static int idOfAnswer(byte @Nullable [] octets) {
    RawMessage response = RawMessage.parse(requireNonNull(octets, "no answer"));
    assertThat(AskedServer.data(response)).containsExactly(ADDRESS);
    return response.id();
  }
}
