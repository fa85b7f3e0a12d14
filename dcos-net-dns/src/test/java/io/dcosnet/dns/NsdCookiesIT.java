// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.defend.CookieSecret;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients may carry a cookie from our server to a real NSD with the same secret, and back. */
class NsdCookiesIT {

  private static final String SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";
  private static final Pattern COOKIE = Pattern.compile("; COOKIE: ([0-9a-f]{48}) \\(good\\)");

  @TempDir private Path folder;

  /** Our clock is behind, so that a cookie made anew would differ from the one shown. */
  private final NetRuntime net =
      NetRuntime.builder().scheduler(new VirtualTime(Instant.now().minusSeconds(100))).build();

  private HostPort ours = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
  private HostPort theirs = new HostPort(IpAddress.LOOPBACK_IPV4, 53);
  private @Nullable Process nsd;

  @BeforeEach
  void begin() throws IOException {
    Dig.require();
    Required.program("nsd", "nsd");
    ZoneSnapshot.Edit edit = Zones.empty("example.org").edit();
    edit.put(name("www.example.org"), addresses("192.0.2.1"));
    DnsServer dns =
        DnsServer.builder(net)
            .listen(ours)
            .zone(Zone.of(edit.commit(101)))
            .cookies(Cookies.of(CookieSecret.parse(SECRET)))
            .build();
    net.startAll(dns);
    ours = dns.localAddress();
    startNsd();
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
  void eachTakesTheCookieOfTheOther() throws Exception {
    String here = cookie(Dig.ask(ours, "www.example.org"));
    assertThat(cookie(Dig.ask(theirs, "+cookie=" + here, "www.example.org"))).isEqualTo(here);

    String there = cookie(Dig.ask(theirs, "www.example.org"));
    assertThat(cookie(Dig.ask(ours, "+cookie=" + there, "www.example.org"))).isEqualTo(there);
  }

  private static String cookie(String answer) {
    Matcher matcher = COOKIE.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  private void startNsd() throws IOException {
    theirs = new HostPort(IpAddress.LOOPBACK_IPV4, freePort());
    Files.writeString(
        folder.resolve("example.zone"),
        "$TTL 60\n@ SOA ns1 admin 7 600 60 6000 5\n NS ns1\nwww A 192.0.2.1\n");
    Path config = folder.resolve("nsd.conf");
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
          answer-cookie: yes
          cookie-secret: "SECRET"
        remote-control:
          control-enable: no
        zone:
          name: "example.org"
          zonefile: "example.zone"
        """
            .replace("FOLDER", folder.toString())
            .replace("@NSD", "@" + theirs.port())
            .replace("SECRET", SECRET));
    nsd =
        new ProcessBuilder("nsd", "-d", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nsd.log").toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Objects.requireNonNull(nsd).isAlive()
                    && Dig.ask(theirs, "+time=1", "www.example.org").contains("NOERROR"));
  }

  /** NSD cannot say which port it got. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
