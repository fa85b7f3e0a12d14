// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.replica.StoreMessage;
import io.dcosnet.gossip.wire.Message;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorePartsTest {

  private static final int LINK = 7;

  private final StoreParts parts = new StoreParts();

  private static StoreMessage message(int octets) {
    byte[] body = new byte[octets];
    new Random(octets).nextBytes(body);
    return new StoreMessage(StoreMessage.DELTA, Bytes.copyOf(body));
  }

  private static Message.Store more(int octets) {
    return new Message.Store(StoreParts.MORE, Bytes.copyOf(new byte[octets]));
  }

  private @Nullable StoreMessage take(int link, Message.Store part) {
    assertThat(parts.admits(link, part)).isTrue();
    return parts.take(link, part);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        StoreParts.PART_OCTETS,
        StoreParts.PART_OCTETS + 1,
        3 * StoreParts.PART_OCTETS,
        StoreParts.MAX_OCTETS
      })
  void whatIsCutComesTogetherAgain(int octets) {
    StoreMessage message = message(octets);
    List<Message.Store> cut = StoreParts.cut(message);

    assertThat(cut)
        .hasSize(Math.max(1, (octets + StoreParts.PART_OCTETS - 1) / StoreParts.PART_OCTETS));
    for (Message.Store part : cut.subList(0, cut.size() - 1)) {
      assertThat(take(LINK, part)).isNull();
    }
    assertThat(take(LINK, cut.get(cut.size() - 1))).isEqualTo(message);
  }

  @Test
  void linksDoNotGetMixedUp() {
    StoreMessage one = message(StoreParts.PART_OCTETS + 10);
    StoreMessage other = message(StoreParts.PART_OCTETS + 20);
    List<Message.Store> first = StoreParts.cut(one);
    List<Message.Store> second = StoreParts.cut(other);

    take(1, first.get(0));
    take(2, second.get(0));

    assertThat(take(1, first.get(1))).isEqualTo(one);
    assertThat(take(2, second.get(1))).isEqualTo(other);
  }

  @Test
  void whatBeganOnALinkThatEndedIsForgotten() {
    take(LINK, StoreParts.cut(message(StoreParts.PART_OCTETS + 10)).get(0));
    parts.closed(LINK);

    assertThat(take(LINK, StoreParts.cut(message(3)).get(0))).isEqualTo(message(3));
  }

  @Test
  void aMessageBeyondTheLimitIsNotSent() {
    assertThatThrownBy(() -> StoreParts.cut(message(StoreParts.MAX_OCTETS + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMessageBeyondTheLimitIsNotTakenEither() {
    int sent = 0;
    while (sent + StoreParts.PART_OCTETS <= StoreParts.MAX_OCTETS) {
      take(LINK, more(StoreParts.PART_OCTETS));
      sent += StoreParts.PART_OCTETS;
    }
    assertThat(parts.admits(LINK, more(StoreParts.PART_OCTETS))).isFalse();
    assertThat(
            parts.admits(
                LINK,
                new Message.Store(
                    StoreMessage.DELTA, Bytes.copyOf(new byte[StoreParts.PART_OCTETS]))))
        .isFalse();
  }

  @Test
  void allLinksTogetherHoldNoMoreThanAFewMessages() {
    int links = 0;
    long waiting = 0;
    while (parts.admits(links, more(StoreParts.PART_OCTETS)) && links < 100_000) {
      take(links++, more(StoreParts.PART_OCTETS));
      waiting += StoreParts.PART_OCTETS;
    }
    assertThat(waiting)
        .isBetween(StoreParts.MAX_WAITING - StoreParts.PART_OCTETS, StoreParts.MAX_WAITING);

    parts.closed(0);
    assertThat(parts.admits(0, more(StoreParts.PART_OCTETS))).isTrue();
  }

  @Test
  void emptyPartsAndKindsThatDoNotExistAreNotTaken() {
    assertThat(parts.admits(LINK, more(0))).isFalse();
    assertThat(parts.admits(LINK, new Message.Store(0x2f, Bytes.EMPTY))).isFalse();
  }
}
