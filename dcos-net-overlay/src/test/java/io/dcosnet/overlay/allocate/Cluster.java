// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.config.NetworkConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * Runs commands one after the other and writes what they say into a map that stands for the store.
 * After each step all invariants are checked, and that the map holds exactly what the state says.
 */
final class Cluster {

  private final NavigableMap<String, DurableStore.Versioned> entries = new TreeMap<>();
  private final Map<NodeId, Long> heardOf = new HashMap<>();
  private AllocationState state;
  private long revision;
  private long nanos = 1_000_000_000L;

  Cluster(NetworkConfig config) {
    Recovery.Recovered fresh = (Recovery.Recovered) Recovery.of(snapshot(), config, nanos);
    this.state = fresh.state();
    write(fresh.changes());
  }

  static Cluster of(String json) {
    return new Cluster(NetworkConfig.parse(json.replace('\'', '"')));
  }

  /** An id that sorts by its number. */
  static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }

  static IpAddress ip(int number) {
    return IpAddress.parse("192.0.2.0").plus(number);
  }

  AllocationState state() {
    return state;
  }

  NavigableMap<String, DurableStore.Versioned> entries() {
    return entries;
  }

  String value(String key) {
    return requireNonNull(entries.get(key), key).value().toUtf8();
  }

  DurableStore.Snapshot snapshot() {
    return new DurableStore.Snapshot(revision, 1, new TreeMap<>(entries));
  }

  long nanos() {
    return nanos;
  }

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** Registers agent {@code number} at the address of the same number. */
  Registration register(int number) {
    return register(number, number, Wants.EVERYTHING);
  }

  Registration register(int number, int ip, Wants wants) {
    Registration answer = take(Allocator.register(state, id(number), ip(ip), wants, moment()));
    heardOf.put(id(number), nanos);
    return answer;
  }

  AgentRecord assigned(int number) {
    return assigned(register(number));
  }

  static AgentRecord assigned(Registration registration) {
    assertThat(registration).isInstanceOf(Registration.Assigned.class);
    return ((Registration.Assigned) registration).agent();
  }

  static String code(Registration registration) {
    assertThat(registration).isInstanceOf(Registration.Refused.class);
    return ((Registration.Refused) registration).reason().code();
  }

  static List<String> shortfalls(Registration registration) {
    assertThat(registration).isInstanceOf(Registration.Assigned.class);
    return ((Registration.Assigned) registration)
        .shortfalls().stream().map(fall -> fall.subject() + " " + fall.code()).toList();
  }

  Removal remove(int number) {
    return take(Allocator.remove(state, Removal.Request.of(id(number)).forced(), moment()));
  }

  Removal remove(Removal.Request request) {
    return take(Allocator.remove(state, request, moment()));
  }

  <A> A step(Function<AllocationState, Step<A>> command) {
    return take(command.apply(state));
  }

  Reconfiguration reconfigure(NetworkConfig config) {
    return take(Allocator.reconfigure(state, config));
  }

  Moment moment() {
    return new Moment(nanos, agent -> Duration.ofNanos(nanos - heardOf.getOrDefault(agent, 0L)));
  }

  /** Forgets everything but the store. */
  Recovery restart(NetworkConfig wanted) {
    Recovery recovery = Recovery.of(snapshot(), wanted, nanos);
    if (recovery instanceof Recovery.Recovered recovered) {
      state = recovered.state();
      write(recovered.changes());
      check();
    }
    return recovery;
  }

  private <A> A take(Step<A> step) {
    if (step.changes().isEmpty()) {
      assertThat(step.state()).isSameAs(state);
    }
    state = step.state();
    write(step.changes());
    check();
    return step.answer();
  }

  /** As a store does it: all checks first. */
  private void write(Changes changes) {
    Map<String, Long> revisions = new HashMap<>();
    entries.forEach((key, value) -> revisions.put(key, value.revision()));
    DurableStore.Batch batch = changes.toBatch(1, revisions);
    for (DurableStore.Check check : batch.checks()) {
      assertThat(revisions.getOrDefault(check.key(), DurableStore.ABSENT))
          .isEqualTo(check.revision());
    }
    revision++;
    batch.puts().forEach((key, value) -> entries.put(key, versioned(value)));
    for (String key : batch.deletes()) {
      assertThat(entries.remove(key)).isNotNull();
    }
  }

  private DurableStore.Versioned versioned(Bytes value) {
    return new DurableStore.Versioned(value, revision);
  }

  private void check() {
    assertThat(Allocator.verify(state)).isEmpty();
    Recovery read = Recovery.of(snapshot(), state.config(), nanos);
    assertThat(read).isInstanceOf(Recovery.Recovered.class);
    assertSame(state, ((Recovery.Recovered) read).state());
  }

  /** Equal in everything that decides about later allocations. */
  static void assertSame(AllocationState one, AllocationState other) {
    assertThat(other.config()).isEqualTo(one.config());
    assertThat(List.copyOf(other.agents())).isEqualTo(List.copyOf(one.agents()));
    assertThat(order(other)).isEqualTo(order(one));
    assertThat(List.copyOf(other.disputes())).isEqualTo(List.copyOf(one.disputes()));
    if (one.lineage().stage()
        != Lineage.Stage.NEW) { // a store that is in use says so by its agents
      assertThat(other.lineage()).isEqualTo(one.lineage());
    }
    one.pools()
        .forEach(
            (id, pool) -> {
              ElementPool same = other.pools().get(id);
              assertThat(requireNonNull(same).owners()).isEqualTo(pool.owners());
              assertThat(same.unused()).isEqualTo(pool.unused());
              assertThat(same.claimants()).isEqualTo(pool.claimants());
              assertThat(same.size()).isEqualTo(pool.size());
            });
  }

  private static Map<PoolId, List<String>> order(AllocationState state) {
    Map<PoolId, List<String>> order = new TreeMap<>();
    state
        .pools()
        .forEach(
            (id, pool) ->
                order.put(
                    id,
                    pool.releases().values().stream()
                        .map(release -> release.element() + " of " + release.formerOwner())
                        .toList()));
    return order;
  }
}
