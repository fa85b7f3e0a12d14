// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {

  @Test
  void hasANameAndAMeaning() {
    assertThat(Errno.EACCES).hasToString("EACCES (permission denied)");
    assertThat(new Errno(98)).isEqualTo(Errno.EADDRINUSE);
  }

  @Test
  void keepsANumberThatItDoesNotKnow() {
    assertThat(new Errno(4711)).hasToString("errno 4711 (unknown)");
  }

  @Test
  void isToldWithWhatWasTried() {
    KernelException refused = new KernelException("bind udp 127.0.0.1:53", Errno.EACCES);

    assertThat(refused).hasMessage("bind udp 127.0.0.1:53: EACCES (permission denied)");
    assertThat(refused.errno()).isEqualTo(Errno.EACCES);
  }
}
