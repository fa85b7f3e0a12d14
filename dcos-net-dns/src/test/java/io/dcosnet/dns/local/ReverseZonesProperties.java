// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.ReverseName;
import io.dcosnet.dns.records.L4lbZone;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReverseZonesProperties {

  /** One change of the cluster; what the numbers mean depends on the kind. */
  record Step(String kind, int which, int what) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of("task", "task", "task", "gone", "agent", "lost", "vip", "unvip", "lead"),
            Arbitraries.integers().between(0, 4),
            Arbitraries.integers().between(0, 4))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  /** A cluster with its zones. */
  private static final class World {
    final VirtualTime time = new VirtualTime();
    final Zone.Surroundings surroundings =
        new Zone.Surroundings(Runnable::run, time.time(), new RecordingMetrics());
    final ClusterPublisher cluster = ClusterPublisher.create();
    final GivenVips vips = new GivenVips();
    final MesosZone mesos = MesosZone.of(cluster);
    final L4lbZone l4lb = L4lbZone.of(vips);
    final List<Zone> reverse = reverse();

    World() {
      cluster.put(Framework.named("F1", "marathon"));
      reverse.get(0).follow(surroundings);
    }

    List<Zone> reverse() {
      return ReverseZones.builder(time.time())
          .names(mesos, ReverseNames.mesos(mesos.origin()))
          .names(l4lb, ReverseNames.all())
          .build()
          .zones();
    }

    void apply(Step step) {
      switch (step.kind()) {
        case "task" -> cluster.put(task(step));
        case "gone" -> cluster.remove(new TaskKey("F1", "id" + step.which()));
        case "agent" -> cluster.put(Agent.at("x-S" + step.which(), address(10, step.what())));
        case "lost" -> cluster.removeAgent("x-S" + step.which());
        case "vip" -> vips.put("v" + step.which() + ".marathon", "11.0.0." + step.what());
        case "unvip" -> vips.remove("v" + step.which() + ".marathon");
        default -> cluster.put(masters(step));
      }
    }

    /** Some share an address, some have that of an agent, some have none of their own. */
    private static Task task(Step step) {
      List<IpAddress> addresses =
          step.what() == 0 ? List.of() : List.of(address(9 + step.what() % 2, step.what()));
      return Task.named("web" + step.which() % 2)
          .id("id" + step.which())
          .framework("F1")
          .runningOn("x-S" + step.what())
          .status(
              new TaskStatus(
                  TaskState.RUNNING,
                  1,
                  null,
                  List.of(new NetworkInfo("", addresses, List.of(), Labels.NONE)),
                  Labels.NONE))
          .build();
    }

    private static Masters masters(Step step) {
      Master one = new Master(new HostPort(address(10, step.which()), 5050), "");
      Master two = new Master(new HostPort(address(10, step.what()), 5050), "");
      return new Masters(List.of(one, two), step.what() == 4 ? null : two);
    }

    private static IpAddress address(int first, int last) {
      return IpAddress.parse(first + ".0.0." + last);
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void everyNameOfAnAddressHasThatAddress(@ForAll("steps") List<Step> steps) {
    World world = new World();
    for (Step step : steps) {
      world.apply(step);
      checkForward(world);
    }
    checkComplete(world);
  }

  private static void checkForward(World world) {
    ZoneTable forward = ZoneTable.of(List.of(world.mesos, world.l4lb));
    for (Zone zone : world.reverse) {
      for (ZoneNode node : Objects.requireNonNull(zone.snapshot()).sorted()) {
        RecordSet pointers = node.set(RecordType.PTR);
        for (String text : pointers == null ? List.<String>of() : pointers.toText()) {
          DomainName name = DomainName.parse(text);
          ZoneSnapshot known = Objects.requireNonNull(forward.match(name)).snapshot();
          ZoneNode found = known == null ? null : known.find(name);
          RecordSet addresses = found == null ? null : found.set(RecordType.A);
          assertThat(addresses == null ? List.<String>of() : addresses.toText())
              .as("addresses of %s", name)
              .anySatisfy(
                  address ->
                      assertThat(ReverseName.of(IpAddress.parse(address))).isEqualTo(node.name()));
        }
      }
    }
  }

  /** Every address of a VIP and of an agent, 10/8 and 11/8 being among the zones, has a name. */
  private static void checkComplete(World world) {
    ZoneTable reverse = ZoneTable.of(world.reverse);
    world
        .vips
        .snapshot()
        .byName()
        .values()
        .forEach(vip -> checkKnown(reverse, Objects.requireNonNull(vip.ipv4())));
    world
        .cluster
        .cluster()
        .agents()
        .forEach(agent -> checkKnown(reverse, agent.addresses().get(0)));
  }

  private static void checkKnown(ZoneTable reverse, IpAddress address) {
    DomainName name = ReverseName.of(address);
    ZoneSnapshot zone = Objects.requireNonNull(reverse.match(name)).snapshot();
    assertThat(Objects.requireNonNull(zone).find(name)).as("name of %s", address).isNotNull();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void changesLeadToWhatABuildFromNothingGives(@ForAll("steps") List<Step> steps) {
    World world = new World();
    steps.forEach(world::apply);

    List<Zone> fresh = world.reverse();
    fresh.get(0).follow(world.surroundings);

    for (int i = 0; i < fresh.size(); i++) {
      ZoneSnapshot built = Objects.requireNonNull(fresh.get(i).snapshot());
      assertThat(Objects.requireNonNull(world.reverse.get(i).snapshot()))
          .matches(built::sameRecords, "has the records of " + built.sorted());
    }
  }
}
