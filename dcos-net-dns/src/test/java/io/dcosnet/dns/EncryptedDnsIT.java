// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** DNS over TLS and HTTPS as other programs ask for it. */
class EncryptedDnsIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  @TempDir private static Path folder;
  private static TestCertificate certificate;

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().metrics(metrics).build();
  private DnsServer server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(folder, "dns");
  }

  @BeforeEach
  void start() {
    server =
        DnsServer.builder(net)
            .listen(LOOPBACK)
            .listenTls(LOOPBACK, new TlsFiles(certificate.chain(), certificate.key()))
            .listenHttps(LOOPBACK, new TlsFiles(certificate.chain(), certificate.key()))
            .zone(zone())
            .build();
    net.startAll(server);
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void kdigAsksOverTls() throws Exception {
    Required.program("kdig", "knot-dnsutils");

    String answer = kdig(tls(), "+tls-ca=" + ca(), "web.mesos", "A");

    assertThat(answer).contains("TLS session (TLS1.3)", "status: NOERROR", "192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+tls", "+https"})
  void hidesTheLengthOfAnswersFromThoseWhoListen(String way) throws Exception {
    Required.program("kdig", "knot-dnsutils");

    String answer =
        kdig(
            way.equals("+tls") ? tls() : https(),
            way,
            "+padding",
            "+tls-ca=" + ca(),
            "web.mesos",
            "A");

    assertThat(answer).contains("Received 468 B");
  }

  @Test
  void kdigAsksManyTimesOverOneConnection() throws Exception {
    Required.program("kdig", "knot-dnsutils");

    String answer =
        kdig(
            tls(),
            "+tls-ca=" + ca(),
            "+keepopen",
            "web.mesos",
            "A",
            "no.mesos",
            "A",
            "many.mesos",
            "A");

    assertThat(answer).contains("status: NOERROR", "status: NXDOMAIN", "ANSWER: 3000");
    assertThat(metrics.count("dcosnet.dns.tls.handshakes", "result", "done")).isBetween(1L, 3L);
  }

  @Test
  void kdigFetchesNothingFromAServerThatItDoesNotTrust() throws Exception {
    Required.program("kdig", "knot-dnsutils");
    TestCertificate other = TestCertificate.make(folder, "other");

    String answer = kdig(tls(), "+tls-ca=" + other.chain(), "+retry=0", "web.mesos", "A");

    assertThat(answer).doesNotContain("192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+https", "+https-get"})
  void kdigAsksOverHttps(String way) throws Exception {
    Required.program("kdig", "knot-dnsutils");

    String answer = kdig(https(), way, "+tls-ca=" + ca(), "web.mesos", "A");

    assertThat(answer)
        .contains("HTTP session (HTTP/2-", "status: 200", "status: NOERROR", "192.0.2.1");
  }

  @Test
  void curlResolvesOverHttps() throws Exception {
    Required.program("curl", "curl");
    Process curl =
        new ProcessBuilder(
                "curl",
                "-sS",
                "-v",
                "--cacert",
                ca(),
                "--doh-url",
                "https://" + https() + "/dns-query",
                "--doh-insecure",
                "--connect-timeout",
                "5",
                "http://local.mesos:" + https().port() + "/")
            .redirectErrorStream(true)
            .start();
    String said = new String(curl.getInputStream().readAllBytes(), UTF_8);
    assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();

    assertThat(said).containsIgnoringCase("doh a: 127.0.0.1").contains("using HTTP/2");
    assertThat(metrics.count("dcosnet.dns.https.requests", "result", "answered")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void answersOverBothVersionsOfHttp(String version) throws Exception {
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(certificate.client())
            .version(Version.valueOf(version))
            .build();
    byte[] query =
        Message.newQuery(Record.newRecord(Name.fromString("many.mesos."), Type.A, DClass.IN))
            .toWire();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + https() + "/dns-query"))
            .header("content-type", "application/dns-message")
            .POST(BodyPublishers.ofByteArray(query))
            .build();

    HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());

    assertThat(answer.version()).isEqualTo(Version.valueOf(version));
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/dns-message");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("max-age=60");
    assertThat(new Message(answer.body()).getSection(Section.ANSWER)).hasSize(3000);
    HttpRequest huge =
        HttpRequest.newBuilder(request.uri())
            .header("content-type", "application/dns-message")
            .POST(BodyPublishers.ofByteArray(new byte[4097]))
            .build();
    assertThat(http.send(huge, BodyHandlers.discarding()).statusCode()).isEqualTo(413);
  }

  @Test
  void digKeepsItsConnectionOpen() throws Exception {
    Dig.require();

    String answer =
        Dig.ask(
            server.localAddress(),
            "+tcp",
            "+keepopen",
            "+keepalive",
            "web.mesos",
            "A",
            "many.mesos",
            "A",
            "no.mesos",
            "A");

    assertThat(answer)
        .contains("192.0.2.1", "ANSWER: 3000", "NXDOMAIN", "TCP KEEPALIVE: 10.0 secs");
  }

  private HostPort tls() {
    return server.tlsAddresses().get(0);
  }

  private HostPort https() {
    return server.httpsAddresses().get(0);
  }

  private static String ca() {
    return certificate.chain().toString();
  }

  private static String kdig(HostPort place, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("kdig", "-d", "@" + place.address(), "-p", "" + place.port()));
    if (Arrays.stream(arguments).noneMatch(argument -> argument.startsWith("+https"))) {
      command.add("+tls");
    }
    command.addAll(List.of("+tls-hostname=127.0.0.1", "+time=10"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1"));
    edit.put(name("local.mesos"), addresses("127.0.0.1"));
    edit.put(
        name("many.mesos"),
        addresses(
            IntStream.range(0, 3000)
                .mapToObj(i -> "198.51." + i / 256 + "." + i % 256)
                .toArray(String[]::new)));
    return Zone.of(edit.commit(0));
  }
}
