// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.netlink.Message;
import java.util.List;
import java.util.function.Function;

/** Whatever a message holds, it is read or refused. */
class NftReadersFuzzTest {

  private static final List<Function<Message, Object>> READERS =
      List.of(NftElements::read, NftElements::set, NftElements::isReadable, NftGeneration::read);

  @FuzzTest
  void everyMessageIsReadOrRefused(byte[] payload) {
    Message message = new Message(NftElements.NEW, 0, 1, 0, payload);
    for (Function<Message, Object> reader : READERS) {
      try {
        assertThat(reader.apply(message).toString()).isNotEmpty();
      } catch (DecodeException refused) {
        assertThat(refused.offset()).isBetween(0, payload.length);
      }
    }
  }
}
