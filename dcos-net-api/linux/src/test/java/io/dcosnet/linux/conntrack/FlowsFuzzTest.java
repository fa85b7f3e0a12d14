// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.netlink.Message;

/** Whatever a message holds, it is read or refused. */
class FlowsFuzzTest {

  @FuzzTest
  void everyMessageIsReadOrRefused(byte[] payload) {
    try {
      Flow flow = Flows.read(new Message(Flows.NEW, 0, 1, 0, payload));
      assertThat(flow.toString()).startsWith("flow ");
    } catch (DecodeException refused) {
      assertThat(refused.offset()).isBetween(0, payload.length);
    }
  }
}
