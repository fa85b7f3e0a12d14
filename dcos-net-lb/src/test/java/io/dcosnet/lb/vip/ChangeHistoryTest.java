// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeHistoryTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.m", 80);
  private static final VipKey API = VipKey.named(Protocol.TCP, "api.m", 80);

  private final ChangeHistory history = new ChangeHistory(50);
  private VipTable table = VipTable.EMPTY;

  @Test
  void tellsWhatChangedWhyAndWhen() {
    history.noted(WEB, "written by one", 900);
    assertThat(decide(1000, service(WEB, 1, up(1)))).containsExactly(WEB);
    history.noted(WEB, "drained", 0);
    decide(2000, service(WEB, 1, new Target(place(1), Backend.State.DRAINING, 0, Target.NEVER)));
    decide(3000);
    assertThat(history.of(WEB))
        .containsExactly(
            new VipChange(WEB, "appeared at tcp 11.0.0.1:80", "written by one", 900, 1000, 0),
            new VipChange(WEB, "192.0.2.1:80 UP weight 1", "written by one", 900, 1000, 0),
            new VipChange(
                WEB, "192.0.2.1:80 DRAINING weight 0 (was UP weight 1)", "drained", 0, 2000, 0),
            new VipChange(WEB, "left tcp 11.0.0.1:80", "", 0, 3000, 0));
  }

  @Test
  void tellsWhenTheDataPathHadIt() {
    decide(1000, service(WEB, 1, up(1)));
    decide(2000, service(WEB, 1, up(2)));
    history.applied(Set.of(WEB), 1000, 1500);
    assertThat(history.of(WEB))
        .extracting(VipChange::appliedMillis)
        .containsExactly(1500L, 1500L, 0L, 0L);
    history.applied(Set.of(WEB, API), 2000, 2500);
    assertThat(history.of(WEB))
        .extracting(VipChange::appliedMillis)
        .containsExactly(1500L, 1500L, 2500L, 2500L);
  }

  @Test
  void saysNothingWhereNothingChanged() {
    decide(1000, service(WEB, 1, up(1)));
    history.noted(WEB, "members", 0);
    assertThat(history.decided(table, table, 2000)).isEmpty();
    VipTable equal = VipTable.of(List.of(service(WEB, 1, up(1))));
    assertThat(history.decided(table, equal, 3000)).isEmpty();
  }

  @Test
  void tellsBothVipsWhenAnAddressGoesFromOneToTheOther() {
    decide(1000, service(WEB, 1, up(1)));
    assertThat(decide(2000, service(API, 1, up(1)))).containsExactlyInAnyOrder(WEB, API);
  }

  @Test
  void remembersTheLastTwentyOfAVip() {
    for (int i = 0; i < 30; i++) {
      decide(i, service(WEB, 1, Target.up(place(1), 1 + i)));
    }
    assertThat(history.of(WEB)).hasSize(ChangeHistory.PER_VIP);
    assertThat(history.of(WEB).get(19).decidedMillis()).isEqualTo(29);
    assertThat(history.size()).isEqualTo(ChangeHistory.PER_VIP);
  }

  @Test
  void forgetsTheVipThatHasBeenQuietLongest() {
    List<Service> services = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      services.add(service(VipKey.named(Protocol.TCP, "vip" + i, 80), i, up(1)));
      decide(i, services.toArray(new Service[0]));
      assertThat(history.size()).isLessThanOrEqualTo(50);
    }
    assertThat(history.of(services.get(0).key())).isEmpty();
    assertThat(history.of(services.get(59).key())).hasSize(2);
  }

  @Test
  void tellsOfAFewBackEndsWhenMostChange() {
    Target[] many = new Target[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = up(i);
    }
    decide(1, service(WEB, 1, many));
    assertThat(history.of(WEB)).hasSize(ChangeHistory.TARGETS_TOLD + 2);
    assertThat(history.of(WEB))
        .last()
        .extracting(VipChange::what)
        .isEqualTo("190 more back ends changed");
  }

  private Set<VipKey> decide(long now, Service... services) {
    VipTable next = VipTable.of(List.of(services));
    Set<VipKey> changed = history.decided(table, next, now);
    table = next;
    return changed;
  }

  private static Service service(VipKey key, int address, Target... targets) {
    HostPort at = HostPort.parse("11.0.0." + address + ":80");
    return new Service(key, new Frontend(Protocol.TCP, at), List.of(targets));
  }

  private static Target up(int number) {
    return Target.up(place(number), 1);
  }

  private static HostPort place(int number) {
    return HostPort.parse("192.0.2." + number + ":80");
  }
}
