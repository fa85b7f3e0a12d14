// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static io.dcosnet.dns.transport.ScriptedFront.LATER;
import static io.dcosnet.dns.transport.ScriptedFront.NOW;
import static io.dcosnet.dns.transport.ScriptedFront.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.ReloadedTls;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.TestCertificate;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsListenerIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @TempDir private static Path folder;
  private static TestCertificate first;
  private static TestCertificate second;

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net =
      NetRuntime.builder().scheduler(time).metrics(metrics).ioThreads(1).build();
  private final ScriptedFront front = new ScriptedFront();
  private TlsFiles files;
  private @Nullable TlsListener listener;

  @BeforeAll
  static void makeCertificates() throws Exception {
    first = TestCertificate.make(folder, "first");
    second = TestCertificate.make(folder, "second");
  }

  @BeforeEach
  void use() throws IOException {
    files = new TlsFiles(folder.resolve("used.crt"), folder.resolve("used.key"));
    install(first.chain(), files.chain());
    install(first.key(), files.key());
  }

  @AfterEach
  void close() {
    net.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void answersOutOfOrderInsideTls(String version) throws Exception {
    open(TcpLimits.DEFAULTS);
    try (StreamClient client = connect(first.client(), version, "dot")) {
      client.ask(query(1, LATER)).ask(query(2, NOW)).ask(query(3, NOW, 60_000));
      assertThat(client.readId()).isEqualTo(2);
      assertThat(client.read()).hasSize(60_000);
      front.release(1);
      assertThat(client.readId()).isEqualTo(1);
      assertThat(((SSLSocket) client.socket).getApplicationProtocol()).isEqualTo("dot");
      assertThat(gauge("dcosnet.dns.tls.connections")).isEqualTo(1);
    }
    assertThat(handshakes("done")).isOne();
    await().until(() -> gauge("dcosnet.dns.tls.connections") == 0);
  }

  @Test
  void letsClientsInThatNameNoProtocolAndNoneThatNameAnother() throws Exception {
    open(TcpLimits.DEFAULTS);
    try (StreamClient client = connect(first.client(), "TLSv1.3")) {
      assertThat(client.ask(query(1, NOW)).readId()).isEqualTo(1);
    }
    assertThatThrownBy(() -> connect(first.client(), "TLSv1.3", "h2"))
        .isInstanceOf(SSLException.class);
    await().until(() -> handshakes("failed") == 1);
    assertThat(closed("handshake")).isOne();
  }

  @Test
  void refusesOldVersionsAndPlainText() throws Exception {
    open(TcpLimits.DEFAULTS);
    try (StreamClient plain = StreamClient.to(address())) {
      plain.ask(query(1, NOW));
      assertThat(plain.isEnded()).isTrue();
    }
    await().until(() -> handshakes("failed") == 1);
    try (StreamClient client = connect(first.client(), "TLSv1.2")) {
      assertThat(client.ask(query(2, NOW)).readId()).isEqualTo(2);
    }
  }

  @Test
  void endsHandshakesAndConnectionsThatTakeTooLong() throws Exception {
    open(TcpLimits.DEFAULTS);
    try (StreamClient silent = StreamClient.to(address());
        StreamClient shaken = connect(first.client(), "TLSv1.3", "dot")) {
      await().until(() -> handshakes("done") == 1);
      time.advance(Duration.ofMillis(3500));
      assertThat(shaken.isEnded()).isTrue();
      assertThat(closed("idle")).isOne();
      assertThat(closed("handshake")).isZero();
      time.advance(Duration.ofSeconds(2));
      assertThat(silent.isEnded()).isTrue();
    }
    assertThat(handshakes("timeout")).isOne();
    assertThat(closed("handshake")).isOne();
  }

  @Test
  void finishesPendingAnswersWhenTheClientEndsItsSide() throws Exception {
    open(TcpLimits.DEFAULTS);
    try (StreamClient client = connect(first.client(), "TLSv1.3", "dot")) {
      client.ask(query(1, LATER));
      await().until(() -> front.waiting.containsKey(1));
      client.socket.shutdownOutput();
      front.release(1);
      assertThat(client.readId()).isEqualTo(1);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void showsANewCertificateToNewConnectionsOnly() throws Exception {
    open(new TcpLimits(10, 10, Duration.ofHours(1), Duration.ofHours(1)));
    try (StreamClient before = connect(first.client(), "TLSv1.3", "dot")) {
      before.ask(query(1, NOW)).readId();

      install(second.chain(), files.chain()); // does not fit the key for now
      look();
      await().until(() -> reloads("failed") == 1);
      connect(first.client(), "TLSv1.3", "dot").close();
      install(second.key(), files.key());
      look();
      await().until(() -> reloads("done") == 2);

      try (StreamClient after = connect(second.client(), "TLSv1.3", "dot")) {
        assertThat(after.ask(query(2, NOW)).readId()).isEqualTo(2);
      }
      assertThatThrownBy(() -> connect(first.client(), "TLSv1.3", "dot"))
          .isInstanceOf(SSLException.class);
      assertThat(before.ask(query(3, NOW)).readId()).isEqualTo(3);
    }
    assertThat(
            metrics.gauge(
                "dcosnet.netty.tls.left.seconds", "certificate", files.chain().toString()))
        .isGreaterThan(0);
  }

  @Test
  void doesNotOpenWithACertificateThatCannotBeUsed() throws IOException {
    install(second.key(), files.key());

    assertThatThrownBy(() -> open(TcpLimits.DEFAULTS))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(DcosNetException.class)
        .hasMessageContainingAll(files.key().toString(), "the key is not that of the certificate");
  }

  private void look() {
    // The look before may still be on its way to hand in the next one.
    await().until(() -> time.pending() > 0);
    time.advance(ReloadedTls.STEP);
  }

  private static void install(Path from, Path to) throws IOException {
    Path beside = to.resolveSibling(to.getFileName() + ".new");
    Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private void open(TcpLimits limits) {
    listener =
        new TlsListener(net, LOOPBACK, files, () -> front, null, new DnsMetrics(metrics), limits);
    listener.open().toCompletableFuture().join();
  }

  private HostPort address() {
    assertThat(listener).isNotNull();
    return listener.address();
  }

  private StreamClient connect(SSLContext tls, String version, String... protocols)
      throws IOException, GeneralSecurityException {
    SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(address().address().toInetAddress(), address().port());
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return new StreamClient(socket);
  }

  private long gauge(String name) {
    return metrics.gauge(name, "listener", address().toString());
  }

  private long handshakes(String result) {
    return metrics.count("dcosnet.dns.tls.handshakes", "result", result);
  }

  private long closed(String reason) {
    return metrics.count("dcosnet.dns.tcp.closed", "reason", reason);
  }

  private long reloads(String result) {
    return metrics.count("dcosnet.netty.tls.reloads", "result", result);
  }
}
