// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.id;
import static io.dcosnet.overlay.allocate.Cluster.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Random lives of a small cluster. After each step {@link Cluster} has checked all invariants, and
 * that reading the store gives the same state.
 */
class AllocatorProperties {

  private static final NetworkConfig SMALL =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/28","vtep_mac_oui":"70:b3:d5:00:00:00",
           "reserved":["44.128.0.4/31","9.0.0.64/28"],
           "overlays":[
            {"name":"b","subnet":"9.0.1.0/26","prefix":28},
            {"name":"a","subnet":"9.0.0.0/24","prefix":28,
             "subnet6":"fd01:b::/121","prefix6":124}]}""");

  /** What a later version of the configuration adds. */
  private static final NetworkConfig GROWN =
      SMALL.toBuilder()
          .vtepSubnet6(Cidr.parse("fd01:a::/125"))
          .overlay("c", overlay -> overlay.subnet(Cidr.parse("10.0.0.0/24"), 29))
          .build();

  private static final NetworkConfig PAUSED =
      GROWN.toBuilder().withoutOverlay("c").overlay("c", AllocatorProperties::paused).build();

  private static void paused(OverlayConfig.Builder overlay) {
    overlay.subnet(Cidr.parse("10.0.0.0/24"), 29).enabled(false);
  }

  private record Command(Kind kind, int agent, int ip) {
    enum Kind {
      REGISTER,
      REGISTER_AS_GATEWAY,
      REMOVE,
      GROW,
      PAUSE,
      RESTART
    }
  }

  @Property(tries = 400)
  void givesWhatThePlainRulesGive(@ForAll("commands") List<Command> commands) {
    Cluster cluster = new Cluster(SMALL);
    NaiveAllocator naive = new NaiveAllocator(SMALL);
    for (Command command : commands) {
      cluster.pass(Duration.ofSeconds(4)); // all in all less than `takeover`
      NodeId agent = id(command.agent());
      switch (command.kind()) {
        case REGISTER -> register(cluster, naive, command, Wants.EVERYTHING);
        case REGISTER_AS_GATEWAY -> register(cluster, naive, command, Wants.GATEWAY);
        case REMOVE -> {
          cluster.remove(command.agent());
          naive.remove(agent);
        }
        case GROW, PAUSE -> {
          NetworkConfig next = command.kind() == Command.Kind.GROW ? GROWN : PAUSED;
          assertThat(cluster.reconfigure(next)).isInstanceOf(Reconfiguration.Accepted.class);
          naive.reconfigure(next);
        }
        case RESTART ->
            assertThat(cluster.restart(cluster.state().config()))
                .isInstanceOf(Recovery.Recovered.class);
      }
      assertThat(held(cluster)).isEqualTo(naive.all());
    }
  }

  private static void register(
      Cluster cluster, NaiveAllocator naive, Command command, Wants wants) {
    Map<PoolId, Cidr> expected =
        naive.register(id(command.agent()), ip(command.ip()), wants.subnets());

    Registration answer = cluster.register(command.agent(), command.ip(), wants);

    assertThat(answer instanceof Registration.Assigned).isEqualTo(expected != null);
  }

  private static Map<NodeId, Map<PoolId, Cidr>> held(Cluster cluster) {
    Map<NodeId, Map<PoolId, Cidr>> held = new TreeMap<>();
    for (AgentRecord agent : cluster.state().agents()) {
      Map<PoolId, Cidr> has = new TreeMap<>();
      agent.elements().forEach(element -> has.put(element.pool(), element.cidr()));
      held.put(agent.agent(), has);
    }
    return held;
  }

  /** Registering again never changes what an agent has, whatever others did meanwhile. */
  @Property(tries = 200)
  void whatAnAgentHasStaysUntilItIsDeleted(@ForAll("commands") List<Command> commands) {
    Cluster cluster = new Cluster(GROWN);
    AgentRecord first = cluster.assigned(100);
    for (Command command : commands) {
      switch (command.kind()) {
        case REGISTER, REGISTER_AS_GATEWAY -> cluster.register(command.agent());
        case REMOVE -> cluster.remove(command.agent());
        default -> cluster.restart(GROWN);
      }
      assertThat(cluster.assigned(100)).isEqualTo(first);
    }
  }

  /** A step of which nobody was told and which was not written is as if it had never been tried. */
  @Property(tries = 200)
  void stepsThatAreNotWrittenLeaveNoTrace(@ForAll("commands") List<Command> commands) {
    Cluster cluster = new Cluster(GROWN);
    Cluster other = new Cluster(GROWN);
    for (Command command : commands) {
      Allocator.register(cluster.state(), id(200), ip(200), Wants.EVERYTHING, cluster.moment());
      Allocator.remove(
          cluster.state(),
          new Removal.Request(Set.of(id(command.agent())), Set.of(), true),
          cluster.moment());
      switch (command.kind()) {
        case REMOVE ->
            assertThat(cluster.remove(command.agent())).isEqualTo(other.remove(command.agent()));
        default ->
            assertThat(cluster.register(command.agent()))
                .isEqualTo(other.register(command.agent()));
      }
      Cluster.assertSame(cluster.state(), other.state());
    }
  }

  @Provide
  Arbitrary<List<Command>> commands() {
    Arbitrary<Command.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(12, Command.Kind.REGISTER),
            Tuple.of(2, Command.Kind.REGISTER_AS_GATEWAY),
            Tuple.of(7, Command.Kind.REMOVE),
            Tuple.of(1, Command.Kind.GROW),
            Tuple.of(1, Command.Kind.PAUSE),
            Tuple.of(2, Command.Kind.RESTART));
    Arbitrary<Integer> agents = Arbitraries.integers().between(1, 20);
    Arbitrary<Command> command =
        Combinators.combine(kinds, agents, Arbitraries.integers().between(1, 10))
            .as(
                (kind, agent, move) ->
                    new Command(kind, agent, move == 1 ? 50 + agent % 3 : agent));
    return command.list().ofMaxSize(60);
  }
}
