// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.FileDurableStore;
import io.dcosnet.api.store.MemoryDurableStore;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real stores, real threads, and restarts in between. */
class AllocationsStoreTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/16","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
            {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""");

  private final SystemScheduler scheduler = SystemScheduler.create("allocations-test");
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
    scheduler.close();
  }

  @Test
  void whatWasGivenIsThereAfterARestartOnFiles(@TempDir Path directory) {
    Path path = directory.resolve("allocations");
    survivesRestarts(
        FileDurableStore.open(path),
        before -> {
          before.close();
          return FileDurableStore.open(path);
        });
  }

  @Test
  void whatWasGivenIsThereAfterARestartInMemory() {
    survivesRestarts(
        MemoryDurableStore.create(), before -> ((MemoryDurableStore) before).reopened());
  }

  private void survivesRestarts(DurableStore store, UnaryOperator<DurableStore> restarted) {
    DurableStore current = store;
    Map<NodeId, AgentRecord> given = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      open.add(current);
      Allocations master = lead(current);
      assertThat(records(master.state().orElseThrow().agents())).isEqualTo(given);
      List<CompletionStage<Registration>> answers = new ArrayList<>();
      for (int i = 1; i <= 400 + 200 * round; i++) {
        answers.add(register(master, i));
      }
      for (CompletionStage<Registration> answer : answers) {
        AgentRecord agent = assigned(answer);
        AgentRecord before = given.put(agent.agent(), agent);
        assertThat(before).isIn(null, agent);
      }
      for (int i = 1; i <= 50; i++) {
        NodeId gone = id(10 * i + round);
        Removal removal = done(master.remove(Removal.Request.of(gone).forced()));
        assertThat(removal).isInstanceOf(Removal.Removed.class);
        given.remove(gone);
      }
      assertThat(Allocator.verify(master.state().orElseThrow())).isEmpty();
      assertThat(vteps(given.values())).hasSize(given.size());
      if (round < 2) {
        current = restarted.apply(current);
      }
    }
  }

  @Test
  void theElderOfTwoLeadersOnFilesIsFenced(@TempDir Path directory) {
    DurableStore store = FileDurableStore.open(directory.resolve("allocations"));
    open.add(store);
    Allocations elder = lead(store);
    AgentRecord agent = assigned(register(elder, 1));
    Allocations younger = lead(store);

    Registration refused = done(register(elder, 2));

    assertThat(refused).isInstanceOf(Registration.Unavailable.class);
    assertThat(elder.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(assigned(register(younger, 1))).isEqualTo(agent);
    assertThat(assigned(register(younger, 2)).vtep()).hasToString("44.128.0.2");
  }

  @Test
  void aStoreThatIsClosedUnderneathEndsTheTerm(@TempDir Path directory) {
    DurableStore store = FileDurableStore.open(directory.resolve("allocations"));
    Allocations master = lead(store);
    AgentRecord agent = assigned(register(master, 1));
    store.close();

    Registration answer = done(register(master, 2));

    assertThat(answer).isInstanceOf(Registration.Unavailable.class);
    assertThat(master.state()).isEmpty();
    DurableStore again = FileDurableStore.open(directory.resolve("allocations"));
    open.add(again);
    assertThat(assigned(register(lead(again), 1))).isEqualTo(agent);
  }

  @Test
  void aClosedSchedulerIsAnAnswerNotAnException() {
    DurableStore store = MemoryDurableStore.create();
    open.add(store);
    SystemScheduler brief = SystemScheduler.create("short");
    Allocations master = Allocations.builder(store, CONFIG, brief).build();
    brief.close();

    assertThat(done(register(master, 1))).isInstanceOf(Registration.Unavailable.class);
    assertThat(master.lead().toCompletableFuture()).isCompletedExceptionally();
  }

  private Allocations lead(DurableStore store) {
    Allocations master = Allocations.builder(store, CONFIG, scheduler).build();
    CompletableFuture<Void> leading = master.lead().toCompletableFuture();
    assertThat(leading).succeedsWithin(PATIENCE);
    return master;
  }

  private static CompletionStage<Registration> register(Allocations master, int number) {
    return master.register(
        id(number), IpAddress.parse("203.0.113.0").plus(number), Wants.EVERYTHING);
  }

  private static AgentRecord assigned(CompletionStage<Registration> answer) {
    Registration registration = done(answer);
    assertThat(registration).isInstanceOf(Registration.Assigned.class);
    return ((Registration.Assigned) registration).agent();
  }

  private static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).succeedsWithin(PATIENCE);
    return future.join();
  }

  private static Map<NodeId, AgentRecord> records(Collection<AgentRecord> agents) {
    Map<NodeId, AgentRecord> records = new HashMap<>();
    agents.forEach(agent -> records.put(agent.agent(), agent));
    return records;
  }

  private static Set<IpAddress> vteps(Collection<AgentRecord> agents) {
    Set<IpAddress> vteps = new HashSet<>();
    agents.forEach(agent -> vteps.add(agent.vtep()));
    return vteps;
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }
}
