// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static io.dcosnet.overlay.MasterRig.id;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.Withdrawal;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hosts hear of every deletion, whatever the store does. */
class WithdrawalsTest {

  private static final AllocationState EMPTY =
      AllocationState.empty(NetworkConfig.parse(MasterRig.CONFIG));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeStores stores = new FakeStores(time, new Random(1));
  private final ReplicatedStore store = stores.node(id(500));
  private final Withdrawals withdrawals = new Withdrawals(store, time, new MasterMetrics(metrics));

  private String key() {
    return OverlayKeys.gone(id(1), id(500));
  }

  @Test
  void aFullStoreIsTriedAgain() {
    stores.full(id(500), true);
    withdrawals.gone(List.of(id(1)), 7);
    time.advance(Duration.ofMinutes(1));
    assertThat(store.view(OverlayKeys.GONE)).isEmpty();

    stores.full(id(500), false);
    time.advance(Duration.ofSeconds(5));

    assertThat(Withdrawal.decode(requireNonNull(store.view(key()).get(key())).value()).revision())
        .isEqualTo(7);
    assertThat(metrics.count("dcosnet.overlay.withdrawals")).isEqualTo(1);
  }

  @Test
  void whoLeadsNoMoreTellsNothingMore() {
    stores.full(id(500), true);
    withdrawals.gone(List.of(id(1)), 7);
    time.runReady();
    withdrawals.clear();
    stores.full(id(500), false);

    time.advance(Duration.ofMinutes(1));

    assertThat(store.view(OverlayKeys.GONE)).isEmpty();
  }

  @Test
  void whatFailsAfterTheLeadHasEndedIsNotTriedAgain() {
    stores.full(id(500), true);
    withdrawals.gone(List.of(id(1)), 7); // on its way
    withdrawals.clear();
    time.runReady();
    stores.full(id(500), false);

    withdrawals.gone(List.of(id(2)), 9);
    time.advance(Duration.ofMinutes(1));

    assertThat(store.view(OverlayKeys.GONE)).containsOnlyKeys(OverlayKeys.gone(id(2), id(500)));
  }

  @Test
  void whatNoEntryContradictsIsOfNoUseAfterTheAgentIsForgotten() {
    withdrawals.gone(List.of(id(1)), 7);
    time.advance(Duration.ofSeconds(1));

    withdrawals.sweep(EMPTY, 8);
    time.advance(Duration.ofSeconds(1));

    assertThat(store.view(OverlayKeys.GONE)).isEmpty();
  }

  @Test
  void whatOthersWroteIsLeftAlone() {
    var unused = stores.node(id(501)).put(OverlayKeys.gone(id(1), id(501)), Bytes.utf8("?"));
    var odd = store.put(OverlayKeys.GONE + "nobody/" + id(500), Bytes.utf8("?"));
    time.advance(Duration.ofSeconds(10));

    withdrawals.sweep(EMPTY, 8);
    time.advance(Duration.ofSeconds(10));

    assertThat(store.view(OverlayKeys.GONE)).hasSize(2);
    assertThat(odd.toCompletableFuture()).isCompleted();
  }

  @Test
  void withoutAStoreNobodyIsTold() {
    Withdrawals alone = new Withdrawals(null, time, new MasterMetrics(metrics));

    alone.gone(List.of(id(1)), 7);
    alone.sweep(EMPTY, 8);

    assertThat(time.pending()).isZero();
  }
}
