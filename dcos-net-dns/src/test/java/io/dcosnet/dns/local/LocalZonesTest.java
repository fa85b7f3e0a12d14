// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LocalZonesTest {

  private final VirtualTime time = new VirtualTime();

  @Test
  void saysThatTheServerIsReady() {
    Zone zone =
        LocalZones.spartan(
            List.of(LocalZones.SPARTAN_ADDRESS, IpAddress.parse("2001:db8::53")), time.time());

    assertThat(texts(zone, "ready.spartan")).isEqualTo("[5 A [127.0.0.1]]");
    assertThat(texts(zone, "ns.spartan")).isEqualTo("[5 A [198.51.100.1], 5 AAAA [2001:db8::53]]");
    assertThat(texts(zone, "spartan"))
        .startsWith("[3600 NS [ns.spartan.], 5 SOA [ns.spartan. support.mesosphere.com. ")
        .endsWith(" 60 180 86400 1]]");
    assertThat(snapshot(zone).recordCount()).isEqualTo(3);
    assertThatThrownBy(() -> LocalZones.spartan(List.of(), time.time()))
        .hasMessage("listen: none (expected: one address at least)");
  }

  @Test
  void knowsLocalhostAndAllNamesBelow() {
    Zone zone = LocalZones.localhost(time.time());

    assertThat(texts(zone, "localhost")).startsWith("[5 A [127.0.0.1], 3600 NS");
    assertThat(texts(zone, "localhost")).endsWith("5 AAAA [::1]]");
    assertThat(texts(zone, "*.localhost")).isEqualTo("[5 A [127.0.0.1], 5 AAAA [::1]]");
    assertThat(snapshot(zone).hasWildcards()).isTrue();
  }

  @Test
  void leadsFromNamesOfTheConfigurationToOthers() {
    Zone zone =
        LocalZones.cnames(
            name("component.thisdcos.directory"),
            Map.of(
                name("registry.component.thisdcos.directory"),
                name("master.dcos.thisdcos.directory")),
            time.time());

    assertThat(texts(zone, "registry.component.thisdcos.directory"))
        .isEqualTo("[5 CNAME [master.dcos.thisdcos.directory.]]");
    assertThatThrownBy(
            () ->
                LocalZones.cnames(
                    name("a.example"), Map.of(name("b.example"), name("c")), time.time()))
        .hasMessage("cname: b.example. (expected: a name below a.example.)");
    assertThatThrownBy(
            () ->
                LocalZones.cnames(
                    name("a.example"), Map.of(name("a.example"), name("c")), time.time()))
        .hasMessageStartingWith("cname: a.example. (expected:");
  }

  @Test
  void tellsItsFigures() {
    RecordingMetrics metrics = new RecordingMetrics();
    Zone zone = LocalZones.empty(name("invalid"), time.time());
    zone.follow(new Zone.Surroundings(Runnable::run, time.time(), metrics));
    time.advance(Duration.ofSeconds(7));

    assertThat(metrics.gauge("dcosnet.dns.zone.serial", "zone", "invalid."))
        .isEqualTo(snapshot(zone).serial());
    assertThat(metrics.gauge("dcosnet.dns.zone.records", "zone", "invalid.")).isZero();
    assertThat(metrics.gauge("dcosnet.dns.zone.age.seconds", "zone", "invalid.")).isEqualTo(7);
  }

  @Test
  void knowsThisNodeByTheAddressesItIsGiven() {
    ThisNodeZone zone = ThisNodeZone.of(List.of(IpAddress.parse("192.0.2.1")), time.time());
    long first = zone.snapshot().serial();
    List<Long> told = new ArrayList<>();
    zone.watch(Runnable::run, (before, after) -> told.add(after.serial()));

    assertThat(texts(zone, "thisnode.thisdcos.directory")).startsWith("[5 A [192.0.2.1], 3600 NS");
    assertThat(zone.snapshot().find(name("public.thisnode.thisdcos.directory"))).isNull();

    zone.publicAddresses(List.of(IpAddress.parse("203.0.113.1"), IpAddress.parse("2001:db8::1")));
    assertThat(texts(zone, "public.thisnode.thisdcos.directory"))
        .isEqualTo("[5 A [203.0.113.1], 5 AAAA [2001:db8::1]]");
    zone.publicAddresses(List.of(IpAddress.parse("203.0.113.1"), IpAddress.parse("2001:db8::1")));
    zone.publicAddresses(List.of(IpAddress.parse("2001:db8::1")));
    assertThat(texts(zone, "public.thisnode.thisdcos.directory"))
        .isEqualTo("[5 AAAA [2001:db8::1]]");
    zone.addresses(List.of(IpAddress.parse("192.0.2.2")));
    zone.publicAddresses(List.of());

    assertThat(texts(zone, "thisnode.thisdcos.directory")).startsWith("[5 A [192.0.2.2], 3600 NS");
    assertThat(zone.snapshot().find(name("public.thisnode.thisdcos.directory"))).isNull();
    assertThat(told).containsExactly(first, first + 1, first + 2, first + 3, first + 4);
  }

  private static ZoneSnapshot snapshot(Zone zone) {
    return Objects.requireNonNull(zone.snapshot());
  }

  private static String texts(Zone zone, String owner) {
    ZoneNode node = Objects.requireNonNull(snapshot(zone).find(name(owner)), owner);
    return node.sets().toString();
  }
}
