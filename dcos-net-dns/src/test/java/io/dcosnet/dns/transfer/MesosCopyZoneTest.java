// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.zone.ChangingZone;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.dns.zonefile.ZoneText;
import io.dcosnet.testkit.VirtualTime;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MesosCopyZoneTest {

  private final VirtualTime time = new VirtualTime();
  private final Surroundings surroundings = new Surroundings(time, time, MetricsSink.none());
  private final ChangingZone mesos = new ChangingZone("mesos");
  private final MesosCopyZone copy = MesosCopyZone.of(mesos);

  @Test
  void rewritesOwnersTargetsPrioritiesAndTtls() {
    mesos.put("web.marathon.mesos", Zones.addresses("192.0.2.1"));
    mesos.put("web.marathon.mesos", Zones.addresses("2001:db8::1"));
    mesos.put("_web._tcp.marathon.mesos", Zones.services("80 web.marathon.mesos", "81 x.example"));
    mesos.put("mesos", Zones.addresses("192.0.2.9"));
    assertThat(copy.snapshot()).isNull();
    follow();

    assertThat(ZoneText.of(snapshot()))
        .isEqualTo(
            """
            mesos.thisdcos.directory.	5	IN	SOA	ns.spartan. support.mesosphere.com. 104 60 180 86400 1
            mesos.thisdcos.directory.	5	IN	A	192.0.2.9
            mesos.thisdcos.directory.	3600	IN	NS	ns.spartan.
            _web._tcp.marathon.mesos.thisdcos.directory.	5	IN	SRV	1 1 80 web.marathon.mesos.thisdcos.directory.
            _web._tcp.marathon.mesos.thisdcos.directory.	5	IN	SRV	1 1 81 x.example.
            web.marathon.mesos.thisdcos.directory.	5	IN	A	192.0.2.1
            web.marathon.mesos.thisdcos.directory.	5	IN	AAAA	2001:db8::1
            """);
  }

  @Test
  void followsEachChange() {
    mesos.put("a.mesos", Zones.addresses("192.0.2.1"));
    follow();
    ZoneSnapshot first = snapshot();

    mesos.change(
        edit -> {
          edit.remove(name("a.mesos"), RecordType.A);
          edit.put(name("b.mesos"), Zones.addresses("192.0.2.2"));
          edit.partial(true);
        });
    time.runReady();

    assertThat(snapshot().find(name("a.mesos.thisdcos.directory"))).isNull();
    assertThat(snapshot().find(name("b.mesos.thisdcos.directory"))).isNotNull();
    assertThat(snapshot().isPartial()).isTrue();
    assertThat(snapshot().serial()).isGreaterThan(first.serial());
  }

  @Test
  void forgetsWhatWentAwayWhileNobodyFollowed() {
    mesos.put("a.mesos", Zones.addresses("192.0.2.1"));
    follow().close();
    mesos.change(edit -> edit.remove(name("a.mesos"), RecordType.A));
    time.runReady();
    assertThat(snapshot().recordCount()).isOne();

    follow();

    assertThat(snapshot().recordCount()).isZero();
  }

  @Test
  void leavesOutNamesThatBecomeTooLong() {
    String label = "a".repeat(60) + ".";
    mesos.put(label.repeat(4) + "mesos", Zones.addresses("192.0.2.1"));
    mesos.put("ok.mesos", Zones.addresses("192.0.2.1"));
    follow();

    assertThat(snapshot().recordCount()).isOne();
  }

  @Test
  void stepByStepOrAtOnceIsTheSame() {
    Random random = new Random(7);
    follow();
    for (int step = 0; step < 500; step++) {
      mesos.change(
          edit -> {
            for (int i = 0; i < 3; i++) {
              String owner = "n" + random.nextInt(20) + ".f" + random.nextInt(3) + ".mesos";
              switch (random.nextInt(4)) {
                case 0 -> edit.remove(name(owner), RecordType.A);
                case 1 -> edit.remove(name(owner), RecordType.SRV);
                case 2 -> edit.put(name(owner), Zones.services(random.nextInt(9) + " " + owner));
                default -> edit.put(name(owner), Zones.addresses("192.0.2." + random.nextInt(9)));
              }
            }
          });
      time.runReady();
    }
    MesosCopyZone fresh = MesosCopyZone.of(mesos);
    fresh.follow(surroundings);
    time.runReady();

    ZoneSnapshot atOnce = Objects.requireNonNull(fresh.snapshot());
    assertThat(snapshot().sameRecords(atOnce)).isTrue();
    assertThat(atOnce.recordCount()).isGreaterThan(10);
    assertThat(snapshot().serial()).isEqualTo(atOnce.serial());
  }

  private Subscription follow() {
    Subscription following = copy.follow(surroundings);
    time.runReady();
    return following;
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(copy.snapshot());
  }
}
