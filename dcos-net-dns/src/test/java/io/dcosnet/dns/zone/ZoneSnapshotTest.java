// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ZoneSnapshotTest {

  private final ZoneSnapshot empty = Zones.empty("mesos");

  @Test
  void hasSoaAndNameServersAtTheApex() {
    ZoneNode apex = Objects.requireNonNull(empty.find(name("MESOS")));

    assertThat(apex.set(RecordType.SOA))
        .hasToString("60 SOA [ns1.mesos. root.ns1.mesos. 100 60 600 86400 30]");
    assertThat(apex.set(RecordType.NS)).hasToString("60 NS [ns1.mesos.]");
    assertThat(empty.negativeSoa())
        .hasToString("30 SOA [ns1.mesos. root.ns1.mesos. 100 60 600 86400 30]");
  }

  @Test
  void knowsNamesThatOnlyLeadToOthers() {
    ZoneSnapshot zone = with(empty, "web.marathon.slave.mesos", "192.0.2.1");

    assertThat(zone.find(name("marathon.slave.mesos")))
        .isNotNull()
        .satisfies(node -> assertThat(node.isEmptyNonTerminal()).isTrue());
    assertThat(zone.find(name("slave.mesos"))).isNotNull();
    assertThat(zone.find(name("other.slave.mesos"))).isNull();
    assertThat(zone.nameCount()).isEqualTo(1);
    assertThat(zone.recordCount()).isEqualTo(1);
  }

  @Test
  void forgetsNamesThatLeadNowhere() {
    ZoneSnapshot zone = with(empty, "web.marathon.slave.mesos", "192.0.2.1");
    zone = with(zone, "slave.mesos", "192.0.2.9");

    ZoneSnapshot.Edit edit = zone.edit();
    edit.remove(name("WEB.marathon.slave.mesos"), RecordType.A);
    ZoneSnapshot less = edit.commit(0);

    assertThat(less.find(name("web.marathon.slave.mesos"))).isNull();
    assertThat(less.find(name("marathon.slave.mesos"))).isNull();
    assertThat(less.find(name("slave.mesos"))).isNotNull();
    assertThat(zone.find(name("web.marathon.slave.mesos"))).isNotNull();
  }

  @Test
  void serialGrowsWithEachChangeAndFollowsEvents() {
    ZoneSnapshot first = with(empty, "a.mesos", "192.0.2.1");
    ZoneSnapshot.Edit edit = first.edit();
    edit.put(name("a.mesos"), addresses("192.0.2.2"));
    ZoneSnapshot second = edit.commit(1_500_000_000);

    assertThat(first.serial()).isEqualTo(101);
    assertThat(second.serial()).isEqualTo(1_500_000_000);
    assertThat(Objects.requireNonNull(second.find(name("mesos"))).set(RecordType.SOA))
        .hasToString("60 SOA [ns1.mesos. root.ns1.mesos. 1500000000 60 600 86400 30]");
    assertThat(with(second, "b.mesos", "192.0.2.3").serial()).isEqualTo(1_500_000_001);
  }

  @Test
  void serialWrapsAround() {
    ZoneSnapshot last = ZoneSnapshot.empty(Zones.apex("mesos"), 0xffff_ffffL);

    assertThat(with(last, "a.mesos", "192.0.2.1").serial()).isZero();
  }

  @Test
  void staysTheSameWhenNothingReallyChanged() {
    ZoneSnapshot zone = with(empty, "a.mesos", "192.0.2.1");
    ZoneSnapshot.Edit edit = zone.edit();
    edit.put(name("A.mesos"), addresses("192.0.2.1"));
    edit.remove(name("b.mesos"), RecordType.A);
    edit.remove(name("a.mesos"), RecordType.AAAA);

    assertThat(edit.commit(1_600_000_000)).isSameAs(zone);
  }

  @Test
  void refusesWhatIsNotItsOwn() {
    ZoneSnapshot.Edit edit = empty.edit();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> edit.put(name("web.example.org"), addresses("192.0.2.1")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> edit.remove(name("mesos"), RecordType.SOA));
  }

  @Test
  void choosesTheLongestOrigin() {
    Zone outer = Zone.of(Zones.empty("mesos"));
    Zone inner = Zone.of(Zones.empty("slave.mesos"));
    ZoneTable table = ZoneTable.of(List.of(outer, inner));

    assertThat(table.match(name("web.SLAVE.mesos"))).isSameAs(inner);
    assertThat(table.match(name("slave.mesos"))).isSameAs(inner);
    assertThat(table.match(name("webslave.mesos"))).isSameAs(outer);
    assertThat(table.match(name("example.org"))).isNull();
    assertThat(table.match(name("."))).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZoneTable.of(List.of(outer, Zone.of(Zones.empty("Mesos")))));
  }

  private static ZoneSnapshot with(ZoneSnapshot zone, String name, String address) {
    ZoneSnapshot.Edit edit = zone.edit();
    edit.put(name(name), addresses(address));
    return edit.commit(0);
  }
}
