// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BasicAuthorizationTest {

  @Test
  void showsUserAndPassword() {
    // The example of RFC 7617, section 2.1
    assertThat(BasicAuthorization.of("test", "123£").header().toCompletableFuture())
        .isCompletedWithValue("Basic dGVzdDoxMjPCow==");
  }

  @Test
  void keepsThePasswordToItselfAndHasNoOther() {
    BasicAuthorization basic = BasicAuthorization.of("dns", "secret");

    assertThat(basic).hasToString("BasicAuthorization[dns]");
    assertThat(basic.rejected("Basic x")).isFalse();
  }

  @Test
  void refusesUsersThatCannotBeTold() {
    assertThatIllegalArgumentException().isThrownBy(() -> BasicAuthorization.of("a:b", "c"));
    assertThatIllegalArgumentException().isThrownBy(() -> BasicAuthorization.of("", "c"));
  }
}
