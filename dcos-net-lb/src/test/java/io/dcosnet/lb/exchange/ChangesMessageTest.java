// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangesMessageTest {

  private static final VipKey NAMED = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final VipKey SIX =
      VipKey.addressed(Protocol.UDP, IpAddress.parse("2001:db8::5"), 53);

  @Test
  void readsWhatItWrote() {
    for (VipKey key : List.of(NAMED, SIX)) {
      ChangesMessage ask = ChangesMessage.ask("7", key);
      assertThat(ChangesMessage.decode(ask.encode())).isEqualTo(ask);
      ChangesMessage answer = ask.answer(List.of(change(key, "what", 1)));
      assertThat(ChangesMessage.decode(answer.encode())).isEqualTo(answer);
      ChangesMessage none = ask.answer(List.of());
      assertThat(ChangesMessage.decode(none.encode())).isEqualTo(none);
    }
  }

  @Test
  void keepsTheLastChangesAndFitsIntoAMessage() {
    List<VipChange> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(change(NAMED, "\u0001".repeat(10_000), i));
    }
    ChangesMessage answer = ChangesMessage.ask("7", NAMED).answer(all);
    assertThat(answer.changes())
        .extracting(VipChange::decidedMillis)
        .containsExactly(15L, 16L, 17L, 18L, 19L);
    assertThat(answer.encode().size()).isLessThan(NodeMessages.MAX_BYTES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"id\":\"1\"}",
        "{\"id\":1,\"vip\":\"tcp:a.b:80\"}",
        "{\"id\":\"1\",\"vip\":\"nothing\"}",
        "{\"id\":\"1\",\"vip\":\"tcp:a.b:80\",\"changes\":{}}",
        "{\"id\":\"1\",\"vip\":\"tcp:a.b:80\",\"changes\":[1]}",
        "{\"id\":\"1\",\"vip\":\"tcp:a.b:80\",\"changes\":[{\"decided\":\"x\"}]}",
        "{\"id\":\"1\",\"vip\":\"tcp:a.b:80\""
      })
  void refusesWhatIsNoneOfIt(String text) {
    assertThatThrownBy(() -> ChangesMessage.decode(Bytes.utf8(text)))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void leavesOutWhatANewerNodeAdds() {
    String text =
        "{\"v\":2,\"id\":\"1\",\"vip\":\"tcp:a.b:80\",\"x\":{\"y\":[1]},"
            + "\"changes\":[{\"what\":\"w\",\"z\":{\"q\":1}}]}";
    assertThat(ChangesMessage.decode(Bytes.utf8(text)).changes()).hasSize(1);
  }

  private static VipChange change(VipKey key, String what, long at) {
    return new VipChange(key, what, "why", at, at, at);
  }
}
