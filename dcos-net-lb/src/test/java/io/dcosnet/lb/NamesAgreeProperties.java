// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.NameHash;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTasks;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Four agents that publish their own tasks, and one node that only reads, over stores of which each
 * knows of the others with some delay. Few addresses, so that nearly every name collides.
 */
class NamesAgreeProperties {

  private static final int AGENTS = 4;
  private static final int NAMES = 8;
  private static final Duration QUIET = Duration.ofSeconds(30);

  private static final VipAddresses SIXTEEN =
      new VipAddresses(
          AddressRange.of("11.0.0.0", "11.0.0.15"), VipAddresses.DEFAULT_IPV6, NameHash.DCOS);

  /** One run. */
  private static final class Cluster {
    final VirtualTime time = new VirtualTime();
    final Random random;
    final FakeStores stores;
    final List<ClusterPublisher> tasks = new ArrayList<>();
    final List<VipLoadBalancer> nodes = new ArrayList<>();

    Cluster(long seed) {
      random = new Random(seed);
      stores =
          new FakeStores(time, new Random(seed))
              .delay(Duration.ofMillis(1), Duration.ofMillis(800));
      for (int i = 0; i <= AGENTS; i++) {
        NetRuntime net = NetRuntime.builder().scheduler(time).random(new Random(seed + i)).build();
        VipLoadBalancer.Builder builder =
            VipLoadBalancer.builder(net)
                .store(stores.node(id(i)))
                .addresses(SIXTEEN)
                .dataPath(DataPaths.memory());
        if (i < AGENTS) {
          ClusterPublisher source = ClusterPublisher.create();
          tasks.add(source);
          builder.cluster(source).nodeAddress(address(i));
          source.put(agent(i));
          source.put(Framework.named("F1", "m"));
        }
        VipLoadBalancer node = builder.build();
        nodes.add(node);
        node.start();
      }
      time.advance(Duration.ofSeconds(2));
    }

    /** Some task of some name comes or goes somewhere. */
    void step() {
      int node = random.nextInt(AGENTS);
      int name = random.nextInt(NAMES);
      Task task = task(node, name);
      if (random.nextInt(3) > 0) {
        tasks.get(node).put(task);
      } else {
        tasks.get(node).remove(task.key());
      }
      time.advance(Duration.ofMillis(random.nextInt(600)));
    }

    /** The addresses of names, after making sure that all nodes have the same. */
    Map<String, IpAddress> agreed() {
      time.advance(QUIET);
      Map<String, IpAddress> first = addresses(nodes.get(0));
      for (VipLoadBalancer node : nodes) {
        assertThat(addresses(node)).isEqualTo(first);
      }
      assertThat(first.values()).doesNotHaveDuplicates();
      return first;
    }
  }

  @Property(tries = 60)
  void allNodesHaveTheSameTableWhateverTheyHeardOfFirst(@ForAll long seed) {
    Cluster cluster = new Cluster(seed);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 12; i++) {
        cluster.step();
      }
      cluster.agreed();
    }
  }

  // L2
  @Property(tries = 40)
  void aNameThatHasItsAddressKeepsItWhateverElseComesAndGoes(@ForAll long seed) {
    Cluster cluster = new Cluster(seed);
    cluster.tasks.get(0).put(task(0, 0));
    cluster.tasks.get(1).put(task(1, 1));
    Map<String, IpAddress> kept = cluster.agreed();
    assertThat(kept).hasSize(2);
    for (int i = 0; i < 25; i++) {
      int name = 2 + cluster.random.nextInt(NAMES - 2);
      int node = cluster.random.nextInt(AGENTS);
      if (cluster.random.nextInt(3) > 0) {
        cluster.tasks.get(node).put(task(node, name));
      } else {
        cluster.tasks.get(node).remove(task(node, name).key());
      }
      cluster.time.advance(Duration.ofMillis(cluster.random.nextInt(400)));
      for (VipLoadBalancer node0 : cluster.nodes) {
        assertThat(addresses(node0)).containsAllEntriesOf(kept);
      }
    }
    Map<String, IpAddress> before = cluster.agreed();
    // Away for less than the grace, and back on another node.
    cluster.tasks.get(0).remove(task(0, 0).key());
    cluster.time.advance(Duration.ofMinutes(9));
    cluster.tasks.get(2).put(task(2, 0));
    assertThat(cluster.agreed()).isEqualTo(before);
  }

  @Property(tries = 40)
  void nodesThatWereApartAgreeWhenTheyMeetAgain(@ForAll long seed) {
    Cluster cluster = new Cluster(seed);
    for (int i = 0; i < 6; i++) {
      cluster.step();
    }
    Map<String, IpAddress> before = cluster.agreed();
    NodeId apart = id(cluster.random.nextInt(AGENTS));
    cluster.stores.down(apart);
    for (int i = 0; i < 12; i++) {
      cluster.step();
    }
    cluster.stores.up(apart);
    Map<String, IpAddress> after = cluster.agreed();
    before.forEach(
        (name, address) -> {
          if (after.containsKey(name)) { // it may have been away, but not for the grace
            assertThat(after).containsEntry(name, address);
          }
        });
  }

  private static Task task(int node, int name) {
    return VipTasks.onHost("n" + name + "-" + node, agent(node), 31000 + name, "/n" + name + ":80");
  }

  private static Map<String, IpAddress> addresses(VipLoadBalancer node) {
    Map<String, IpAddress> addresses = new TreeMap<>();
    for (Service service : node.table().services().values()) {
      if (service.targets().stream().anyMatch(target -> target.takesNew())) {
        addresses.put(service.key().host(), service.frontend().endpoint().address());
      }
    }
    return addresses;
  }

  private static Agent agent(int i) {
    return Agent.at("A" + i, address(i));
  }

  private static IpAddress address(int i) {
    return IpAddress.parse("192.0.2." + (i + 1));
  }

  private static NodeId id(int i) {
    return new NodeId(new UUID(0, i + 1));
  }
}
