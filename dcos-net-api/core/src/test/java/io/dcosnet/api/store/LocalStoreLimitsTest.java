// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LocalStoreLimitsTest {

  private static LocalStore store(int keys, long bytes) {
    return LocalStore.of(
        new NodeId(new UUID(0, 1)), TimeSource.system(), new LocalEntries.Limits(keys, bytes));
  }

  private static void takes(LocalStore store, String key, String value) {
    assertThat(store.put(key, Bytes.utf8(value)).toCompletableFuture()).isCompleted();
  }

  private static void refuses(LocalStore store, String key, String value) {
    assertThat(store.put(key, Bytes.utf8(value)).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class)
        .withMessageContaining("full");
  }

  @Test
  void refusesOneKeyTooManyAndKeepsTheRest() {
    LocalStore store = store(2, 1000);
    takes(store, "a", "1");
    takes(store, "b", "1");

    refuses(store, "c", "1");

    takes(store, "b", "2");
    assertThat(store.view("").keySet()).containsExactly("a", "b");
    assertThat(store.delete("a").toCompletableFuture()).isCompleted();
    takes(store, "c", "1");
  }

  @Test
  void refusesBytesOverTheTotal() {
    LocalStore store = store(100, 10);
    takes(store, "a", "12345");

    refuses(store, "b", "1234");
    refuses(store, "a", "1234567890");

    takes(store, "b", "123");
    takes(store, "a", "1");
    takes(store, "b", "1234567");
  }
}
