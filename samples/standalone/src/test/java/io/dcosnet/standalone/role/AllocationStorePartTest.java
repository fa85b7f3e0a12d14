// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.FileDurableStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationStorePartTest {

  @TempDir Path folder;
  private final AtomicInteger opened = new AtomicInteger();

  private AllocationStorePart part() {
    return new AllocationStorePart(
        () -> {
          opened.incrementAndGet();
          return FileDurableStore.open(folder.resolve("store"));
        },
        Runnable::run);
  }

  @Test
  void opensNothingBeforeTheStartAndFailsUntilThen() {
    DurableStore store = part().store();

    assertThat(store.load())
        .failsWithin(java.time.Duration.ofSeconds(1))
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class)
        .withMessageContaining("not open yet");
    assertThat(opened).hasValue(0);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void isTheStoreFromTheStartOnAndLetsGoOfItAtTheEnd() {
    AllocationStorePart first = part();
    first.start().toCompletableFuture().join();
    long epoch = first.store().newEpoch().toCompletableFuture().join();
    assertThat(
            first
                .store()
                .commit(new Batch(epoch, List.of(), Map.of("key", Bytes.utf8("value")), Set.of()))
                .toCompletableFuture()
                .join())
        .isInstanceOf(Committed.class);
    first.store().close(); // not his who uses it
    assertThat(first.store().load().toCompletableFuture().join().entries()).containsKey("key");
    first.close();

    AllocationStorePart second = part(); // which needs the lock of the folder
    second.start().toCompletableFuture().join();

    assertThat(second.store().load().toCompletableFuture().join().entries()).containsKey("key");
    second.close();
  }

  @Test
  void saysWhySomebodyElseHasIt() {
    AllocationStorePart first = part();
    first.start().toCompletableFuture().join();

    assertThat(part().start())
        .failsWithin(java.time.Duration.ofSeconds(1))
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class);
    first.close();
  }
}
