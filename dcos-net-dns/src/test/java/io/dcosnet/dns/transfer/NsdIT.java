// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.zone.ChangingZone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.dns.zonefile.ZoneText;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers and news, both ways, between our server and a real NSD. */
class NsdIT {

  private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final TsigKey KEY =
      TsigKey.of(name("key.example.org"), TsigKey.Algorithm.HMAC_SHA256, SECRET);

  @TempDir private Path folder;

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().metrics(metrics).build();
  private final ChangingZone ours = new ChangingZone("ours.example");
  private HostPort nsdAddress = new HostPort(IpAddress.LOOPBACK_IPV4, 53);
  private @Nullable Process nsd;
  private @Nullable SecondaryZone copy;

  @BeforeEach
  void begin() throws IOException {
    Required.that(isOnPath("nsd"), "nsd is not on the path (Debian: nsd)");
    nsdAddress = new HostPort(IpAddress.LOOPBACK_IPV4, freePort());
    ours.put("www.ours.example", Zones.addresses("192.0.2.1"));
    SecondaryZone theirs =
        SecondaryZone.builder(name("theirs.example"), net.scheduler())
            .primaries(nsdAddress)
            .key(KEY)
            .build();
    copy = theirs;
    TransferPolicy policy =
        TransferPolicy.builder().allow(Cidr.parse("127.0.0.0/8"), KEY).notify(nsdAddress).build();
    DnsServer dns =
        DnsServer.builder(net)
            .listen(new HostPort(IpAddress.LOOPBACK_IPV4, 0))
            .zone(ours)
            .zone(theirs)
            .transfers(policy)
            .build();
    net.startAll(dns);
    startNsd(dns.localAddress());
  }

  @AfterEach
  void end() throws InterruptedException {
    net.close();
    if (nsd != null) {
      nsd.destroy();
      assertThat(nsd.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void nsdCopiesOurZoneAndHearsOfChanges() throws IOException {
    Primary asked =
        new Primary(name("ours.example"), nsdAddress, null, 1000, Duration.ofSeconds(9));
    patiently().until(() -> asked.serial() == 101);
    Primary whole =
        new Primary(
            name("ours.example"), nsdAddress, KEY.signer(net.time()), 1000, Duration.ofSeconds(9));
    assertThat(ZoneText.of(whole.transfer().onto(null)))
        .isEqualTo(ZoneText.of(Objects.requireNonNull(ours.snapshot())));

    ours.put("new.ours.example", Zones.addresses("192.0.2.2"));

    patiently().until(() -> asked.serial() == 102);
    patiently().until(() -> metrics.count("dcosnet.dns.notify.sent", "result", "answered") >= 1);
  }

  @Test
  void weCopyTheZoneOfNsdAndHearOfChanges() throws Exception {
    SecondaryZone zone = Objects.requireNonNull(copy);
    patiently().until(() -> serialOf(zone) == 7);
    assertThat(ZoneText.of(Objects.requireNonNull(zone.snapshot())))
        .contains("www.theirs.example.\t60\tIN\tA\t192.0.2.3", "\tTXT\t\"a b\"");

    writeTheirs(8, "www A 192.0.2.4");
    long pid = Objects.requireNonNull(nsd).pid();
    assertThat(new ProcessBuilder("kill", "-HUP", "" + pid).start().waitFor()).isZero();

    patiently().until(() -> serialOf(zone) == 8);
    assertThat(metrics.count("dcosnet.dns.notify.received", "result", "accepted")).isPositive();
  }

  private static long serialOf(SecondaryZone zone) {
    ZoneSnapshot now = zone.snapshot();
    return now == null ? 0 : now.serial();
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
  }

  private void startNsd(HostPort us) throws IOException {
    writeTheirs(7, "www A 192.0.2.3\nt TXT \"a b\"");
    Path config = folder.resolve("nsd.conf");
    String secret = Base64.getEncoder().encodeToString(SECRET);
    Files.writeString(
        config,
        """
        server:
          ip-address: 127.0.0.1@NSD
          username: ""
          zonesdir: "FOLDER"
          pidfile: "FOLDER/nsd.pid"
          xfrdfile: "FOLDER/xfrd.state"
          zonelistfile: "FOLDER/zone.list"
          xfrdir: "FOLDER"
          database: ""
          server-count: 1
        remote-control:
          control-enable: no
        key:
          name: "key.example.org"
          algorithm: hmac-sha256
          secret: "SECRET"
        zone:
          name: "ours.example"
          zonefile: "ours.zone"
          request-xfr: AXFR 127.0.0.1@OURS key.example.org
          allow-notify: 127.0.0.1 NOKEY
          provide-xfr: 127.0.0.1 key.example.org
        zone:
          name: "theirs.example"
          zonefile: "theirs.zone"
          provide-xfr: 127.0.0.1 key.example.org
          notify: 127.0.0.1@OURS key.example.org
        """
            .replace("FOLDER", folder.toString())
            .replace("@NSD", "@" + nsdAddress.port())
            .replace("@OURS", "@" + us.port())
            .replace("SECRET", secret));
    nsd =
        new ProcessBuilder("nsd", "-d", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nsd.log").toFile())
            .start();
  }

  private void writeTheirs(int serial, String records) throws IOException {
    Files.writeString(
        folder.resolve("theirs.zone"),
        "$TTL 60\n@ SOA ns1 admin " + serial + " 600 60 6000 5\n NS ns1\n" + records + "\n");
  }

  /** NSD cannot say which port it got. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isOnPath(String program) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
