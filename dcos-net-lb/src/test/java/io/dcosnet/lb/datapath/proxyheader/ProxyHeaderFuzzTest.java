// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderReader.Read;

/** Nothing but the reader's own exception is thrown, and what is taken ends where it says. */
class ProxyHeaderFuzzTest {

  @FuzzTest
  void everyBeginningIsReadOrRefused(byte[] data) {
    check(data);
  }

  static void check(byte[] data) {
    Read read;
    try {
      read = ProxyHeaderReader.read(data, 0, data.length);
    } catch (ProxyHeaderException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    if (read == null) {
      assertThat(data.length).isLessThan(ProxyHeaderReader.MAX_HEADER);
      return;
    }
    assertThat(read.octets()).isBetween(Layout.LINE_START.length, data.length);
    Read alone = ProxyHeaderReader.read(data, 0, read.octets());
    assertThat(alone).isEqualTo(read);
  }
}
