// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.route.Link;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** From whatever there was to whatever is wanted, by way of whatever somebody breaks. */
class PassProperties {

  private static final int HOSTS = 3;

  @Property(tries = 300)
  void endsWithWhatIsWantedAndNothingElse(
      @ForAll("states") List<DesiredState> states, @ForAll long seed, @ForAll boolean withHops) {
    TestKernel kernel = TestKernel.onUnderlay(1500);
    kernel.hasNextHops = withHops;
    Work work = work(kernel);
    Random random = new Random(seed);
    for (DesiredState state : states) {
      HostReport unused = work.apply(state, true, true);
      damage(kernel, random);
    }
    DesiredState last = states.get(states.size() - 1);

    HostReport report = work.apply(last, true, true);

    TestKernel fresh = TestKernel.onUnderlay(1500);
    fresh.hasNextHops = withHops;
    HostReport first = work(fresh).apply(last, true, true);
    assertThat(report.faults()).hasSameElementsAs(first.faults());
    assertThat(shown(kernel)).containsExactlyInAnyOrderElementsOf(shown(fresh));
    kernel.asked.clear();
    assertThat(work.apply(last, true, true).added()).isZero();
    assertThat(kernel.asked).isEmpty();
  }

  @Property(tries = 200)
  void whatIsRememberedIsWhatIsRead(@ForAll("states") List<DesiredState> states) {
    TestKernel remembered = TestKernel.onUnderlay(1500);
    TestKernel read = TestKernel.onUnderlay(1500);
    Work remembering = work(remembered);
    Work reading = work(read);

    for (DesiredState state : states) {
      HostReport first = remembering.apply(state, false, false);
      HostReport second = reading.apply(state, true, true);

      // What goes with its device is counted only by who remembers it.
      assertThat(first.added()).isEqualTo(second.added());
      assertThat(first.changed()).isEqualTo(second.changed());
      assertThat(first.faults()).isEqualTo(second.faults());
      assertThat(first.mtu()).isEqualTo(second.mtu());
      assertThat(shown(remembered)).isEqualTo(shown(read));
    }
  }

  private static Work work(TestKernel kernel) {
    return new Work(
        kernel, NetlinkConfig.DEFAULT, new ApplyMetrics(new RecordingMetrics()), unused -> {});
  }

  /** Numbers of links and next hops differ by what was before; what they stand for does not. */
  private static List<String> shown(TestKernel kernel) {
    List<String> all = new ArrayList<>();
    kernel.links.forEach(link -> all.add(link.name() + " " + link.mtu() + " " + link.kind()));
    kernel.addresses.forEach(
        address -> all.add(address.address() + " " + name(kernel, address.link())));
    kernel.rules.forEach(rule -> all.add(rule.toString()));
    kernel
        .neighbours
        .values()
        .forEach(one -> all.add(one.address() + " " + one.mac() + name(kernel, one.link())));
    kernel
        .forwarding
        .values()
        .forEach(one -> all.add(one.mac() + " " + one.to() + name(kernel, one.link())));
    kernel
        .hops
        .values()
        .forEach(one -> all.add(one.gateway() + " " + one.protocol() + name(kernel, one.link())));
    kernel
        .routes
        .values()
        .forEach(
            one ->
                all.add(
                    one.destination()
                        + " "
                        + one.table()
                        + one.gateway()
                        + kernel.gatewayOf(one.nextHop())));
    kernel.tables.forEach((family, table) -> all.add(table));
    return all;
  }

  private static String name(TestKernel kernel, int index) {
    return kernel.links.stream()
        .filter(link -> link.index() == index)
        .map(Link::name)
        .findFirst()
        .orElse("?");
  }

  /** What others do, and the kernel by itself. */
  private static void damage(TestKernel kernel, Random random) {
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(7)) {
        case 0 -> drop(kernel.routes.keySet(), random);
        case 1 -> drop(kernel.neighbours.keySet(), random);
        case 2 -> drop(kernel.forwarding.keySet(), random);
        case 3 -> {
          List<Integer> ids = new ArrayList<>(kernel.hops.keySet());
          if (!ids.isEmpty()) {
            int id = ids.get(random.nextInt(ids.size()));
            kernel.hops.remove(id);
            kernel.routes.values().removeIf(route -> route.nextHop() == id);
          }
        }
        case 4 -> kernel.rules.clear();
        case 5 ->
            kernel.links.stream()
                .filter(l -> l.index() > 2)
                .findAny()
                .ifPresent(
                    l -> {
                      kernel.flush(l.index());
                      kernel.addresses.removeIf(address -> address.link() == l.index());
                      kernel.links.remove(l);
                    });
        default -> kernel.tables.clear();
      }
    }
  }

  private static <K> void drop(Iterable<K> keys, Random random) {
    for (var iterator = keys.iterator(); iterator.hasNext(); ) {
      K unused = iterator.next();
      if (random.nextBoolean()) {
        iterator.remove();
      }
    }
  }

  @Provide
  Arbitrary<List<DesiredState>> states() {
    Arbitrary<List<Peer>> peers =
        Combinators.combine(
                Arbitraries.integers().between(2, HOSTS).set().ofMaxSize(HOSTS - 1),
                Arbitraries.integers().between(0, 1))
            .as(
                (hosts, moved) ->
                    hosts.stream()
                        .map(Plans::peer)
                        .map(
                            peer ->
                                moved == 0
                                    ? peer
                                    : Plans.movedTo(
                                        peer, IpAddress.ofIpv4(peer.ip().ipv4Bits() + 100)))
                        .toList());
    Arbitrary<DesiredState> state =
        Combinators.combine(peers, Arbitraries.integers().between(0, 3))
            .as(
                (others, kind) ->
                    switch (kind) {
                      case 0 -> DesiredState.NOTHING;
                      case 1 -> Plans.withPeers(Plans.direct(1, 1), others);
                      default -> Plans.withPeers(Plans.vxlan(1, 1), others);
                    });
    return state.list().ofMinSize(1).ofMaxSize(5);
  }
}
