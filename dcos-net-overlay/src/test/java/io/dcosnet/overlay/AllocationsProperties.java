// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.FaultyStore.Fate;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A master that is killed, fenced and cut off from its disk at random, and agents that go on. */
class AllocationsProperties {

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/28","vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"a","subnet":"9.0.0.0/24","prefix":28}]}""");

  private enum Kind {
    REGISTER,
    REMOVE,
    SPOIL,
    HOLD,
    LET_GO,
    REPLACE,
    KILL,
    WAIT
  }

  private record Event(Kind kind, int number, Fate fate) {}

  @Property(tries = 500)
  void nobodyIsToldWhatAnotherOneHas(@ForAll("events") List<Event> events) {
    new Life().run(events);
  }

  /** One try: jqwik keeps the instance of the class from try to try. */
  private static final class Life {

    private final VirtualTime time = new VirtualTime();
    private final FaultyStore store = new FaultyStore();

    /** What agents were told, until somebody asked for their deletion. */
    private final Map<String, NodeId> told = new HashMap<>();

    private final Map<NodeId, AgentRecord> records = new HashMap<>();
    private final Set<NodeId> doomed = new HashSet<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Allocations master = Allocations.builder(store, CONFIG, time).build();

    void run(List<Event> events) {
      lead();
      for (Event event : events) {
        switch (event.kind()) {
          case REGISTER -> {
            for (int i = 0; i < 3; i++) {
              register(event.number() + i);
            }
            time.runReady();
          }
          case REMOVE -> {
            remove(id(event.number()));
            time.runReady();
          }
          case SPOIL -> store.fates.add(event.fate());
          case HOLD -> store.hold();
          case LET_GO -> {
            store.letGo();
            time.runReady();
          }
          case REPLACE -> { // a younger leader, of which the elder one hears by its next write
            Allocations elder = master;
            kill();
            register(elder, 100 + event.number());
          }
          case KILL -> kill();
          case WAIT -> time.advance(Duration.ofMinutes(6));
        }
        assertThat(failures).isEmpty();
      }
      store.letGo();
      store.fates.clear();
      time.advance(Duration.ofMinutes(6));
      kill();
      assertThat(Allocator.verify(master.state().orElseThrow())).isEmpty();
      records.forEach(
          (id, record) -> assertThat(master.state().orElseThrow().agent(id)).contains(record));
      for (int i = 1; i <= 20; i++) {
        register(i);
        time.runReady();
      }
      assertThat(failures).isEmpty();
    }

    /** The master is gone in the middle of whatever it did; another one takes over. */
    private void kill() {
      store.fates.clear();
      master = Allocations.builder(store, CONFIG, time).build();
      lead();
      doomed.forEach(this::forget); // it has happened or never will, the former one is fenced
      doomed.clear();
    }

    private void lead() {
      store.letGo();
      var unused = master.lead();
      time.runReady();
      assertThat(master.status().phase()).isEqualTo(Phase.LEADING);
    }

    private void register(int number) {
      register(master, number);
    }

    private void register(Allocations at, int number) {
      NodeId agent = id(number);
      IpAddress ip = IpAddress.parse("203.0.113.0").plus(number);
      var unused =
          at.register(agent, ip, Wants.EVERYTHING)
              .thenAccept(
                  answer -> {
                    if (answer instanceof Registration.Assigned assigned) {
                      hear(assigned.agent());
                    }
                  })
              .whenComplete(
                  (done, fault) -> {
                    if (fault != null) {
                      failures.add(fault);
                    }
                  });
    }

    /** Until this is answered, nobody knows whether the agent still has anything. */
    private void remove(NodeId agent) {
      doomed.add(agent);
      forget(agent);
      var unused =
          master
              .remove(Removal.Request.of(agent).forced())
              .thenAccept(
                  answer -> {
                    doomed.remove(agent);
                    forget(agent);
                  });
    }

    private void hear(AgentRecord record) {
      for (String key : keys(record)) {
        assertThat(store.value(key)).isEqualTo(record.agent().toString());
        NodeId before = told.get(key);
        if (!doomed.contains(record.agent())) {
          told.put(key, record.agent());
        }
        assertThat(before).isIn(null, record.agent());
      }
      AgentRecord before = records.get(record.agent());
      if (!doomed.contains(record.agent())) {
        records.put(record.agent(), record);
      }
      if (before != null) {
        assertThat(record.vtep()).isEqualTo(before.vtep());
        assertThat(record.subnets()).containsAll(before.subnets());
      }
    }

    private void forget(NodeId agent) {
      told.values().removeIf(agent::equals);
      records.remove(agent);
    }

    private static List<String> keys(AgentRecord record) {
      List<String> keys = new ArrayList<>(List.of("vtep/" + record.vtep()));
      for (AgentSubnets part : record.subnets()) {
        keys.add("subnets/a/" + part.subnet().orElseThrow().toString().replace('/', '-'));
      }
      return keys;
    }

    private static NodeId id(int number) {
      return new NodeId(new UUID(0, number));
    }
  }

  @Provide
  Arbitrary<List<Event>> events() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(10, Kind.REGISTER),
            Tuple.of(4, Kind.REMOVE),
            Tuple.of(4, Kind.SPOIL),
            Tuple.of(2, Kind.HOLD),
            Tuple.of(2, Kind.LET_GO),
            Tuple.of(1, Kind.REPLACE),
            Tuple.of(1, Kind.KILL),
            Tuple.of(2, Kind.WAIT));
    return Combinators.combine(
            kinds, Arbitraries.integers().between(1, 20), Arbitraries.of(Fate.values()))
        .as(Event::new)
        .list()
        .ofMaxSize(50);
  }
}
