// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FirstTableTest {

  private static final VipTable WEB =
      VipTable.of(
          List.of(
              new Service(
                  VipKey.named(Protocol.TCP, "web.marathon", 80),
                  new Frontend(Protocol.TCP, HostPort.parse("11.0.0.1:80")),
                  List.of())));

  private final VirtualTime time = new VirtualTime();
  private final AtomicInteger told = new AtomicInteger();

  private FirstTable opened(boolean outlives) {
    FirstTable first = new FirstTable(time, () -> outlives, told::incrementAndGet);
    first.open();
    return first;
  }

  @Test
  void aPathThatEndsWithItsProcessGetsEveryTable() {
    assertThat(opened(false).holds(VipTable.EMPTY)).isFalse();
    time.advance(FirstTable.LONGEST);
    assertThat(told).hasValue(0);
  }

  @Test
  void whatWasLeftIsNotEmptiedWhileNothingIsKnown() {
    FirstTable first = opened(true);
    assertThat(first.holds(VipTable.EMPTY)).isTrue();
    time.advance(FirstTable.LONGEST.minusMillis(1));
    assertThat(first.holds(VipTable.EMPTY)).isTrue();
    assertThat(told).hasValue(0);
  }

  @Test
  void theFirstServiceIsServedAtOnceAndItsEndToo() {
    FirstTable first = opened(true);
    assertThat(first.holds(WEB)).isFalse();
    assertThat(first.holds(VipTable.EMPTY)).isFalse();
    time.advance(FirstTable.LONGEST);
    assertThat(told).as("nothing was held back").hasValue(0);
  }

  @Test
  void thatThereAreNoServicesIsBelievedSoonAfterTheSourcesSaidSo() {
    FirstTable first = opened(true);
    first.settled();
    assertThat(first.holds(VipTable.EMPTY)).isTrue();
    time.advance(Duration.ofSeconds(1));
    assertThat(first.holds(VipTable.EMPTY)).isFalse();
    assertThat(told).hasValue(1);
  }

  @Test
  void thatThereAreNoServicesIsBelievedInTheEndWhenNoSourceSaysAnything() {
    FirstTable first = opened(true);
    time.advance(FirstTable.LONGEST);
    assertThat(first.holds(VipTable.EMPTY)).isFalse();
    assertThat(told).hasValue(1);
  }

  @Test
  void tellsNothingAfterItsEnd() {
    FirstTable first = opened(true);
    first.close();
    time.advance(FirstTable.LONGEST);
    assertThat(told).hasValue(0);
  }
}
