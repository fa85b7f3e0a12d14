// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zonefile.MasterFile;
import io.dcosnet.dns.zonefile.ZoneText;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.Required;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Zone transfers to the tool that everybody uses. */
class DigTransferIT {

  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String KEY = "hmac-sha256:key.example.org:" + SECRET;

  private static final String TEXT =
      """
      $TTL 60
      @ SOA ns1 admin 5 1 2 3 4
      @ NS ns1
      @ MX 10 mail
      ns1 A 192.0.2.53
      * TXT "a b" "c;d"
      alias CNAME www
      svc HTTPS 1 . alpn=h2
      caa CAA 0 issue "ca.example.net"
      odd TYPE65280 \\# 2 0102
      $GENERATE 1-3000 host$ A 198.51.100.7
      """;

  private final NetRuntime net = NetRuntime.create();
  private HostPort server = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
  private final ZoneSnapshot zone = zoneOf(TEXT);

  private static ZoneSnapshot zoneOf(String text) {
    try {
      return MasterFile.of(name("example.org"))
          .read(new ByteArrayInputStream(text.getBytes(UTF_8)))
          .onto(null);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void serve() {
    Required.that(isOnPath("dig"), "dig is not on the path (Debian: bind9-dnsutils)");
    DnsServer dns =
        DnsServer.builder(net)
            .listen(server)
            .zone(Zone.of(zone))
            .transfers(
                TransferPolicy.builder()
                    .allow(Cidr.parse("127.0.0.0/8"), TsigKey.parse(KEY))
                    .build())
            .build();
    net.startAll(dns);
    server = dns.localAddress();
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void getsTheWholeZoneWithTheKey() throws Exception {
    String answer = dig("-y", KEY, "+noall", "+answer", "+onesoa", "example.org", "AXFR");

    assertThat(answer).doesNotContain("WARNING", "verify failure", "expected");
    ZoneSnapshot copy = zoneOf(answer);
    assertThat(ZoneText.of(copy)).isEqualTo(ZoneText.of(zone));
  }

  @Test
  void getsNothingWithoutOrWithAnotherKey() throws Exception {
    assertThat(dig("example.org", "AXFR")).contains("Transfer failed.");
    assertThat(dig("-y", KEY.replace("MDEy", "MDEx"), "example.org", "AXFR"))
        .contains("BADSIG")
        .doesNotContain("192.0.2.53");
  }

  @Test
  void seesWhetherItIsUpToDate() throws Exception {
    assertThat(dig("-y", KEY, "+tcp", "example.org", "IXFR=5"))
        .contains("XFR size: 1 records", "SOA\tns1.example.org.");
    assertThat(dig("-y", KEY, "+tcp", "example.org", "IXFR=4"))
        .contains("XFR size: " + (zone.recordCount() + 3) + " records");
  }

  @Test
  void verifiesTheAnswerToASignedQuestion() throws Exception {
    assertThat(dig("-y", KEY, "example.org", "SOA"))
        .contains("status: NOERROR", "TSIG PSEUDOSECTION", "NOERROR 0")
        .doesNotContain("WARNING");
  }

  private String dig(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dig", "@" + server.address(), "-p", "" + server.port(), "+time=10", "+tries=1"));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static boolean isOnPath(String program) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
