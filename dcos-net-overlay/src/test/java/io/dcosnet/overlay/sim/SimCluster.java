// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.overlay.MasterView;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.Withdrawal;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** One schedule: a cluster in bad weather for a while, and in good weather in the end. */
final class SimCluster {

  /** Scarce enough that pools run dry now and then. */
  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/27","vtep_subnet6":"fd01:a::/64","reuse_delay":"2m",
           "takeover":"2m","vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"a","subnet":"9.0.0.0/24","prefix":28},
            {"name":"b","subnet":"10.0.0.0/16","prefix":24,
             "subnet6":"fd01:b::/64","prefix6":80}]}""");

  private static final int MASTERS = 3;
  private static final int AGENTS = 12;

  private final VirtualTime time = new VirtualTime();
  private final Random random;
  private final Weather weather;
  private final Truth truth = new Truth(CONFIG);
  private final SimStore store;
  private final LocalStore hosts = LocalStore.of(new NodeId(new UUID(9, 9)));
  private final List<SimMaster> masters = new ArrayList<>();
  private final List<SimAgent> agents = new ArrayList<>();
  private int leader;
  private int ids;
  private int addresses;
  private int disputes;

  SimCluster(long seed) {
    random = new Random(seed);
    weather = new Weather(time, random);
    store = new SimStore(weather, truth);
    for (int i = 0; i < MASTERS; i++) {
      masters.add(new SimMaster(i, weather, store, hosts, CONFIG));
    }
    for (int i = 0; i < AGENTS; i++) {
      agents.add(new SimAgent(newId(), newIp(), weather, this::running, hosts, truth));
    }
  }

  private NodeId newId() {
    return new NodeId(new UUID(0, ++ids));
  }

  private IpAddress newIp() {
    return IpAddress.parse("203.0.113.0").plus(++addresses % 250 + 1);
  }

  private List<OverlayMaster> running() {
    return masters.stream().flatMap(one -> one.master().stream()).toList();
  }

  Truth truth() {
    return truth;
  }

  /** Runs the schedule. */
  void run(int steps) {
    masters.forEach(SimMaster::start);
    masters.get(leader).elected();
    agents.forEach(SimAgent::start);
    time.advance(Duration.ofSeconds(random.nextInt(200)));
    for (int i = 0; i < steps; i++) {
      weather.loss(random.nextInt(3) * 0.2);
      trouble();
      for (int slice = 0; slice < 3; slice++) {
        time.advance(weather.upTo(Duration.ofSeconds(20)));
        agents.forEach(SimAgent::look);
      }
    }
    heal();
  }

  private void trouble() {
    switch (random.nextInt(12)) {
      case 0, 1 -> elect();
      case 2 -> pick(masters).kill();
      case 3 -> masters.forEach(SimMaster::start);
      case 4 -> pick(agents).kill();
      case 5 -> agents.forEach(SimAgent::start);
      case 6 -> pick(agents).moved(newIp());
      case 7, 8 -> delete();
      case 9 -> replaceDisk();
      case 10 -> {
        if (weather.happens(0.4)) {
          loseStore();
        }
      }
      default -> {}
    }
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Another one is elected; the former one hears of it at some time, or from the store. */
  private void elect() {
    SimMaster former = masters.get(leader);
    leader = random.nextInt(MASTERS);
    SimMaster next = masters.get(leader);
    if (former != next) {
      var unused = time.schedule(weather.upTo(Duration.ofMinutes(2)), former::lost);
    }
    next.start();
    next.lost();
    next.elected();
  }

  private void delete() {
    NodeId agent = pick(agents).id();
    for (OverlayMaster master : running()) {
      var unused =
          master.remove(new Removal.Request(Set.of(agent), Set.of(), random.nextBoolean()));
    }
  }

  private void replaceDisk() {
    SimAgent agent = pick(agents);
    agent.loseDisk(newId());
    agent.start();
  }

  /** All of the store is gone. Agents are there in time, but for some that are down. */
  private void loseStore() {
    masters.forEach(SimMaster::kill);
    weather.loss(0);
    time.advance(Duration.ofMinutes(3)); // what travels arrives
    agents.forEach(SimAgent::start);
    for (int down = random.nextInt(4); down > 0; down--) {
      pick(agents).kill();
    }
    truth.lost(known());
    store.lose();
    masters.forEach(SimMaster::start);
    masters.get(leader).elected();
    time.advance(Duration.ofSeconds(1));
    agents.forEach(SimAgent::masterChanged);
    time.advance(Duration.ofSeconds(135));
    nobodyHasWhatALivingHostHas();
  }

  /** By what the master that leads would tell; what is disputed or withdrawn may be given. */
  private void nobodyHasWhatALivingHostHas() {
    Optional<MasterView> view = masters.get(leader).master().flatMap(OverlayMaster::view);
    if (view.isEmpty()) {
      return;
    }
    Map<String, NodeId> owners = new HashMap<>();
    for (AgentRecord record : view.get().allocations().agents()) {
      Truth.keys(record).forEach(key -> owners.put(key, record.agent()));
    }
    for (SimAgent agent : agents) {
      Optional<Assignment> held = agent.held().filter(one -> !isOutOfDate(view.get(), one));
      for (String key : held.map(one -> Truth.keys(one.record())).orElse(List.of())) {
        assertThat(owners.getOrDefault(key, agent.id()))
            .as("who has %s, which %s uses", key, agent.id())
            .isEqualTo(agent.id());
      }
    }
  }

  private boolean isOutOfDate(MasterView view, Assignment held) {
    NodeId agent = held.record().agent();
    long withdrawn =
        hosts.view(OverlayKeys.GONE + agent + "/").values().stream()
            .mapToLong(gone -> Withdrawal.decode(gone.value()).revision())
            .max()
            .orElse(0);
    return withdrawn >= held.revision() || view.allocations().dispute(agent).isPresent();
  }

  /** The greatest revision that agents have, or that hosts were told of. */
  private long known() {
    long known = 0;
    for (SimAgent agent : agents) {
      known = Math.max(known, agent.held().map(Assignment::revision).orElse(0L));
    }
    for (ReplicatedStore.Entry entry : hosts.view(OverlayKeys.GONE).values()) {
      known = Math.max(known, Withdrawal.decode(entry.value()).revision());
    }
    return known;
  }

  /** The weather is good and everybody is there: then all must be well after a while. */
  private void heal() {
    weather.loss(0);
    masters.forEach(SimMaster::start);
    agents.forEach(SimAgent::start);
    time.advance(Duration.ofMinutes(3)); // what travels arrives
    for (SimMaster master : masters) {
      master.lost();
    }
    time.advance(Duration.ofSeconds(1));
    masters.get(leader).elected();
    boolean patient = weather.happens(0.1); // else agents hear at once that a master is there
    for (int i = 0; i < (patient ? 12 : 4); i++) {
      if (!patient) {
        agents.forEach(SimAgent::masterChanged);
      }
      time.advance(Duration.ofMinutes(2));
      agents.forEach(SimAgent::look);
      decide();
    }
    allIsWell();
  }

  /** A person settles disputes: whoever came late starts anew. */
  private void decide() {
    masters.get(leader).master().stream()
        .flatMap(master -> master.status().disputes().stream())
        .map(dispute -> dispute.claim().record().agent())
        .forEach(
            agent -> {
              disputes++;
              var unused =
                  masters
                      .get(leader)
                      .master()
                      .orElseThrow()
                      .remove(Removal.Request.of(agent).forced());
            });
  }

  private void allIsWell() {
    truth.isSound(store.snapshot());
    OverlayMaster master = masters.get(leader).master().orElseThrow();
    assertThat(master.status().isServing()).as("%s", master.status()).isTrue();
    assertThat(master.verify().orElseThrow()).isEmpty();
    assertThat(master.status().disputes()).isEmpty();
    Set<String> had = new HashSet<>();
    for (SimAgent agent : agents) {
      assertThat(agent.isRegistered())
          .as("%s %s %s", agent.id(), agent.ip(), agent.phase())
          .isTrue();
      Assignment held = agent.held().orElseThrow();
      Optional<AgentRecord> safe = master.view().orElseThrow().allocations().agent(agent.id());
      assertThat(safe).contains(held.record());
      assertThat(held.record().ip()).isEqualTo(agent.ip());
      for (String key : Truth.keys(held.record())) {
        assertThat(had.add(key)).as("%s has one owner", key).isTrue();
      }
    }
  }
}
