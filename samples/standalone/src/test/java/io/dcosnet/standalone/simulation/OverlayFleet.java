// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.MemoryDurableStore;
import io.dcosnet.gossip.sim.SimulatedNode;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.OverlayAgent;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.testkit.FakeElection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The overlay of a simulated cluster: a master on each node that may lead, an agent on each of the
 * others. Agents ask masters over the simulated network and tell each other by their replicas of
 * the store; what masters share outlives them all.
 *
 * <p><b>Confined to</b> one thread.
 */
final class OverlayFleet {

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:b3:d5:00:00:00","quorum_wait":"0s","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
            {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""");

  private final Path disks;
  private final MemoryDurableStore allocations = MemoryDurableStore.create();
  private final Map<Integer, NodeId> masterIds = new TreeMap<>();
  private final Map<Integer, Master> masters = new TreeMap<>();
  private final Map<Integer, Agent> agents = new TreeMap<>();
  private final Map<Integer, Kernel> kernels = new HashMap<>();

  /** Those that ever ran and that no master has deleted; they need not live. */
  private final Set<NodeId> present = new HashSet<>();

  /** What each agent was seen to have; it keeps that until it is deleted. */
  private final Map<NodeId, AgentRecord> owned = new HashMap<>();

  private record Master(OverlayMaster master, FakeElection election, WatchedScheduler scheduler) {}

  private record Agent(
      NodeId id,
      OverlayAgent agent,
      CompletableFuture<Void> start,
      Kernel kernel,
      WatchedScheduler scheduler) {}

  /** What is on a host while that has power, whatever becomes of its processes. */
  private static final class Kernel {
    final MemoryHostNetwork network = MemoryHostNetwork.create();
    private Map<NodeId, Peer> peers = new HashMap<>();
    private int seen;

    /** No peer was ever off the host, or another one, unless it was deleted. */
    void checked(Set<NodeId> present) {
      List<DesiredState> applied = network.applied();
      for (DesiredState state : applied.subList(seen, applied.size())) {
        Map<NodeId, Peer> now = new HashMap<>();
        state.peers().forEach(peer -> now.put(peer.agent(), peer));
        peers.keySet().retainAll(present);
        assertThat(now).containsAllEntriesOf(peers);
        peers = now;
      }
      seen = applied.size();
    }
  }

  /**
   * One without nodes.
   *
   * @param disks where agents keep what they have, a folder each
   */
  OverlayFleet(Path disks) {
    this.disks = disks;
  }

  /** A node that may lead starts; to be called from within the simulation. */
  void startMaster(int number, SimulatedNode node) {
    WatchedScheduler scheduler = new WatchedScheduler(node.scheduler());
    FakeElection election = new FakeElection(URI.create("http://m" + number + ".example.org"));
    OverlayMaster master =
        OverlayMaster.builder(runtime(number, scheduler))
            .allocations(allocations, CONFIG)
            .store(node.store())
            .election(election)
            .build();
    OverlayMail.serve(master, node.messages(), scheduler);
    var unused = master.start();
    masterIds.put(number, node.id());
    masters.put(number, new Master(master, election, scheduler));
  }

  /** Any other node starts; to be called from within the simulation. */
  void startAgent(int number, SimulatedNode node) {
    WatchedScheduler scheduler = new WatchedScheduler(node.scheduler());
    Kernel kernel = kernels.computeIfAbsent(number, any -> new Kernel());
    OverlayAgent agent =
        OverlayAgent.builder(runtime(number, scheduler))
            .node(node.id())
            .address(node.address().address())
            .master(
                new OverlayMail(
                    node.id(), node.messages(), scheduler, () -> List.copyOf(masterIds.values())))
            .store(node.store())
            .network(kernel.network)
            .directory(disks.resolve("node-" + number))
            .build();
    CompletableFuture<Void> start = agent.start().toCompletableFuture();
    agents.put(number, new Agent(node.id(), agent, start, kernel, scheduler));
    present.add(node.id());
  }

  private static NetRuntime runtime(int number, WatchedScheduler scheduler) {
    return NetRuntime.builder()
        .scheduler(scheduler)
        .executor(Runnable::run)
        .random(new Random(number))
        .build();
  }

  /** Its process has ended; what it put on the host is still there. */
  void ended(int number) {
    masters.remove(number);
    agents.remove(number);
  }

  /** There is nothing left but what is on its disk. */
  void poweredOff(int number) {
    ended(number);
    kernels.remove(number);
  }

  /** A master is told that it leads, and agents that there is another one. */
  void elected(int number) {
    master(number).election().elected();
    agents.values().forEach(one -> one.agent().masterChanged());
  }

  /** A master is told that it leads no more. */
  void lost(int number) {
    master(number).election().lost();
  }

  private Master master(int number) {
    return requireNonNull(masters.get(number), "master");
  }

  /** An agent is deleted, whether it lives or not. */
  CompletableFuture<Removal> delete(int leader, NodeId agent) {
    present.remove(agent);
    owned.remove(agent);
    return master(leader).master().remove(Removal.Request.of(agent).forced()).toCompletableFuture();
  }

  /** What an agent that runs has, as far as it knows. */
  Optional<AgentRecord> held(int number) {
    Agent agent = requireNonNull(agents.get(number), "agent");
    return agent.agent().status().assignment().map(now -> now.record());
  }

  /** Whom the host of an agent sends to. */
  Set<NodeId> peersOf(int number) {
    Set<NodeId> peers = new HashSet<>();
    Kernel kernel = requireNonNull(kernels.get(number), "kernel");
    kernel.network.state().peers().forEach(peer -> peers.add(peer.agent()));
    return peers;
  }

  /** What holds at any time: nothing failed, nobody lost a peer, everybody has what it had. */
  void checked() {
    masters.forEach(
        (number, one) -> assertThat(one.scheduler().failures()).as("master " + number).isEmpty());
    agents.forEach(
        (number, one) -> {
          assertThat(one.scheduler().failures()).as("agent " + number).isEmpty();
          assertThat(one.start()).as("agent " + number).isNotCompletedExceptionally();
          one.kernel().checked(present);
          held(number).ifPresent(this::stays);
        });
  }

  private void stays(AgentRecord has) {
    AgentRecord before = owned.putIfAbsent(has.agent(), has);
    assertThat(before == null ? has : before).isEqualTo(has);
  }

  /** What holds in the end: each host has all other agents, dead ones as well, and nobody else. */
  void allReachAll(int leader) {
    checked();
    OverlayMaster master = master(leader).master();
    assertThat(master.verify()).contains(List.of());
    Collection<AgentRecord> records = master.view().orElseThrow().allocations().agents();
    assertThat(records).extracting(AgentRecord::agent).containsExactlyInAnyOrderElementsOf(present);
    assertThat(records.stream().flatMap(OverlayFleet::subnets)).doesNotHaveDuplicates();
    assertThat(records.stream().flatMap(OverlayFleet::vteps)).doesNotHaveDuplicates();
    agents.forEach((number, one) -> reachesAll(number, one, records));
  }

  private void reachesAll(int number, Agent one, Collection<AgentRecord> records) {
    List<Peer> others = new ArrayList<>();
    for (AgentRecord record : records) {
      if (record.agent().equals(one.id())) {
        assertThat(held(number)).as("agent " + number).contains(record);
        hasOwn(one.kernel().network.state(), record);
      } else {
        others.add(peer(record));
      }
    }
    assertThat(one.agent().state()).as("agent " + number).isEqualTo(Lifecycle.State.RUNNING);
    assertThat(one.agent().status().phase()).as("agent " + number).isEqualTo(AgentPhase.REGISTERED);
    assertThat(one.kernel().network.state().peers())
        .as("host of agent " + number)
        .containsExactlyInAnyOrderElementsOf(others);
  }

  private static void hasOwn(DesiredState host, AgentRecord record) {
    assertThat(host.tunnel().orElseThrow().addresses())
        .extracting(InterfaceAddress::address)
        .containsExactlyInAnyOrderElementsOf(vteps(record).toList());
    List<IpAddress> gateways = new ArrayList<>();
    host.bridges().forEach(one -> one.gateways().forEach(at -> gateways.add(at.address())));
    List<Cidr> own = subnets(record).toList();
    assertThat(own).hasSize(CONFIG.overlays().size());
    assertThat(own).allMatch(subnet -> gateways.stream().anyMatch(subnet::contains));
    assertThat(gateways).allMatch(gateway -> own.stream().anyMatch(one -> one.contains(gateway)));
  }

  private static Peer peer(AgentRecord record) {
    return new Peer(
        record.agent(),
        record.ip(),
        record.vtep(),
        record.vtep6(),
        AgentAddresses.mac(CONFIG, record.vtep()),
        subnets(record).toList());
  }

  private static Stream<IpAddress> vteps(AgentRecord record) {
    return Stream.concat(Stream.of(record.vtep()), record.vtep6().stream());
  }

  private static Stream<Cidr> subnets(AgentRecord record) {
    return record.subnets().stream().flatMap(OverlayFleet::subnets);
  }

  private static Stream<Cidr> subnets(AgentSubnets part) {
    return Stream.concat(part.subnet().stream(), part.subnet6().stream());
  }
}
