// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.defend.Access;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.RateLimit;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.VirtualTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code dig} makes of cookies, limits and rules. */
class DigDefenceIT {

  private static final Pattern COOKIE = Pattern.compile("; COOKIE: ([0-9a-f]+) \\(good\\)");

  /** As by default, for a host that is like any other. */
  private static final RateLimit SMALL = new RateLimit(1, 1, 1, 0, 0, 1, 24, 56, List.of(), 1024);

  /** Its clock stands still, so that no limit is forgotten while dig takes its time. */
  private final NetRuntime net = NetRuntime.builder().scheduler(new VirtualTime()).build();

  @BeforeEach
  void require() {
    Dig.require();
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void findsTheCookieGoodAndKeepsIt() throws Exception {
    DnsServer server = serve(builder());

    String cookie = cookie(dig(server, "web.mesos"));
    assertThat(cookie).hasSize(48);
    assertThat(cookie(dig(server, "+cookie=" + cookie, "web.mesos"))).isEqualTo(cookie);
    assertThat(cookie(dig(server, "+tcp", "+cookie=" + cookie, "web.mesos"))).isEqualTo(cookie);
    assertThat(dig(server, "+cookie=" + cookie.substring(0, 18), "web.mesos"))
        .contains("status: FORMERR");
    assertThat(dig(server, "+nocookie", "web.mesos")).doesNotContain("COOKIE");
  }

  @Test
  void asksAgainWithTheCookieThatALimitDemands() throws Exception {
    DnsServer server = serve(builder().rateLimit(SMALL));
    dig(server, "+nocookie", "web.mesos");

    assertThat(dig(server, "+cookie", "+nobadcookie", "web.mesos"))
        .contains("status: BADCOOKIE", "ANSWER: 0");
    assertThat(dig(server, "+cookie", "web.mesos"))
        .contains("BADCOOKIE, retrying", "status: NOERROR", "ANSWER: 1");
  }

  @Test
  void asksOverTcpWhenALimitCutsTheAnswer() throws Exception {
    DnsServer server = serve(builder().rateLimit(SMALL));
    dig(server, "+nocookie", "web.mesos");

    assertThat(dig(server, "+nocookie", "+ignore", "web.mesos"))
        .contains("flags: qr tc rd;", "ANSWER: 0");
    assertThat(dig(server, "+nocookie", "web.mesos"))
        .contains("Truncated, retrying in TCP mode", "ANSWER: 1");
  }

  @Test
  void readsWhatTheServerTellsOfItself() throws Exception {
    DnsServer server =
        serve(builder().identity(new ServerIdentity("node-1", "node-1.example.org", "1.0")));

    assertThat(dig(server, "+nsid", "web.mesos")).contains("; NSID:").contains("(\"node-1\")");
    assertThat(dig(server, "+short", "CH", "TXT", "version.bind")).isEqualTo("\"1.0\"\n");
    assertThat(dig(server, "CH", "TXT", "id.server")).contains("status: NOERROR", "\"node-1\"");
    assertThat(dig(server, "+tcp", "+keepalive", "web.mesos")).contains("TCP KEEPALIVE: 10.0 secs");
    assertThat(dig(server, "+padding=100", "+subnet=192.0.2.0/24", "web.mesos"))
        .contains("status: NOERROR")
        .doesNotContain("PAD", "CLIENT-SUBNET: 192.0.2.0/24/0");
  }

  @Test
  void isRefusedByARuleWhileTheServerRuns() throws Exception {
    DnsServer server = serve(builder());
    assertThat(dig(server, "web.mesos")).contains("status: NOERROR");

    AccessPolicy policy =
        AccessPolicy.builder().clients(Access.REFUSE, Cidr.parse("127.0.0.0/8")).build();
    server.defence().update(rules -> rules.withAccess(policy));

    assertThat(dig(server, "web.mesos")).contains("status: REFUSED", "EDE: 18 (Prohibited)");
  }

  private DnsServer.Builder builder() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1"));
    return DnsServer.builder(net)
        .listen(new HostPort(IpAddress.LOOPBACK_IPV4, 0))
        .zone(Zone.of(edit.commit(101)));
  }

  private DnsServer serve(DnsServer.Builder builder) {
    DnsServer server = builder.build();
    net.startAll(server);
    return server;
  }

  private static String cookie(String answer) {
    Matcher matcher = COOKIE.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  private static String dig(DnsServer server, String... arguments) throws Exception {
    return Dig.ask(server.localAddress(), arguments);
  }
}
