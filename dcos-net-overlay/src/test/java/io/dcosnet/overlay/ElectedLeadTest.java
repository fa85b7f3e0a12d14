// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.LocalElection;
import io.dcosnet.api.event.Latest;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.testkit.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Masters of one cluster on one store, and an election that moves the lead about. */
class ElectedLeadTest {

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24}]}""");

  private static final URI ONE = URI.create("http://192.0.2.1:62080");
  private static final URI TWO = URI.create("http://192.0.2.2:62080");

  private final VirtualTime time = new VirtualTime();
  private final FaultyStore store = new FaultyStore();
  private final LocalElection election = LocalElection.create();

  /** An election in which the test says what is. */
  private static final class Told implements LeaderElection {
    final Latest<Leadership> known = new Latest<>("a lead", Leadership.NONE);

    @Override
    public Leadership leadership() {
      return known.get();
    }

    @Override
    public Subscription subscribe(Executor executor, Consumer<Leadership> listener) {
      return known.subscribe(executor, listener);
    }
  }

  private Allocations master() {
    return Allocations.builder(store, CONFIG, time).build();
  }

  private Allocations follows(LeaderElection candidate) {
    Allocations master = master();
    ElectedLead.follow(candidate, master, time);
    time.runReady();
    return master;
  }

  private Registration register(Allocations master, int number) {
    CompletableFuture<Registration> answer =
        master
            .register(
                new NodeId(new UUID(0, number)),
                IpAddress.parse("203.0.113.0").plus(number),
                Wants.EVERYTHING)
            .toCompletableFuture();
    time.runReady();
    assertThat(answer).isCompleted();
    return answer.join();
  }

  private static AgentRecord assigned(Registration registration) {
    assertThat(registration).isInstanceOf(Registration.Assigned.class);
    return ((Registration.Assigned) registration).agent();
  }

  @Test
  void theElectedOneLeadsAndTheOtherDoesNot() {
    Allocations one = follows(election.enter(ONE));
    Allocations two = follows(election.enter(TWO));

    assertThat(one.status().phase()).isEqualTo(Phase.LEADING);
    assertThat(two.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(register(two, 1)).isInstanceOf(Registration.Unavailable.class);
  }

  @Test
  void theNextOneKnowsWhatTheFormerGave() {
    LocalElection.Candidate first = election.enter(ONE);
    Allocations one = follows(first);
    Allocations two = follows(election.enter(TWO));
    AgentRecord agent = assigned(register(one, 1));

    first.close();
    time.runReady();

    assertThat(one.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(one.state()).isEmpty();
    assertThat(register(one, 1)).isInstanceOf(Registration.Unavailable.class);
    assertThat(assigned(register(two, 1))).isEqualTo(agent);
    assertThat(assigned(register(two, 2)).vtep()).hasToString("44.128.0.2");
  }

  @Test
  void aLeadThatWasLostInBetweenIsBegunAnew() {
    Told candidate = new Told();
    Allocations master = follows(candidate);
    candidate.known.put(new Leadership(1, true, ONE));
    time.runReady();
    assertThat(master.status().epoch()).isEqualTo(1);

    candidate.known.set(new Leadership(1, false, null)); // too short to be told of
    candidate.known.put(new Leadership(2, true, ONE));
    time.runReady();

    assertThat(master.status().phase()).isEqualTo(Phase.LEADING);
    assertThat(master.status().epoch()).isEqualTo(2);
    time.advance(Duration.ofMinutes(5));
    assertThat(master.status().epoch()).isEqualTo(2);
  }

  @Test
  void whoIsElectedTriesUntilTheStoreIsThere() {
    store.unreadable = true;
    Allocations master = follows(election.enter(ONE));
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
    time.advance(Duration.ofMinutes(2));
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);

    store.unreadable = false;
    time.advance(Duration.ofSeconds(31));

    assertThat(master.status().phase()).isEqualTo(Phase.LEADING);
  }

  @Test
  void whoLosesTheElectionTriesNoMore() {
    store.unreadable = true;
    LocalElection.Candidate first = election.enter(ONE);
    Allocations one = follows(first);
    first.close();
    store.unreadable = false;

    time.advance(Duration.ofMinutes(5));

    assertThat(one.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(store.commits).isEmpty();
  }

  /** An operator's tool took the epoch; the election says who goes on. */
  @Test
  void whoIsFencedAlthoughElectedLeadsAgain() {
    Allocations elected = follows(election.enter(ONE));
    AgentRecord agent = assigned(register(elected, 1));
    Allocations intruder = master();
    var unused = intruder.lead();
    time.runReady();

    assertThat(register(elected, 2)).isInstanceOf(Registration.Unavailable.class);
    assertThat(elected.status().phase()).isEqualTo(Phase.IDLE);
    time.advance(Duration.ofSeconds(2));

    assertThat(elected.status().phase()).isEqualTo(Phase.LEADING);
    assertThat(assigned(register(elected, 1))).isEqualTo(agent);
    assertThat(register(intruder, 3)).isInstanceOf(Registration.Unavailable.class);
  }

  @Test
  void closingResignsForGood() {
    List<Phase> phases = new ArrayList<>();
    Told candidate = new Told();
    Allocations master = master();
    ElectedLead lead = ElectedLead.follow(candidate, master, time);
    candidate.known.put(new Leadership(1, true, ONE));
    time.runReady();
    master.onStatus(status -> phases.add(status.phase()));

    lead.close();
    lead.close();
    time.runReady();
    candidate.known.put(new Leadership(2, true, ONE));
    time.advance(Duration.ofMinutes(5));

    assertThat(phases).containsExactly(Phase.IDLE);
  }
}
