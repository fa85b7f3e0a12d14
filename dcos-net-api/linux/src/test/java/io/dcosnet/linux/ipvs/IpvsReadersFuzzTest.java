// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.netlink.Message;
import java.util.List;
import java.util.function.Function;

/** Whatever a message holds, it is read or refused. */
class IpvsReadersFuzzTest {

  private static final List<Function<Message, Object>> READERS =
      List.of(
          IpvsMessages::readService,
          IpvsMessages::readServiceTraffic,
          told -> IpvsMessages.readDestination(told, true),
          IpvsMessages::readDestinationTraffic,
          IpvsMessages::readActive,
          IpvsMessages::readInactive);

  @FuzzTest
  void everyMessageIsReadOrRefused(byte[] payload) {
    Message message = new Message(35, 0, 1, 0, payload);
    for (Function<Message, Object> reader : READERS) {
      try {
        assertThat(reader.apply(message)).isNotNull();
      } catch (DecodeException refused) {
        assertThat(refused.offset()).isBetween(0, payload.length);
      }
    }
  }
}
