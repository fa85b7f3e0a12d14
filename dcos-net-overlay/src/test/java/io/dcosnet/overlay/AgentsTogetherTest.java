// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some agents that learn of each other through stores that are late and lose their way. */
class AgentsTogetherTest {

  private static final int AGENTS = 6;

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:B3:D5:00:00:00",
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24}]}
          """);

  @TempDir private Path directory;
  private final VirtualTime time = new VirtualTime();
  private final ScriptedMaster master = new ScriptedMaster(CONFIG);
  private final FakeStores stores =
      new FakeStores(time, new SplittableRandom(3))
          .delay(Duration.ofMillis(1), Duration.ofMillis(300));
  private final Map<Integer, OverlayAgent> agents = new LinkedHashMap<>();
  private final Map<Integer, MemoryHostNetwork> hosts = new LinkedHashMap<>();

  private static NodeId id(int number) {
    return new NodeId(new UUID(0x4000, 0x8000_0000_0000_0000L + number));
  }

  private static IpAddress ip(int number) {
    return IpAddress.parse("192.0.2.0").plus(number);
  }

  private void start(int number, long seed) {
    master.give(
        new AgentRecord(
            id(number),
            ip(number),
            IpAddress.parse("44.128.0.0").plus(number),
            Optional.empty(),
            List.of(
                new AgentSubnets(
                    "dcos",
                    Optional.of(Cidr.parse("9.0." + number + ".0/24")),
                    Optional.empty()))));
    run(number, seed);
  }

  private void run(int number, long seed) {
    NetRuntime net =
        NetRuntime.builder()
            .scheduler(time)
            .executor(Runnable::run)
            .random(new SplittableRandom(seed + number))
            .build();
    MemoryHostNetwork host = MemoryHostNetwork.create();
    OverlayAgent agent =
        OverlayAgent.builder(net)
            .node(id(number))
            .address(ip(number))
            .master(master)
            .store(stores.node(id(number)))
            .network(host)
            .directory(directory.resolve("agent-" + number))
            .build();
    var unused = agent.start();
    agents.put(number, agent);
    hosts.put(number, host);
  }

  private void startAll(long seed) {
    for (int i = 1; i <= AGENTS; i++) {
      start(i, seed);
    }
    time.advance(Duration.ofSeconds(5));
    assertThat(agents.values()).allMatch(agent -> agent.state() == State.RUNNING);
  }

  private OverlayAgent agent(int number) {
    return requireNonNull(agents.get(number), "agent");
  }

  private MemoryHostNetwork host(int number) {
    return requireNonNull(hosts.get(number), "host");
  }

  /** Which addresses on the underlay each host sends to. */
  private Set<IpAddress> peersOf(int number) {
    return host(number).state().peers().stream()
        .map(Peer::ip)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<IpAddress> allBut(int number) {
    Set<IpAddress> all = new TreeSet<>();
    for (int i = 1; i <= AGENTS; i++) {
      if (i != number) {
        all.add(ip(i));
      }
    }
    return all;
  }

  private void assertThatAllReachAll() {
    for (int i = 1; i <= AGENTS; i++) {
      assertThat(peersOf(i)).as("host %s", i).isEqualTo(allBut(i));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void allReachAllSoonAfterTheyRegistered(long seed) {
    startAll(seed);

    assertThatAllReachAll();
    assertThat(agents.values()).allMatch(agent -> agent.status().phase() == AgentPhase.REGISTERED);
  }

  @Test
  void aHostThatMovesIsReachedElsewhereWithinTwoSeconds() {
    startAll(1);

    agent(3).address(ip(99));
    time.advance(Duration.ofSeconds(2));

    for (int i = 1; i <= AGENTS; i++) {
      if (i != 3) {
        assertThat(peersOf(i)).contains(ip(99)).doesNotContain(ip(3));
      }
    }
    assertThat(host(3).state().tunnel().orElseThrow().local()).isEqualTo(ip(99));
  }

  @Test
  void aHostMovesWhileMastersAreAway() {
    startAll(1);
    master.away = true;

    agent(3).address(ip(99));
    time.advance(Duration.ofSeconds(2));

    assertThat(peersOf(1)).contains(ip(99)).doesNotContain(ip(3));
  }

  @Test
  void aHostWhoseStoreIsCutOffKeepsWhomItKnewAndCatchesUp() {
    startAll(1);
    stores.down(id(2));
    agent(3).address(ip(99));
    time.advance(Duration.ofHours(2));
    assertThat(peersOf(2)).isEqualTo(allBut(2));

    stores.up(id(2));
    time.advance(Duration.ofSeconds(2));

    assertThat(peersOf(2)).contains(ip(99)).doesNotContain(ip(3));
  }

  @Test
  void anAgentThatRestartsWithAStoreThatLostEverythingNeverTakesAPeerOff() {
    startAll(1);
    time.advance(Duration.ofSeconds(10));
    var unused = agent(2).stop(Duration.ZERO);
    time.advance(Duration.ofSeconds(1));
    stores.lost(id(2));
    stores.down(id(2));

    run(2, 7);
    time.advance(Duration.ofMinutes(2));
    stores.up(id(2));
    time.advance(Duration.ofMinutes(30));

    assertThat(host(2).applied())
        .isNotEmpty()
        .allSatisfy(state -> assertThat(state.peers()).hasSize(AGENTS - 1));
    assertThatAllReachAll();
  }

  @Test
  void withoutMastersEverythingGoesOnAndWithThemAgainAllRegister() {
    startAll(1);
    master.away = true;
    time.advance(Duration.ofDays(1));
    assertThatAllReachAll();

    master.away = false;
    time.advance(Duration.ofMinutes(11));

    assertThat(agents.values()).allMatch(agent -> agent.status().phase() == AgentPhase.REGISTERED);
  }
}
