// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.Bytes;
import io.dcosnet.overlay.exchange.PeerTable.Stored;
import java.util.Map;

/** Whatever stands in the store, a table is made of it, and what was there before stays. */
class PeerTableFuzzTest {

  @FuzzTest
  void everyEntryEndsInAPeerOrAReason(FuzzedDataProvider data) {
    String key =
        switch (data.consumeInt(0, 3)) {
          case 0 -> OverlayKeys.peer(Peers.id(3));
          case 1 -> OverlayKeys.gone(Peers.id(3), Peers.id(9));
          case 2 -> OverlayKeys.PEERS + data.consumeString(60);
          default -> OverlayKeys.GONE + data.consumeString(90);
        };
    Bytes value = Bytes.copyOf(data.consumeRemainingAsBytes());
    PeerTable before = Peers.with(Peers.table(), Peers.entry(2, 5));

    PeerTable after = before.with(key, value, Peers.id(3));

    assertThat(after.peer(Peers.id(2))).isPresent();
    assertThat(after.without(key).peers()).isEqualTo(before.peers());
    assertThat(before.of(Map.of(key, new Stored(value, Peers.id(3)))).size()).isLessThan(2);
  }
}
