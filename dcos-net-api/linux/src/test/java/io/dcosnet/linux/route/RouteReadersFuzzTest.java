// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.netlink.Message;
import java.util.List;
import java.util.function.Function;

/** Whatever a message holds, it is read or refused. */
class RouteReadersFuzzTest {

  private static final List<Function<Message, Object>> READERS =
      List.of(
          Links::read,
          Addresses::read,
          Routes::read,
          Rules::read,
          Neighbours::read,
          ForwardingEntries::read,
          NextHops::read,
          Addresses::isReadable,
          Routes::isReadable,
          Rules::isReadable,
          Neighbours::isReadable,
          ForwardingEntries::isReadable);

  @FuzzTest
  void everyMessageIsReadOrRefused(byte[] payload) {
    Message message = new Message(16, 0, 1, 0, payload);
    for (Function<Message, Object> reader : READERS) {
      try {
        assertThat(reader.apply(message).toString()).isNotEmpty();
      } catch (DecodeException refused) {
        assertThat(refused.offset()).isBetween(0, payload.length);
      }
    }
  }
}
