// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.Dig;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code dig} hears from us of what NSD, Unbound and dnsmasq know. */
class RealServersIT {

  private static final String STRANGER = "127.0.0.9";

  @TempDir private Path folder;

  private RealServers others;
  private AskedServer asked;

  @BeforeEach
  void start() throws Exception {
    RealServers.require();
    others = new RealServers(folder);
    HostPort nsd = others.nsd();
    HostPort unbound = others.unbound();
    HostPort dnsmasq = others.dnsmasq();
    RoutingTable routes =
        RoutingTable.builder()
            .route(DomainName.parse("example.org"), Policy.SEQUENTIAL, upstreams(nsd))
            .route(DomainName.parse("example.net"), Policy.SEQUENTIAL, upstreams(nsd, unbound))
            .route(DomainName.parse("example.com"), Policy.DUAL_HEDGED, upstreams(dnsmasq, nsd))
            .defaultRoute(Policy.DUAL, upstreams(nsd, dnsmasq))
            .build();
    AccessPolicy access =
        AccessPolicy.builder().recursion(false, Cidr.parse(STRANGER + "/32")).build();
    asked = AskedServer.start(builder -> builder.zone(zone()).access(access).forward(routes));
  }

  @AfterEach
  void close() throws Exception {
    if (asked != null) {
      asked.close();
    }
    if (others != null) {
      others.stop();
    }
  }

  private static List<Upstream> upstreams(HostPort... places) {
    return Arrays.stream(places).map(Upstream::of).toList();
  }

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.80"));
    return Zone.of(edit.commit(0));
  }

  private String dig(String... arguments) throws Exception {
    return Dig.ask(asked.address(), arguments);
  }

  @Test
  void passesOnWhatTheyKnow() throws Exception {
    for (String zone : List.of("example.org", "example.net", "example.com")) {
      for (String way : List.of("+notcp", "+tcp", "+noedns", "+dnssec", "+cookie")) {
        assertThat(dig(way, "wWw." + zone))
            .contains("status: NOERROR", "flags: qr rd ra", "wWw." + zone, "IN\tA\t192.0.2.1")
            .doesNotContain("WARNING");
      }
      assertThat(dig("www." + zone, "AAAA")).contains("IN\tAAAA\t2001:db8::1");
      assertThat(dig("mail." + zone, "MX")).contains("MX\t10 www." + zone + ".");
      assertThat(dig("_web._tcp." + zone, "SRV")).contains("SRV\t0 1 80 www." + zone + ".");
    }
    assertThat(dig("alias.example.org"))
        .contains("CNAME\twww.example.org.", "IN\tA\t192.0.2.1", "ANSWER: 2");
  }

  @Test
  void passesOnWhatDoesNotExist() throws Exception {
    for (int i = 0; i < 2; i++) { // from them, and from the cache
      for (String zone : List.of("example.org", "example.net")) {
        assertThat(dig("none." + zone)).contains("status: NXDOMAIN", "AUTHORITY: 1", "IN\tSOA");
        assertThat(dig("www." + zone, "TXT"))
            .contains("status: NOERROR", "ANSWER: 0", "AUTHORITY: 1", "IN\tSOA");
      }
      assertThat(dig("none.example.com")).contains("status: NXDOMAIN");
    }
  }

  @Test
  void passesOnWhatNeedsTcp() throws Exception {
    for (String zone : List.of("example.org", "example.net")) {
      assertThat(dig("+noedns", "+ignore", "many." + zone)).contains("flags: qr tc rd ra");
      assertThat(dig("+bufsize=4096", "+ignore", "many." + zone)).contains("flags: qr tc rd ra");
      assertThat(dig("many." + zone)).contains("ANSWER: 300");
    }
  }

  @Test
  void saysWhenAllOfThemRefuse() throws Exception {
    assertThat(dig("www.example.edu")).contains("status: SERVFAIL", "flags: qr rd ra", "EDE: 22");
    assertThat(dig("+noedns", "www.example.edu")).contains("status: SERVFAIL");
  }

  @Test
  void keepsAnsweringWhenTheyAreGone() throws Exception {
    dig("www.example.org");
    dig("none.example.org");
    others.stop();
    asked.leap(Duration.ofHours(1));

    assertThat(dig("www.example.org")).contains("status: NOERROR", "192.0.2.1", "EDE: 3");
    assertThat(dig("none.example.org")).contains("status: NXDOMAIN", "EDE: 19");
    assertThat(dig("other.example.org")).contains("status: SERVFAIL", "EDE: 23");
  }

  @Test
  void asksNobodyForStrangers() throws Exception {
    dig("www.example.org"); // and does not tell them what it knows

    for (String name : List.of("www.example.org", "other.example.org")) {
      assertThat(dig("-b", STRANGER, name))
          .contains("status: REFUSED", "flags: qr rd;", "EDE: 18")
          .doesNotContain("192.0.2.1");
    }
    assertThat(dig("-b", STRANGER, "web.mesos")).contains("status: NOERROR", "192.0.2.80");
  }
}
