// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Query;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Questions to a real Unbound, over UDP, TCP and TLS. */
class UnboundIT {

  private static final String TLS_NAME = "dns.example.org";

  @TempDir private Path folder;

  private final ExchangeBench bench = new ExchangeBench(2);
  private @Nullable Process unbound;
  private int port;
  private int tlsPort;

  @BeforeEach
  void begin() throws Exception {
    Required.program("unbound", "unbound");
    TestCertificate authority = TestCertificate.make(folder, TLS_NAME);
    port = freePort();
    tlsPort = freePort();
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      names.append(
          "local-data: \"many.example.org. A 198.18.%d.%d\"\n".formatted(i / 250, i % 250));
    }
    String config =
        """
        server:
          interface: 127.0.0.1@%1$d
          interface: 127.0.0.1@%2$d
          tls-port: %2$d
          tls-service-pem: "%3$s"
          tls-service-key: "%4$s"
          do-daemonize: no
          username: ""
          chroot: ""
          directory: "%5$s"
          pidfile: ""
          use-syslog: no
          local-zone: "example.org." static
          local-data: "example.org. SOA ns.example.org. me.example.org. 1 2 3 4 300"
          local-data: "www.example.org. A 192.0.2.1"
          local-data: "www.example.org. AAAA 2001:db8::1"
          local-data: "_web._tcp.example.org. SRV 0 1 80 www.example.org."
          local-data: "www.example.org. MX 10 www.example.org."
        %6$s
        remote-control:
          control-enable: no
        """
            .formatted(port, tlsPort, authority.chain(), authority.key(), folder, names);
    Path file = Files.writeString(folder.resolve("unbound.conf"), config);
    unbound =
        new ProcessBuilder("unbound", "-d", "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    bench.restart(ExchangeConfig.builder().authorities(authority.chain()).build());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> answers(ExchangeBench.upstream("127.0.0.1", port)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers(Upstream server) {
    var reply = bench.start(server, "www.example.org.", Carrier.UDP, true).reply();
    return !reply.toCompletableFuture().handle((good, failure) -> failure != null).join();
  }

  @AfterEach
  void end() throws Exception {
    bench.close();
    if (unbound != null) {
      unbound.destroy();
      unbound.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private Upstream server() {
    return ExchangeBench.upstream("127.0.0.1", port);
  }

  private Upstream server(String tlsName) {
    Upstream plain = ExchangeBench.upstream("127.0.0.1", tlsPort);
    return new Upstream(plain.address(), Carrier.TLS, tlsName);
  }

  private Reply ask(String name, int type, Carrier carrier) {
    Upstream upstream = carrier == Carrier.TLS ? server(TLS_NAME) : server();
    return bench.get(bench.start(upstream, Query.of(DomainName.parse(name), type), carrier, true));
  }

  @Test
  void readsItsAnswersOverEveryCarrier() {
    for (Carrier carrier : Carrier.values()) {
      assertThat(ask("WWW.example.org.", Type.A, carrier).answer().answer().toString())
          .contains("A 192.0.2.1");
      assertThat(ask("www.example.org.", Type.AAAA, carrier).answer().answer().toString())
          .contains("AAAA 2001:db8::1");
      assertThat(ask("_web._tcp.example.org.", Type.SRV, carrier).answer().answer().toString())
          .contains("SRV 0 1 80 www.example.org.");
      assertThat(ask("www.example.org.", Type.MX, carrier).answer().answer().toString())
          .contains("MX 10 www.example.org.");
    }
  }

  @Test
  void readsItsDenials() {
    Reply reply = ask("none.example.org.", Type.A, Carrier.UDP);

    assertThat(reply.answer().rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(reply.answer().authority().toString()).contains("example.org. 300 IN SOA ns.");
    assertThat(ask("www.example.org.", Type.TXT, Carrier.UDP).answer().authority()).hasSize(1);
  }

  @Test
  void readsOverTcpWhatDoesNotFitIntoADatagram() {
    assertThat(ask("many.example.org.", Type.A, Carrier.UDP).truncated()).isTrue();
    assertThat(ask("many.example.org.", Type.A, Carrier.TCP).answer().answer()).hasSize(1000);
    assertThat(ask("many.example.org.", Type.A, Carrier.TLS).answer().answer()).hasSize(1000);
  }

  @Test
  void keepsItsConnections() {
    for (int i = 0; i < 300; i++) {
      ask("www.example.org.", Type.A, Carrier.UDP);
      ask("www.example.org.", Type.A, Carrier.TLS);
    }

    assertThat(bench.metrics.counts().toString()).doesNotContain("mismatches");
    assertThat(bench.sockets("tls")).isBetween(1L, (long) bench.loops());
  }

  @Test
  void refusesItUnderAnotherName() {
    assertThat(bench.failure(server("other.example.org"), Carrier.TLS)).isEqualTo(Kind.TLS);
  }
}
