// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.ChangingZone;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsOverrideTest {

  @TempDir private Path folder;

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Surroundings surroundings = new Surroundings(time, time, metrics);
  private final ChangingZone mesos = new ChangingZone("mesos");
  private Path file = Path.of("");
  private HostsFile hosts = HostsFile.of(file, time);
  private HostsOverride zone = HostsOverride.of(mesos, hosts);

  @BeforeEach
  void begin() {
    file = folder.resolve("hosts");
    hosts = HostsFile.of(file, time);
    zone = HostsOverride.of(mesos, hosts);
  }

  private void follow(String content) throws IOException {
    Files.writeString(file, content);
    zone.follow(surroundings);
    step();
  }

  @Test
  void putsHostsInPlaceOfWhatTheZoneSays() throws IOException {
    mesos.put("web.mesos", Zones.addresses("192.0.2.1"));
    mesos.put("web.mesos", Zones.addresses("2001:db8::1"));
    mesos.put("alias.mesos", RecordSet.of(RecordType.CNAME, 60, Rdata.name(name("web.mesos"))));
    mesos.put("other.mesos", Zones.addresses("192.0.2.3"));

    follow("192.0.2.99 web.mesos alias.mesos new.mesos\n192.0.2.99 elsewhere.example.org\n");

    assertThat(at("web.mesos")).isEqualTo("[60 A [192.0.2.99]]");
    assertThat(at("alias.mesos")).isEqualTo("[60 A [192.0.2.99]]");
    assertThat(at("new.mesos")).isEqualTo("[60 A [192.0.2.99]]");
    assertThat(at("other.mesos")).isEqualTo("[60 A [192.0.2.3]]");
    assertThat(zone.origins(name("web.mesos")))
        .singleElement()
        .satisfies(origin -> assertThat(origin.subject()).contains("hosts"));
  }

  @Test
  void followsBothAndTheSerialOnlyGrows() throws IOException {
    mesos.put("web.mesos", Zones.addresses("192.0.2.1"));
    follow("192.0.2.99 web.mesos\n192.0.2.98 two.mesos\n");
    long first = snapshot().serial();

    mesos.put("more.mesos", Zones.addresses("192.0.2.4"));
    step();
    long second = snapshot().serial();
    assertThat(at("web.mesos")).isEqualTo("[60 A [192.0.2.99]]");
    assertThat(at("more.mesos")).isEqualTo("[60 A [192.0.2.4]]");

    Files.writeString(file, "");
    step();
    assertThat(at("web.mesos")).isEqualTo("[60 A [192.0.2.1]]");
    assertThat(snapshot().find(name("two.mesos"))).isNull();

    assertThat(first).isGreaterThan(101);
    assertThat(second).isGreaterThan(first);
    assertThat(snapshot().serial()).isGreaterThan(second);
  }

  @Test
  void saysOfTheZoneWhatItSaysOfItself() {
    ClusterPublisher cluster = ClusterPublisher.create();
    Agent node = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));
    cluster.put(node);
    cluster.put(Framework.named("F1", "marathon"));
    cluster.put(Task.named("%%").framework("F1").runningOn(node).build());
    cluster.put(Task.named("we_b").id("1").framework("F1").runningOn(node).build());
    cluster.put(Task.named("we-b").id("2").framework("F1").runningOn(node).build());
    Zone tasks = MesosZone.of(cluster);
    Zone covered = HostsOverride.of(tasks, hosts);
    covered.follow(surroundings);
    step();

    assertThat(covered.refused()).hasSize(1).isEqualTo(tasks.refused());
    assertThat(covered.collisions()).hasSize(1).isEqualTo(tasks.collisions());
    assertThat(covered.age()).isNotNull().isEqualTo(tasks.age());
  }

  @Test
  void waitsForBoth() throws IOException {
    follow("192.0.2.99 web.mesos");
    assertThat(zone.snapshot()).isNull();

    mesos.put("x.mesos", Zones.addresses("192.0.2.1"));
    step();
    assertThat(at("web.mesos")).isEqualTo("[60 A [192.0.2.99]]");
  }

  @Test
  void servesTheZoneAsItIsWithoutAFile() {
    mesos.put("web.mesos", Zones.addresses("192.0.2.1"));
    zone.follow(surroundings);
    step();

    assertThat(zone.snapshot()).isSameAs(mesos.snapshot());
  }

  @Test
  void namesOutsideAllZonesAreZonesByThemselves() throws IOException {
    HostsZones outside = HostsZones.outside(List.of(mesos), hosts);
    ZoneTable table = ZoneTable.of(HostsZones.into(List.of(mesos), hosts)).orElse(outside);
    outside.follow(surroundings);
    follow("192.0.2.7 box box.example.org web.mesos\n");

    Zone box = Objects.requireNonNull(table.match(name("box.example.org")));
    ZoneSnapshot first = Objects.requireNonNull(box.snapshot());
    assertThat(Objects.requireNonNull(first.find(name("BOX.example.org"))).set(RecordType.A))
        .hasToString("60 A [192.0.2.7]");
    assertThat(table.match(name("below.box.example.org"))).isSameAs(box);
    assertThat(table.match(name("7.2.0.192.in-addr.arpa"))).isNotNull();
    assertThat(table.match(name("example.org"))).isNull();
    assertThat(Objects.requireNonNull(table.match(name("web.mesos"))).origin())
        .isEqualTo(name("mesos"));

    Files.writeString(file, "192.0.2.8 box.example.org\n");
    step();
    assertThat(table.match(name("box"))).isNull();
    Zone changed = Objects.requireNonNull(table.match(name("box.example.org")));
    assertThat(Objects.requireNonNull(changed.snapshot()).serial()).isGreaterThan(first.serial());
  }

  @Test
  void countsLinesThatItLeftOut() throws IOException {
    follow("nonsense here\n");

    assertThat(hosts.refused()).hasSize(1);
    assertThat(
            metrics.count(
                "dcosnet.dns.records.skipped", "zone", "hosts", "reason", "host-bad-address"))
        .isOne();
  }

  private void step() {
    time.advance(Duration.ofSeconds(11));
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(zone.snapshot());
  }

  private String at(String name) {
    ZoneNode node = snapshot().find(name(name));
    return node == null ? "" : node.sets().toString();
  }
}
