// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipDirectory.Service;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class L4lbZoneTest {

  private static final String WEB = "web.marathon.l4lb.thisdcos.directory.";

  private final FakeDirectory directory = new FakeDirectory();
  private final VirtualTime time = new VirtualTime();
  private final L4lbZone zone = L4lbZone.of(directory);
  private Subscription following = () -> {};

  @BeforeEach
  void follow() {
    following =
        zone.follow(new Zone.Surroundings(Runnable::run, time.time(), new RecordingMetrics()));
  }

  @Test
  void hasTheAddressesOfEveryName() {
    directory.put("web.marathon", "11.1.2.3", null);
    directory.put("db.marathon.prod", "11.1.2.4", "fd01:c::4");

    assertThat(node("Web.marathon.l4lb.thisdcos.directory").sets()).hasToString("[5 A [11.1.2.3]]");
    assertThat(node("db.marathon.prod.l4lb.thisdcos.directory").sets())
        .hasToString("[5 A [11.1.2.4], 5 AAAA [fd01:c::4]]");
    assertThat(node("prod.l4lb.thisdcos.directory").isEmptyNonTerminal()).isTrue();
    assertThat(snapshot().find(name("other.l4lb.thisdcos.directory"))).isNull();
  }

  @Test
  void tellsThePortsOfAName() {
    directory.put(
        "web.marathon",
        "127.65.0.9",
        null,
        new Service(Protocol.TCP, 10080, 80, List.of("http")),
        new Service(Protocol.TCP, 8080, 8080, List.of("http", "admin")),
        new Service(Protocol.UDP, 10053, 53, List.of()));

    assertThat(node("web.marathon.l4lb.thisdcos.directory").sets().toString())
        .contains("5 A [127.65.0.9]")
        .contains(
            "proto=tcp port=10080 vip=80 name=http",
            "proto=tcp port=8080 name=admin name=http",
            "proto=udp port=10053 vip=53");
    assertThat(targets("_80._tcp")).containsExactly("0 0 10080 " + WEB);
    assertThat(targets("_8080._tcp")).containsExactly("0 0 8080 " + WEB);
    assertThat(targets("_53._udp")).containsExactly("0 0 10053 " + WEB);
    assertThat(targets("_http._tcp"))
        .containsExactlyInAnyOrder("0 0 10080 " + WEB, "0 0 8080 " + WEB);
    assertThat(targets("_admin._tcp")).containsExactly("0 0 8080 " + WEB);
    assertThat(zone.origins(name("_http._tcp." + WEB)))
        .extracting(RecordOrigin::subject)
        .containsOnly("web.marathon");
  }

  @Test
  void forgetsPortsThatAreGoneAndKeepsTheOthers() {
    directory.put(
        "web.marathon",
        "11.1.2.3",
        null,
        new Service(Protocol.TCP, 80, 80, List.of("http")),
        new Service(Protocol.TCP, 443, 443, List.of("https")));
    directory.put(
        "web.marathon", "11.1.2.3", null, new Service(Protocol.TCP, 80, 80, List.of("plain")));

    assertThat(targets("_plain._tcp")).hasSize(1);
    assertThat(targets("_80._tcp")).hasSize(1);
    for (String gone : List.of("_http._tcp.", "_443._tcp.", "_https._tcp.")) {
      assertThat(snapshot().find(name(gone + WEB))).as(gone).isNull();
    }
    directory.remove("web.marathon");
    assertThat(snapshot().nameCount()).isZero();
    assertThat(snapshot().recordCount()).isZero();
    assertThat(snapshot().find(name("_tcp." + WEB))).isNull();
  }

  @Test
  void hasOnlyAddressesWhereTheLabelsOfPortsDoNotFit() {
    String label = "w".repeat(60);
    String longest = String.join(".", label, label, label, "w".repeat(41));
    directory.put(longest, "11.1.2.3", null, new Service(Protocol.TCP, 80));

    assertThat(zone.refused()).isEmpty();
    ZoneNode found = node(longest + ".l4lb.thisdcos.directory");
    assertThat(found.set(RecordType.A)).isNotNull();
    assertThat(snapshot().nameCount()).isEqualTo(1);
  }

  @Test
  void refusesANameThatWouldBeTheZoneItself() {
    directory.put("", "11.1.2.3", null);

    assertThat(zone.refused()).extracting(Rejection::code).containsExactly("EMPTY_LABEL");
    assertThat(node("l4lb.thisdcos.directory").set(RecordType.A)).isNull();
  }

  private List<String> targets(String labels) {
    return Objects.requireNonNull(node(labels + "." + WEB).set(RecordType.SRV)).toText();
  }

  @Test
  void tellsWhichVipARecordIsFor() {
    directory.put("db.marathon.prod", "11.1.2.4", "fd01:c::4");

    assertThat(zone.origins(name("DB.marathon.prod.l4lb.thisdcos.directory")))
        .containsExactly(
            new RecordOrigin(RecordType.A, "11.1.2.4", "vip", "db.marathon.prod", "", null),
            new RecordOrigin(RecordType.AAAA, "fd01:c::4", "vip", "db.marathon.prod", "", null));
    assertThat(zone.origins(name("prod.l4lb.thisdcos.directory"))).isEmpty();
    assertThat(zone.origins(name("l4lb.thisdcos.directory"))).isEmpty();
    assertThat(zone.origins(name("db.example.org"))).isEmpty();
  }

  @Test
  void saysOfItselfWhatDcosNetSays() {
    String serial = Long.toString(snapshot().serial());

    assertThat(node("l4lb.thisdcos.directory").sets())
        .hasToString(
            "[3600 NS [ns.spartan.], 5 SOA [ns.spartan. support.mesosphere.com. "
                + serial
                + " 60 180 86400 1]]");
    assertThat(snapshot().negativeSoa().ttlSeconds()).isEqualTo(1);
  }

  @Test
  void followsChanges() {
    directory.put("web.marathon", "11.1.2.3", "fd01:c::4");
    long serial = snapshot().serial();
    directory.put("web.marathon", "11.1.2.9", null);

    ZoneNode changed = node("web.marathon.l4lb.thisdcos.directory");
    assertThat(changed.sets()).hasToString("[5 A [11.1.2.9]]");
    assertThat(changed.set(RecordType.AAAA)).isNull();
    assertThat(snapshot().serial()).isGreaterThan(serial);
    directory.remove("web.marathon");
    assertThat(snapshot().find(name("web.marathon.l4lb.thisdcos.directory"))).isNull();
    assertThat(snapshot().find(name("marathon.l4lb.thisdcos.directory"))).isNull();
  }

  @Test
  void refusesNamesThatAreNone() {
    directory.put("a..b", "11.1.2.3", null);
    directory.put("x".repeat(64), "11.1.2.4", null);
    directory.put("web.marathon", "11.1.2.5", null);

    assertThat(zone.refused())
        .extracting(Rejection::code)
        .containsExactly("EMPTY_LABEL", "LABEL_TOO_LONG");
    assertThat(node("web.marathon.l4lb.thisdcos.directory")).isNotNull();
    directory.remove("a..b");
    assertThat(zone.refused()).hasSize(1);
  }

  @Test
  void takesNothingMoreFromAFollowingThatHasEnded() {
    VipDirectory.Listener ended = directory.listeners.get(0);
    following.close();
    directory.put("web.marathon", "11.1.2.3", null);
    follow();

    VipDirectory.Entry gone =
        new VipDirectory.Entry("web.marathon", IpAddress.parse("11.1.2.3"), null, List.of());
    ended.changed(directory.snapshot(), List.of(Change.removed(gone)));

    assertThat(node("web.marathon.l4lb.thisdcos.directory").sets()).hasToString("[5 A [11.1.2.3]]");
  }

  @Test
  void startsAfreshWhenItIsFollowedAgain() {
    directory.put("web.marathon", "11.1.2.3", null);
    following.close();
    directory.remove("web.marathon");
    assertThat(snapshot().find(name("web.marathon.l4lb.thisdcos.directory"))).isNotNull();

    follow();

    assertThat(snapshot().find(name("web.marathon.l4lb.thisdcos.directory"))).isNull();
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(zone.snapshot());
  }

  private ZoneNode node(String text) {
    return Objects.requireNonNull(snapshot().find(name(text)), text);
  }

  /** A directory that a test fills. */
  private static final class FakeDirectory implements VipDirectory {
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Listener> listeners = new ArrayList<>();

    void put(String name, @Nullable String ipv4, @Nullable String ipv6, Service... services) {
      Entry entry = new Entry(name, address(ipv4), address(ipv6), List.of(services));
      tell(new Change<>(entries.put(name, entry), entry));
    }

    void remove(String name) {
      tell(Change.removed(Objects.requireNonNull(entries.remove(name))));
    }

    private void tell(Change<Entry> change) {
      listeners.forEach(listener -> listener.changed(snapshot(), List.of(change)));
    }

    private static @Nullable IpAddress address(@Nullable String text) {
      return text == null ? null : IpAddress.parse(text);
    }

    @Override
    public Snapshot snapshot() {
      return new Snapshot(entries);
    }

    @Override
    public Subscription subscribe(Executor executor, Listener listener) {
      listeners.add(listener);
      List<Change<Entry>> all = entries.values().stream().map(Change::added).toList();
      executor.execute(() -> listener.changed(snapshot(), all));
      return () -> listeners.remove(listener);
    }
  }
}
