// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.netlink.Message;

/** Whatever a message holds, it is read or refused. */
class SocketMessagesFuzzTest {

  @FuzzTest
  void everyMessageIsReadOrRefused(byte[] payload) {
    try {
      InetSocket socket =
          SocketMessages.read(new Message(SocketMessages.LIST, 0, 1, 0, payload), SocketQuery.TCP);
      assertThat(socket.toString()).startsWith("socket ");
    } catch (DecodeException refused) {
      assertThat(refused.offset()).isBetween(0, payload.length);
    }
  }
}
