// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.Upstream.Carrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PendingIdsTest {

  private final ExchangeBench bench = new ExchangeBench(1);
  private final PendingIds ids = new PendingIds();

  @AfterEach
  void close() {
    bench.close();
  }

  /** One that ends at once, as nobody takes it in a closed exchange. */
  private Asked question() {
    bench.exchange.close().toCompletableFuture().join();
    return (Asked)
        bench.start(
            ExchangeBench.upstream("192.0.2.53", 53), "www.example.org.", Carrier.UDP, true);
  }

  @Test
  void usesEachIdOnce() {
    for (int i = 0; i < PendingIds.MAX; i++) {
      int id = ((i << 9) & 0xffff) | (i >> 7);
      assertThat(ids.isKnown(id)).isFalse();
      assertThat(ids.add(id, question())).isTrue();
    }

    assertThat(ids.add(1, question())).isFalse();
    assertThat(ids.isKnown(0xfffe)).isFalse();
  }

  @Test
  void remembersIdsThatAreOver() {
    Asked question = question();
    ids.add(7, question);
    ids.add(7 + 512, question());
    assertThat(ids.get(7)).isSameAs(question);

    ids.over(7);
    ids.over(8);

    assertThat(ids.get(7)).isNull();
    assertThat(ids.isKnown(7)).isTrue();
    assertThat(ids.get(7 + 512)).isNotNull();
    assertThat(ids.isKnown(8)).isFalse();
  }
}
