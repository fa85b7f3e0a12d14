// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static io.dcosnet.overlay.MasterRig.id;
import static io.dcosnet.overlay.MasterRig.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** I.3: the same id on two hosts. */
class IdentityWatchTest {

  private final IdentityWatch watch = new IdentityWatch();
  private long nanos;
  private int recorded = 1;

  /** True when the id may have the address; then that is recorded. */
  private boolean comes(int address) {
    boolean may = watch.judge(id(7), ip(address), Optional.of(ip(recorded)), nanos).isEmpty();
    recorded = may ? address : recorded;
    return may;
  }

  private void pass(int minutes) {
    nanos += Duration.ofMinutes(minutes).toNanos();
  }

  @Test
  void whoStaysIsNeverTracked() {
    for (int i = 0; i < 100; i++) {
      assertThat(comes(1)).isTrue();
      pass(1);
    }
    assertThat(watch.freezes()).isZero();
  }

  @Test
  void oneMoveInTenMinutesIsAMove() {
    for (int host = 2; host < 9; host++) {
      assertThat(comes(host)).isTrue();
      pass(10);
      assertThat(comes(host)).isTrue();
    }
    assertThat(watch.frozen()).isEmpty();
  }

  @Test
  void goingBackWithinTenMinutesIsTwoHosts() {
    assertThat(comes(2)).isTrue();
    pass(9);
    assertThat(comes(1)).isTrue();

    assertThat(watch.frozen()).hasSize(1);
    assertThat(comes(2)).isFalse();
    assertThat(comes(1)).isTrue();
    assertThat(recorded).isEqualTo(1);
  }

  @Test
  void aThirdAddressWithinTenMinutesIsHeldToo() {
    assertThat(comes(2)).isTrue();
    pass(1);
    assertThat(comes(3)).isFalse();
    assertThat(comes(2)).isFalse();
    assertThat(comes(1)).isTrue();
  }

  @Test
  void whoIsHeardOfAloneForLongMayMoveAgain() {
    comes(2);
    pass(1);
    comes(1);
    pass(1);
    assertThat(comes(2)).isFalse();
    pass(8);
    assertThat(comes(2)).isFalse();
    pass(1);

    assertThat(comes(2)).isTrue(); // nothing from address 1 for ten minutes

    assertThat(watch.frozen()).isEmpty();
  }

  @Test
  void twoHostsThatBothGoOnStayHeld() {
    comes(2);
    for (int i = 0; i < 60; i++) {
      pass(1);
      assertThat(comes(1)).isTrue();
      assertThat(comes(2)).isFalse();
    }
    assertThat(watch.freezes()).isEqualTo(1);
  }

  @Test
  void aNewIdHasNoAddressThatItCouldHaveLeft() {
    assertThat(watch.judge(id(8), ip(1), Optional.empty(), nanos)).isEmpty();
    assertThat(watch.judge(id(8), ip(2), Optional.empty(), nanos)).isEmpty();
    assertThat(watch.frozen()).isEmpty();
  }

  @Test
  void addressesWithoutEndAreForgottenFromTheFirstOn() {
    for (int i = 2; i < 200; i++) {
      comes(i);
    }
    assertThat(watch.frozen())
        .singleElement()
        .satisfies(frozen -> assertThat(frozen.heardFrom()).hasSize(16).contains(ip(199)));
  }

  @Test
  void aDeletedIdStartsAnew() {
    comes(2);
    comes(1);
    watch.forget(id(7));

    assertThat(watch.frozen()).isEmpty();
    assertThat(comes(2)).isTrue();
  }

  @Test
  void hostsThatFallSilentAreHeldNoMore() {
    comes(2);
    pass(1);
    comes(1);
    pass(1);
    comes(2);
    long held = watch.version();
    pass(8);
    watch.age(nanos);
    assertThat(watch.frozen()).hasSize(1);
    assertThat(watch.version()).isEqualTo(held);

    pass(1); // of address 1 nothing was heard for ten minutes
    watch.age(nanos);

    assertThat(watch.frozen()).isEmpty();
    assertThat(watch.version()).isGreaterThan(held);
  }

  @Test
  void oneMoveIsRememberedForTenMinutesOnly() {
    comes(2);
    pass(9);
    watch.age(nanos);
    comes(1);
    assertThat(watch.frozen()).as("it came back within them").hasSize(1);
  }

  @Test
  void whatIsShownHasAnotherVersionWithEachAddressThatIsNew() {
    comes(2);
    comes(1);
    long held = watch.version();
    comes(2);
    comes(1);
    assertThat(watch.version()).isEqualTo(held);

    comes(3);

    assertThat(watch.version()).isGreaterThan(held);
  }
}
