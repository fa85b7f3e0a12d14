// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static io.dcosnet.sources.exchange.Demo.DB;
import static io.dcosnet.sources.exchange.Demo.F;
import static io.dcosnet.sources.exchange.Demo.MASTERS;
import static io.dcosnet.sources.exchange.Demo.S1;
import static io.dcosnet.sources.exchange.Demo.S2;
import static io.dcosnet.sources.exchange.Demo.STATE;
import static io.dcosnet.sources.exchange.Demo.WEB;
import static io.dcosnet.sources.exchange.Demo.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergedSourceTest {

  private static final ClusterState OF_S1 =
      ClusterState.of(List.of(WEB), List.of(S1), List.of(F), Masters.NONE);

  private final VirtualTime time = new VirtualTime();
  private final ClusterPublisher wide = ClusterPublisher.create();
  private final ClusterPublisher local = ClusterPublisher.create();
  private boolean fresh = true;
  private final MergedSource merged = MergedSource.of(wide, local, () -> fresh, time, time);

  @BeforeEach
  void start() {
    Demo.start(merged, time);
  }

  private void pass() {
    time.advance(Duration.ofSeconds(3));
  }

  @Test
  void nothingIsKnownBeforeAnybodyTells() {
    pass();

    assertThat(merged.ready()).isFalse();
  }

  @Test
  void theAgentAloneTellsOfItsTasksAndThatOthersAreMissing() {
    local.replace(OF_S1, List.of());
    pass();

    assertThat(merged.cluster())
        .isEqualTo(OF_S1.with(Masters.NONE.awaiting(Set.of(Masters.OTHERS))));

    wide.replace(STATE, List.of());
    pass();
    assertThat(merged.cluster()).isEqualTo(STATE);
  }

  @Test
  void ofItsOwnTasksTheAgentsWordCounts() {
    wide.replace(STATE, List.of());
    Task started = task("started", "S1");
    local.replace(OF_S1.without(WEB.key()).with(started), List.of());
    pass();

    assertThat(merged.cluster()).isEqualTo(STATE.without(WEB.key()).with(started));
  }

  @Test
  void aWordThatIsNotFreshDoesNotCount() {
    ofItsOwnTasksTheAgentsWordCounts();

    fresh = false;
    pass();
    assertThat(merged.cluster()).isEqualTo(STATE);

    fresh = true;
    pass();
    assertThat(merged.cluster().task(WEB.key())).isEmpty();
  }

  @Test
  void anAgentThatIsHereIsNotAwaited() {
    local.replace(OF_S1, List.of());
    wide.replace(ClusterState.EMPTY.with(MASTERS.awaiting(Set.of("S1", "S2"))), List.of());
    pass();

    assertThat(merged.cluster()).isEqualTo(OF_S1.with(MASTERS.awaiting(Set.of("S2"))));
  }

  @Test
  void theAgentsAddressesHelpOutWhereTheClusterHasNone() {
    wide.replace(STATE.with(S1.withAddresses(List.of())), List.of());
    local.replace(OF_S1, List.of());
    pass();

    assertThat(merged.cluster()).isEqualTo(STATE);
  }

  @Test
  void aChangeIsTheOnlyOneThatIsTold() {
    wide.replace(STATE, List.of());
    local.replace(OF_S1, List.of());
    pass();
    List<ClusterUpdate> updates = new ArrayList<>();
    Subscription subscription = merged.subscribe(Runnable::run, updates::add);

    wide.remove(DB.key());
    pass();
    wide.remove(WEB.key()); // the agent knows better
    pass();

    assertThat(updates).hasSize(2);
    assertThat(updates.get(1).change().size()).isEqualTo(1);
    subscription.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverHappensTheResultFollowsFromWhatBothSay(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < 300; step++) {
      Task task = task("t" + random.nextInt(8), random.nextBoolean() ? "S1" : "S2");
      switch (random.nextInt(8)) {
        case 0, 1 -> wide.put(task);
        case 2 -> wide.remove(task.key());
        case 3 -> local.put(task.toBuilder().runningOn("S1").label("by", "agent").build());
        case 4 -> local.remove(task.key());
        case 5 -> fresh = random.nextInt(3) > 0;
        case 6 -> {
          wide.put(S1);
          wide.put(S2);
          wide.put(MASTERS.awaiting(random.nextBoolean() ? Set.of("S1", "S3") : Set.of()));
        }
        default -> {
          if (random.nextBoolean()) {
            local.put(S1);
          } else {
            local.removeAgent("S1");
          }
        }
      }
      if (random.nextInt(3) == 0) {
        pass();
        check();
      }
    }
  }

  private void check() {
    ClusterState here = local.ready() && fresh ? local.cluster() : ClusterState.EMPTY;
    boolean own = here.agent("S1").isPresent();
    ClusterState expected = wide.cluster();
    for (Task task : wide.cluster().tasks()) {
      expected = own && task.agentId().equals("S1") ? expected.without(task.key()) : expected;
    }
    for (Task task : here.tasks()) {
      expected = expected.with(task);
    }
    assertThat(merged.cluster().tasks()).containsExactlyElementsOf(expected.tasks());
    if (wide.ready()) {
      Set<String> awaited = wide.cluster().masters().awaited();
      assertThat(merged.cluster().masters().awaited().contains("S1"))
          .isEqualTo(awaited.contains("S1") && !own);
    }
  }
}
