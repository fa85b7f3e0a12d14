// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {

  private static final List<Upstream> SERVERS =
      List.of(Upstream.of(HostPort.parse("192.0.2.1:53")));

  @ParameterizedTest
  @CsvSource({
    "web.marathon.mesos, mesos.",
    "MESOS, mesos.",
    "notmesos, .",
    "a.corp.example.org, corp.example.org.",
    "x.lab.Corp.Example.org, lab.corp.example.org.",
    "lab.corp.example.org, lab.corp.example.org.",
    "slab.corp.example.org, corp.example.org.",
    "corp.example.org.test.example.com, .",
    "., ."
  })
  void theLongestSuffixWins(String name, String suffix) {
    RoutingTable table =
        RoutingTable.builder()
            .route(name("corp.example.org"), Policy.DUAL, SERVERS)
            .route(name("Lab.corp.example.org"), Policy.SEQUENTIAL, SERVERS)
            .route(name("mesos"), Policy.ALL, SERVERS)
            .defaultRoute(Policy.FASTEST, SERVERS)
            .build();

    assertThat(table.route(name(name)).suffix()).isEqualTo(name(suffix));
  }

  @Test
  void withoutADefaultRouteNobodyIsAsked() {
    assertThat(RoutingTable.NOBODY.route(name("www.example.org"))).isInstanceOf(Route.Refuse.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printer.local",
        "test",
        "1.0.0.10.in-addr.arpa",
        "1.1.20.172.in-addr.arpa",
        "5.64.100.in-addr.arpa",
        "1.0.0.d.f.ip6.arpa",
        "abc.ONION"
      })
  void specialNamesAreDenied(String name) {
    RoutingTable table = RoutingTable.builder().defaultRoute(Policy.DUAL, SERVERS).build();

    assertThat(table.route(name(name))).isInstanceOf(Route.Deny.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.1.32.172.in-addr.arpa", "8.8.8.8.in-addr.arpa", "ipv4only.arpa", "local.org"})
  void othersThatLookSimilarAreNot(String name) {
    RoutingTable table = RoutingTable.builder().defaultRoute(Policy.DUAL, SERVERS).build();

    assertThat(table.route(name(name))).isInstanceOf(Route.Ask.class);
  }

  @Test
  void aRouteThatCoversASpecialNameHasPrecedence() {
    RoutingTable table =
        RoutingTable.builder()
            .route(name("in-addr.arpa"), Policy.DUAL, SERVERS)
            .route(name("corp.local"), Policy.DUAL, SERVERS)
            .build();

    assertThat(table.route(name("1.0.0.10.in-addr.arpa")).suffix()).isEqualTo(name("in-addr.arpa"));
    assertThat(table.route(name("a.corp.local")).suffix()).isEqualTo(name("corp.local"));
    assertThat(table.route(name("a.local"))).isInstanceOf(Route.Deny.class);
  }

  @Test
  void namesOfOwnZonesNeverLeaveButForARouteBelowTheZone() {
    RoutingTable table =
        RoutingTable.builder()
            .ownZones(List.of(name("mesos"), name("10.in-addr.arpa")))
            .route(name("other.mesos"), Policy.DUAL, SERVERS)
            .defaultRoute(Policy.DUAL, SERVERS)
            .build();

    assertThat(table.route(name("web.mesos"))).isInstanceOf(Route.Own.class);
    assertThat(table.route(name("1.0.0.10.in-addr.arpa"))).isInstanceOf(Route.Own.class);
    assertThat(table.route(name("web.other.mesos"))).isInstanceOf(Route.Ask.class);
  }

  @Test
  void allProblemsAreListedAtOnce() {
    RoutingTable.Builder builder =
        RoutingTable.builder()
            .ownZones(List.of(name("mesos")))
            .route(name("mesos"), Policy.ALL, SERVERS)
            .route(name("example.org"), Policy.ALL, SERVERS)
            .none(name("EXAMPLE.org"));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("EXAMPLE.org. given twice", "route: mesos.");
  }

  @Test
  void aServerThatIsGivenTwiceIsRefused() {
    List<Upstream> twice = List.of(SERVERS.get(0), SERVERS.get(0));

    assertThatThrownBy(() -> RoutingTable.builder().defaultRoute(Policy.ALL, twice))
        .hasMessageContaining("192.0.2.1:53 given twice");
  }

  @Test
  void aDenialComesWithTheSoaOfItsZone() {
    var answer = SpecialNames.denial(name("local"), name("printer.local"), 1);

    assertThat(answer.rcode()).isEqualTo(3);
    assertThat(answer.authority()).singleElement().asString().startsWith("local. 10800 IN SOA");
  }

  @Test
  void theTopOfADeniedZoneExists() {
    var answer = SpecialNames.denial(name("local"), name("local"), 6);

    assertThat(answer.rcode()).isEqualTo(0);
    assertThat(answer.answer()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.1:53, true",
    "198.51.100.1:5353, false",
    "192.0.2.9:5353, true",
    "192.0.2.10:5353, false",
    "127.0.0.5:5353, true",
    "0.0.0.0:5353, true",
    "[::ffff:198.51.100.1]:53, true",
    "[2001:db8::1]:5353, false",
    "[2001:db8::1]:853, true",
    "192.0.2.9:853, true"
  })
  void knowsWhatLeadsBackToThisServer(String upstream, boolean own) {
    OwnAddresses addresses =
        new OwnAddresses(
            List.of(
                HostPort.parse("198.51.100.1:53"),
                HostPort.parse("0.0.0.0:5353"),
                HostPort.parse("[::]:853")),
            List.of(IpAddress.parse("192.0.2.9"), IpAddress.parse("2001:db8::1")));

    assertThat(addresses.test(HostPort.parse(upstream))).isEqualTo(own);
  }

  private static DomainName name(String text) {
    return DomainName.parse(text);
  }
}
