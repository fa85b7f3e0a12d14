// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.port;
import static io.dcosnet.lb.vip.VipTasks.ports;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * A table tells of the tasks that there are. How they came to be known, when a node joined and what
 * was there meanwhile must not show in it. Names that collide are another matter, see {@code
 * NamesAgreeProperties}.
 */
class ArrivalOrderProperties {

  private static final int AGENTS = 3;
  private static final Duration FORGOTTEN = Duration.ofMinutes(2);

  private static final String[] VIPS = {
    "/web:80", "web:443", "WEB:80", "1.2.3.4:80", "[fd01:c::99]:80", "/api.v1:8080", "bad", "web:0"
  };

  @Property(tries = 80)
  void theTableDependsOnTheTasksAndNotOnTheirWayThere(@ForAll long seed) {
    Random random = new Random(seed);
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tasks.add(randomTask("t" + i, random));
    }
    Map<String, Service> straight = tables(tasks, List.of(), new Random(1)).get(0);

    Collections.shuffle(tasks, random);
    List<Task> passing = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      passing.add(randomTask("passing" + i, random));
    }
    List<Map<String, Service>> winding = tables(tasks, passing, random);

    assertThat(straight).isNotEmpty();
    assertThat(winding).hasSize(AGENTS + 1).allSatisfy(t -> assertThat(t).isEqualTo(straight));
  }

  /** What each node has in the end, where nodes and tasks come in turns. */
  private static List<Map<String, Service>> tables(
      List<Task> tasks, List<Task> passing, Random random) {
    VirtualTime time = new VirtualTime();
    LocalStore store = LocalStore.of(id(0));
    List<ClusterPublisher> sources = new ArrayList<>();
    List<VipLoadBalancer> nodes = new ArrayList<>();
    List<Runnable> events = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      ClusterPublisher source = ClusterPublisher.create();
      sources.add(source);
      int node = i;
      events.add(() -> nodes.add(started(time, store.forNode(id(node + 1)), source, agent(node))));
      events.add(() -> source.put(MARATHON));
      events.add(() -> source.put(agent(node)));
    }
    for (Task task : tasks) {
      events.add(() -> sources.get(nodeOf(task)).put(task));
    }
    Collections.shuffle(events, random);
    for (Task task : passing) {
      int at = random.nextInt(events.size());
      events.add(at, () -> sources.get(nodeOf(task)).put(task));
      events.add(
          at + 1 + random.nextInt(events.size() - at),
          () -> sources.get(nodeOf(task)).remove(task.key()));
    }
    for (Runnable event : events) {
      event.run();
      time.advance(Duration.ofMillis(random.nextInt(150)));
    }
    nodes.add(started(time, store.forNode(id(9)), null, agent(9))); // one that comes last
    time.advance(FORGOTTEN);
    return nodes.stream().map(node -> services(node.table())).toList();
  }

  private static VipLoadBalancer started(
      VirtualTime time, ReplicatedStore store, @Nullable ClusterPublisher source, Agent agent) {
    NetRuntime net = NetRuntime.builder().scheduler(time).random(new Random(7)).build();
    VipLoadBalancer.Builder builder =
        VipLoadBalancer.builder(net)
            .store(store)
            .nodeAddress(agent.addresses().get(0))
            .dataPath(DataPaths.memory());
    VipLoadBalancer node = (source == null ? builder : builder.cluster(source)).build();
    node.start();
    return node;
  }

  private static Map<String, Service> services(VipTable table) {
    Map<String, Service> services = new TreeMap<>();
    table.services().values().forEach(service -> services.put("" + service.frontend(), service));
    return services;
  }

  private static Task randomTask(String name, Random random) {
    int agent = random.nextInt(AGENTS);
    boolean container = random.nextBoolean();
    int number = 31000 + random.nextInt(3);
    Task.Builder builder =
        task(name)
            .runningOn(agent(agent))
            .discovery(
                ports(
                    port(
                        number,
                        random.nextInt(4) == 0 ? "udp" : "tcp",
                        container ? "container" : "host",
                        VIPS[random.nextInt(VIPS.length)],
                        VIPS[random.nextInt(VIPS.length)])))
            .state(random.nextInt(5) == 0 ? TaskState.KILLING : TaskState.RUNNING);
    Boolean healthy = random.nextInt(3) == 0 ? null : Boolean.valueOf(random.nextBoolean());
    return builder
        .status(
            container
                ? running(healthy, "9.0.0." + random.nextInt(4), "fd01:b::" + random.nextInt(4))
                : running(healthy, agent(agent).addresses().get(0).toString()))
        .build();
  }

  private static int nodeOf(Task task) {
    return Integer.parseInt(task.agentId().substring(1));
  }

  private static Agent agent(int i) {
    return Agent.at("A" + i, IpAddress.parse("192.0.2." + (i + 1)));
  }

  private static NodeId id(int i) {
    return new NodeId(new UUID(0, i + 1));
  }
}
