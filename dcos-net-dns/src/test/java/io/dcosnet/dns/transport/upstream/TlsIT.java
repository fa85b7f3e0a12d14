// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.testkit.TestCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions inside TLS, to the server whose name we know and to no other. */
class TlsIT {

  private static final String NAME = "dns.example.org";
  private static final String ADDRESS = "192.0.2.1";

  @TempDir static Path folder;
  private static TestCertificate authority;

  private final ExchangeBench bench = new ExchangeBench(1);

  @BeforeAll
  static void certify() throws Exception {
    authority = TestCertificate.make(folder, NAME);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static ScriptedUpstream server() throws Exception {
    return ScriptedUpstream.startTls(authority.server(), Scripts.answering(ADDRESS));
  }

  private void trustTheServer() {
    bench.restart(ExchangeConfig.builder().authorities(authority.chain()).build());
  }

  @Test
  void asksTheServerOfThatName() throws Exception {
    trustTheServer();
    try (ScriptedUpstream server = server()) {
      for (int i = 0; i < 5; i++) {
        Reply reply = bench.ask(server.upstream(NAME), "www.example.org.", Carrier.TLS);
        assertThat(reply.answer().answer()).hasToString("[www.example.org. 60 IN A 192.0.2.1]");
      }

      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.visits()).allSatisfy(visit -> assertThat(visit.octets()).hasSize(128));
    }
  }

  @Test
  void refusesACertificateForAnotherName() throws Exception {
    trustTheServer();
    try (ScriptedUpstream server = server()) {
      assertThat(bench.failure(server.upstream("other.example.org"), Carrier.TLS))
          .isEqualTo(Kind.TLS);
      assertThat(server.visits()).isEmpty();
    }
  }

  @Test
  void refusesACertificateThatNobodyVouchesFor() throws Exception {
    try (ScriptedUpstream server = server()) {
      assertThat(bench.failure(server.upstream(NAME), Carrier.TLS)).isEqualTo(Kind.TLS);
      assertThat(server.visits()).isEmpty();
    }
  }

  @Test
  void failsWithAServerThatSpeaksNoTls() throws Exception {
    trustTheServer();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var call =
          bench.start(
              new Upstream(
                  new HostPort(IpAddress.LOOPBACK_IPV4, server.getLocalPort()), Carrier.TLS, NAME),
              "www.example.org.",
              Carrier.TLS,
              true);
      try (Socket connection = server.accept()) {
        connection.getOutputStream().write("220 this is no name server\r\n".getBytes(US_ASCII));
        assertThat(bench.kindOf(call, Duration.ZERO)).isEqualTo(Kind.TLS);
      }
    }
  }

  @Test
  void saysThatTheAuthoritiesCannotBeRead() throws Exception {
    bench.restart(ExchangeConfig.builder().authorities(folder.resolve("none.pem")).build());
    try (ScriptedUpstream server = server()) {
      var call = bench.start(server.upstream(NAME), "www.example.org.", Carrier.TLS, true);

      assertThat(call.reply().toCompletableFuture())
          .failsWithin(ExchangeBench.TIMEOUT)
          .withThrowableThat()
          .withMessageContaining("none.pem");
    }
  }

  @Test
  void wantsANameToAskOverTls() throws Exception {
    try (ScriptedUpstream server = server()) {
      assertThat(bench.failure(server.upstream(), Carrier.TLS)).isEqualTo(Kind.TLS);
    }
  }
}
