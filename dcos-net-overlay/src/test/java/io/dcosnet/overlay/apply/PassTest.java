// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.linux.route.Rules;
import io.dcosnet.overlay.apply.Filters.ForwardChain;
import io.dcosnet.overlay.apply.Settings.Setting;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Passes over a kernel made of lists. */
class PassTest {

  private final TestKernel kernel = TestKernel.onUnderlay(1500);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<Concerns> concerns = new ArrayList<>();
  private final Work work =
      new Work(kernel, NetlinkConfig.DEFAULT, new ApplyMetrics(metrics), concerns::add);

  private HostReport apply(DesiredState state) {
    kernel.asked.clear();
    return work.apply(state, false, false);
  }

  private HostReport compare(DesiredState state) {
    kernel.asked.clear();
    return work.apply(state, true, true);
  }

  private static int changes(HostReport report) {
    return report.added() + report.changed() + report.removed();
  }

  private List<Integer> places(String... beginnings) {
    return List.of(beginnings).stream()
        .map(
            beginning ->
                (int)
                    kernel.asked.stream().takeWhile(tried -> !tried.startsWith(beginning)).count())
        .toList();
  }

  @Test
  void whatARouteNeedsComesBeforeIt() {
    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.asked)
        .containsSubsequence(
            "add vxlan vtep1024",
            "add bridge m-dcos",
            "set net/ipv4/ip_forward 1",
            "nft replace ip",
            "add rule 32042 from 198.51.100.0/24 to 0.0.0.0/0 table 42");
    assertThat(places("replace forwarding", "replace neighbour", "add next hop", "add route"))
        .isSorted()
        .allMatch(place -> place < kernel.asked.size());
    long last = kernel.asked.stream().takeWhile(t -> !t.startsWith("add route")).count();
    assertThat(kernel.asked.subList((int) last, kernel.asked.size()))
        .allMatch(tried -> tried.startsWith("add route"));
  }

  @Test
  void whatARouteNeedsGoesAfterIt() {
    apply(Plans.vxlan(1, 3));

    HostReport report = apply(Plans.vxlan(1, 1));

    assertThat(places("delete route", "delete next hop", "delete neighbour", "delete forwarding"))
        .isSorted()
        .allMatch(place -> place < kernel.asked.size());
    assertThat(report.removed()).isEqualTo(kernel.asked.size()).isEqualTo(2 * 8);
    assertThat(report.added() + report.changed()).isZero();
    assertThat(kernel.hops).isEmpty();
    assertThat(kernel.routes).isEmpty();
  }

  @Test
  void whatLeadsToOthersStaysWhileTheyMayBeUnknown() {
    apply(Plans.vxlan(1, 2));
    DesiredState other = Plans.withPeers(Plans.vxlan(1, 1), List.of(Plans.peer(3)));
    Work restarted =
        new Work(kernel, NetlinkConfig.DEFAULT, new ApplyMetrics(metrics), concerns::add);

    HostReport kept = restarted.apply(other.keepingOthers(), true, true);

    assertThat(kept.removed()).isZero();
    assertThat(kept.added()).isEqualTo(8);
    assertThat(kernel.routes).hasSize(2 * 3);

    HostReport sure = restarted.apply(other, false, false);

    assertThat(sure.removed()).isEqualTo(8);
    assertThat(sure.repair()).isFalse();
    assertThat(kernel.routes).hasSize(3);
  }

  @Test
  void rulesOfNobodyGoEvenWhileOthersMayBeUnknown() {
    apply(Plans.vxlan(1, 3));
    DesiredState state = Plans.vxlan(1, 3);

    apply(
        new DesiredState(state.backend(), state.tunnel(), state.bridges(), state.peers(), Set.of())
            .keepingOthers());

    assertThat(kernel.asked).anyMatch(tried -> tried.startsWith("delete rule"));
  }

  @Test
  void onePeerThatMovesIsOneMessageToTheTunnel() {
    apply(Plans.vxlan(1, 3));
    Peer moved = Plans.movedTo(Plans.peer(3), IpAddress.parse("192.0.2.99"));

    HostReport report = apply(Plans.withPeers(Plans.vxlan(1, 3), List.of(Plans.peer(2), moved)));

    assertThat(kernel.asked)
        .containsExactly(
            "replace forwarding of 02:00:5e:00:00:03 to 192.0.2.99 of link 10",
            "add route 192.0.2.99/32 next hop 230686722 table 42",
            "delete route 192.0.2.3/32 next hop 230686722 table 42");
    assertThat(report.repair()).isFalse();
  }

  @Test
  void anotherProcessFindsAllAsItMustBe() {
    apply(Plans.vxlan(1, 3));
    Work next = new Work(kernel, NetlinkConfig.DEFAULT, new ApplyMetrics(metrics), c -> {});
    kernel.asked.clear();

    HostReport report = next.apply(Plans.vxlan(1, 3), false, false);

    assertThat(kernel.asked).isEmpty();
    assertThat(changes(report)).isZero();
    assertThat(metrics.counts()).isEmpty();
  }

  @Test
  void whatIsNotReadIsTrusted() {
    apply(Plans.vxlan(1, 3));
    kernel.routes.clear();

    assertThat(changes(apply(Plans.vxlan(1, 3)))).isZero();
    HostReport report = compare(Plans.vxlan(1, 3));

    assertThat(report.repair()).isTrue();
    assertThat(report.added()).isEqualTo(6);
    assertThat(metrics.count("dcosnet.overlay.datapath.drift", "object", "route")).isEqualTo(6);
  }

  @Test
  void aTunnelThatWasOffIsFilledAnewWithoutBeingTold() {
    apply(Plans.vxlan(1, 3));
    int index = kernel.link("vtep1024").index();
    kernel.flush(index);
    kernel.links.replaceAll(
        link ->
            link.index() == index
                ? new Link(
                    index, link.name(), link.kind(), 0, link.mtu(), link.mac(), 0, link.alias())
                : link);

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.changed()).isEqualTo(1);
    assertThat(report.added()).isEqualTo(2 * 8);
    assertThat(kernel.link("vtep1024").isUp()).isTrue();
  }

  @Test
  void entriesThatAreRefusedStopNoOthers() {
    kernel.refuses = tried -> tried.contains("203.0.113.2") && tried.contains("neighbour");

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults())
        .containsExactly(
            new HostFault(
                HostObject.NEIGHBOUR,
                "ip neigh replace 203.0.113.2 lladdr 02:00:5e:00:00:02 dev vtep1024 nud permanent"
                    + " proto 201",
                Optional.empty(),
                Optional.of(Plans.id(2)),
                "EINVAL",
                "replace neighbour 203.0.113.2 of link 10: EINVAL (invalid argument): no, it says"));
    assertThat(metrics.count("dcosnet.overlay.datapath.faults", "object", "neighbour"))
        .isEqualTo(1);
    kernel.refuses = tried -> false;
    assertThat(apply(Plans.vxlan(1, 3)).added()).isEqualTo(1); // it alone is tried again
    assertThat(kernel.neighbours).hasSize(4);
  }

  @Test
  void routesWithoutTheirNextHopAreNotTried() {
    kernel.refuses = tried -> tried.startsWith("add next hop 230686720 ");

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.kind()).isEqualTo(HostObject.NEXT_HOP));
    assertThat(kernel.routes).hasSize(4);
  }

  @Test
  void aKernelThatRefusesOneNextHopStillHasTheOthers() {
    kernel.refuses = tried -> tried.startsWith("add next hop 230686720 ");
    apply(Plans.vxlan(1, 3));

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.kind()).isEqualTo(HostObject.NEXT_HOP));
    assertThat(kernel.hops).hasSize(3);
    assertThat(kernel.routes.values()).hasSize(4).allMatch(route -> route.nextHop() != 0);
  }

  @Test
  void aHostWithoutIpv6FailsOnlyTheOverlaysThatNeedIt() {
    DesiredState both = Plans.vxlan(1, 1);
    Bridge plain =
        new Bridge(
            "m-plain",
            "plain",
            "cni",
            List.of(new InterfaceAddress(IpAddress.parse("198.51.100.33"), 28)),
            OptionalInt.empty());
    DesiredState state =
        new DesiredState(
            both.backend(),
            both.tunnel(),
            List.of(both.bridges().get(0), plain),
            both.peers(),
            both.spaces());
    kernel.refuses = tried -> tried.startsWith("add address 2001:db8:");
    kernel.lacks = name -> name.startsWith("net/ipv6/");
    kernel.hasIpv6 = false;

    HostReport report = apply(state);

    assertThat(report.faults())
        .hasSizeGreaterThanOrEqualTo(5) // two addresses, three settings
        .extracting(HostFault::overlay)
        .containsOnly(Optional.of("dcos"));
    assertThat(kernel.link("m-plain").isUp()).isTrue();
  }

  @Test
  void whatRoutersAdvertisedOutlivesForwarding() {
    kernel.links.add(TestKernel.link(3, "eth1", new LinkKind.Other("veth"), 1500));
    kernel.settings.put("net/ipv6/conf/lo/accept_ra", "1");
    kernel.settings.put("net/ipv6/conf/eth0/accept_ra", "1");
    kernel.settings.put("net/ipv6/conf/eth1/accept_ra", "0");

    apply(Plans.vxlan(1, 2));

    assertThat(kernel.asked)
        .containsSubsequence(
            "set net/ipv6/conf/eth0/accept_ra 2", "set net/ipv6/conf/all/forwarding 1")
        .noneMatch(line -> line.contains("eth1/") || line.contains("conf/lo/"));
    kernel.settings.put("net/ipv6/conf/eth0/accept_ra", "1"); // as its owner wants it
    assertThat(changes(compare(Plans.vxlan(1, 2)))).isZero();
  }

  @Test
  void devicesThatLostTheirTagAreTaggedAgain() {
    apply(Plans.vxlan(1, 2));
    kernel.links.replaceAll(link -> link.index() < 10 ? link : tagged(link, "changed"));

    HostReport report = compare(Plans.vxlan(1, 2));

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.asked).hasSize(2);
    assertThat(kernel.link("vtep1024").alias()).isEqualTo("dcos-net overlay");
    assertThat(kernel.link("m-dcos").alias()).isEqualTo("dcos-net overlay");
  }

  private static Link tagged(Link link, String alias) {
    return new Link(
        link.index(),
        link.name(),
        link.kind(),
        link.flags(),
        link.mtu(),
        link.mac(),
        link.master(),
        alias);
  }

  @Test
  void onKernelsThatDoNotTellWhoAddedAnAddressAllOnOurDevicesAreOurs() {
    apply(Plans.vxlan(1, 2));
    Address stale = Address.of(kernel.link("m-dcos").index(), IpAddress.parse("198.51.100.90"), 27);
    kernel.addresses.add(stale);
    assertThat(changes(compare(Plans.vxlan(1, 2)))).isZero(); // somebody else's
    kernel.addresses.replaceAll(address -> address.withProtocol(0));

    HostReport report = compare(Plans.vxlan(1, 2));

    assertThat(report.removed()).isEqualTo(1);
    assertThat(kernel.addresses).noneMatch(stale::isSameAs).hasSize(1 + 4);
  }

  @Test
  void anAddressOfAnotherLengthGoesBeforeTheNewOneComes() {
    apply(Plans.vxlan(1, 2));
    kernel.addresses.replaceAll(
        address ->
            address.address().equals(Plans.container6(1, 1))
                ? new Address(
                    address.link(), address.address(), 64, address.scope(), 0, address.protocol())
                : address);

    apply(Plans.vxlan(1, 2));

    assertThat(kernel.asked)
        .first()
        .asString()
        .startsWith("delete address " + Plans.container6(1, 1) + "/64");
    assertThat(kernel.asked).hasSize(2);
  }

  @Test
  void aRuleThatIsThereIsNoRepair() {
    Rule rule = Rule.from(Plans.SPACE, 42, 32_042).withProtocol(3);
    kernel.rules.add(rule);
    apply(Plans.vxlan(1, 2));

    assertThat(changes(compare(Plans.vxlan(1, 2)))).isZero();
    assertThat(kernel.asked).isEmpty();
    assertThat(metrics.count("dcosnet.overlay.datapath.drift", "object", "rule")).isZero();
    assertThat(concerns.get(0).test(Rules.delete(rule).message(1))).isTrue();
  }

  @Test
  void kernelsThatRefuseNextHopsGetGateways() {
    kernel.refuses = tried -> tried.startsWith("add next hop");
    kernel.refusal = Errno.EOPNOTSUPP;

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.hops).isEmpty();
    assertThat(kernel.routes.values())
        .hasSize(6)
        .allMatch(route -> route.gateway().isPresent() && route.nextHop() == 0)
        .allMatch(route -> (route.flags() & Route.ON_LINK) != 0);
    assertThat(changes(compare(Plans.vxlan(1, 3)))).isZero();
    assertThat(kernel.asked).isEmpty(); // nor are they tried again
  }

  @Test
  void kernelsThatDoNotKnowNextHopsGetGateways() {
    kernel.hasNextHops = false;

    assertThat(apply(Plans.vxlan(1, 3)).faults()).isEmpty();

    assertThat(kernel.routes.values()).hasSize(6).allMatch(route -> route.gateway().isPresent());
  }

  @Test
  void aKernelThatCannotBeAskedIsAnError() {
    apply(Plans.vxlan(1, 2));
    kernel.canBeRead = false;

    assertThatExceptionOfType(KernelException.class).isThrownBy(() -> apply(Plans.vxlan(1, 3)));

    kernel.canBeRead = true;
    kernel.forwarding.clear(); // who knows what happened meanwhile
    assertThat(apply(Plans.vxlan(1, 3)).faults()).isEmpty();
    assertThat(kernel.forwarding).hasSize(2);
  }

  @Test
  void routesOfOthersStayAndAreTold() {
    Route foreign = Route.via(Plans.subnet(2), IpAddress.parse("192.0.2.77"), 2).withProtocol(77);
    kernel.put(foreign);

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults()).hasSize(1);
    HostFault fault = report.faults().get(0);
    assertThat(fault.code()).isEqualTo("FOREIGN");
    assertThat(fault.peer()).contains(Plans.id(2));
    assertThat(fault.reason())
        .isEqualTo(
            "somebody else has a route there: 198.51.100.128/26 via 192.0.2.77 dev eth0 proto 77");
    assertThat(kernel.routeTo("198.51.100.128/26")).contains(foreign);
    apply(DesiredState.NOTHING);
    assertThat(kernel.routes.values()).containsExactly(foreign);
  }

  @Test
  void routesOfOthersWithAnotherMetricStayInUse() {
    Route foreign =
        Route.via(Plans.subnet(2), IpAddress.parse("192.0.2.77"), 2)
            .withProtocol(77)
            .withMetric(100);
    kernel.put(foreign);

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults()).extracting(HostFault::code).containsExactly("FOREIGN");
    assertThat(kernel.routes.values())
        .filteredOn(route -> route.destination().equals(Plans.subnet(2)))
        .containsExactly(foreign);
  }

  @Test
  void anAddressOnTheLoopbackDeviceDoesNotWidenTheTunnel() {
    kernel.addresses.clear();
    kernel.addresses.add(Address.of(1, Plans.ip(1), 32));
    assertThat(apply(Plans.vxlan(1, 2)).mtu()).hasValue(1450);
    kernel.links.add(TestKernel.link(3, "eth1", new LinkKind.Other("veth"), 1400));
    kernel.put(Route.via(Cidr.parse("0.0.0.0/0"), IpAddress.parse("192.0.2.77"), 3));

    assertThat(apply(Plans.vxlan(1, 2)).mtu()).hasValue(1350);
  }

  @Test
  void aChainThatCannotBeReadIsToldAndStopsNoOther() {
    kernel.unreadable.put("inet wild forward", "not understood");
    kernel.chains.add(new ForwardChain(NftFamily.IP, "filter", "FORWARD", true, Map.of()));

    HostReport report = apply(Plans.vxlan(1, 2));

    assertThat(report.faults())
        .extracting(HostFault::object, HostFault::reason)
        .containsExactly(tuple("nft list chain inet wild forward", "not understood"));
    assertThat(kernel.asked).anyMatch(tried -> tried.startsWith("nft insert rule ip filter"));
  }

  @Test
  void numbersOfNextHopsThatOthersHaveAreNotTaken() {
    NextHop foreign = NextHop.via(230_686_721, IpAddress.parse("192.0.2.77"), 2);
    kernel.hops.put(foreign.id(), foreign);

    apply(Plans.vxlan(1, 3));

    assertThat(kernel.hops)
        .containsOnlyKeys(230_686_720, 230_686_721, 230_686_722, 230_686_723, 230_686_724)
        .containsEntry(230_686_721, foreign);
    assertThat(kernel.gatewayOf("198.51.100.128/26")).contains(Plans.vtep(2));
    apply(DesiredState.NOTHING);
    assertThat(kernel.hops).containsExactly(Map.entry(230_686_721, foreign));
  }

  @Test
  void aNumberThatSomebodyTookMeanwhileIsHis() {
    apply(Plans.vxlan(1, 2));
    NextHop foreign = NextHop.via(230_686_722, IpAddress.parse("192.0.2.77"), 2);
    kernel.hops.put(foreign.id(), foreign); // of which nobody told

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.hops).containsEntry(foreign.id(), foreign).hasSize(5);
    assertThat(kernel.gatewayOf("198.51.100.192/26")).contains(Plans.vtep(3));
  }

  @Test
  void aPlaceThatSomebodyTookMeanwhileIsHis() {
    apply(Plans.vxlan(1, 2));
    Route foreign = Route.via(Plans.subnet(3), IpAddress.parse("192.0.2.77"), 2).withProtocol(77);
    kernel.put(foreign); // of which nobody told

    HostReport report = apply(Plans.vxlan(1, 3));

    assertThat(report.faults()).extracting(HostFault::code).containsExactly("FOREIGN");
    assertThat(kernel.routeTo("198.51.100.192/26")).contains(foreign);
    assertThat(kernel.routes).hasSize(3 + 3);
  }

  @Test
  void rulesAndNeighboursOfOthersDoAndStay() {
    Rule rule = Rule.from(Plans.SPACE, 42, 32_042).withProtocol(3);
    kernel.rules.add(rule);
    apply(Plans.vxlan(1, 2));
    Neighbour neighbour =
        Neighbour.permanent(
                kernel.link("vtep1024").index(), Plans.vtep(77), new MacAddress(0x02_77))
            .withProtocol(4);
    kernel.neighbours.put(neighbour.address(), neighbour);

    HostReport report = compare(Plans.vxlan(1, 2));

    assertThat(report.faults()).isEmpty();
    assertThat(report.removed()).isZero();
    assertThat(kernel.rules).containsExactly(rule);
    assertThat(kernel.neighbours).containsKey(Plans.vtep(77));
  }

  @Test
  void entriesOnOurTunnelAreAllOurs() {
    apply(Plans.vxlan(1, 2));
    ForwardingEntry flood =
        ForwardingEntry.of(
            kernel.link("vtep1024").index(), new MacAddress(0), IpAddress.parse("192.0.2.99"));
    kernel.forwarding.put(flood.mac(), flood);

    HostReport report = compare(Plans.vxlan(1, 2));

    assertThat(report.removed()).isEqualTo(1);
    assertThat(kernel.forwarding).doesNotContainKey(flood.mac());
    assertThat(metrics.count("dcosnet.overlay.datapath.drift", "object", "fdb")).isEqualTo(1);
  }

  @Test
  void aSubnetOutsideAllOverlaysIsNotProgrammed() {
    Peer two = Plans.peer(2);
    Peer wild =
        new Peer(
            two.agent(),
            two.ip(),
            two.vtep(),
            two.vtep6(),
            two.mac(),
            List.of(Cidr.parse("0.0.0.0/0"), two.subnets().get(0), Cidr.parse("192.0.2.0/24")));

    HostReport report = apply(Plans.withPeers(Plans.vxlan(1, 2), List.of(wild)));

    assertThat(report.faults())
        .extracting(HostFault::code, HostFault::object)
        .containsExactly(
            tuple("OUTSIDE", "route to 0.0.0.0/0"), tuple("OUTSIDE", "route to 192.0.2.0/24"));
    assertThat(kernel.routes.values())
        .extracting(Route::destination)
        .containsOnly(two.subnets().get(0), Cidr.parse("192.0.2.2/32"));
  }

  @Test
  void ipv6SubnetsNeedAnEndPointOfTheirKind() {
    Peer two = Plans.peer(2);
    Peer old =
        new Peer(two.agent(), two.ip(), two.vtep(), Optional.empty(), two.mac(), two.subnets());

    HostReport report = apply(Plans.withPeers(Plans.vxlan(1, 2), List.of(old)));

    assertThat(report.faults()).extracting(HostFault::code).containsExactly("NO_VTEP6");
    assertThat(kernel.routes).hasSize(2);
  }

  @Test
  void directRoutesNeedALinkToTheOther() {
    Peer far = Plans.movedTo(Plans.peer(3), IpAddress.parse("203.0.113.9"));

    HostReport report = apply(Plans.withPeers(Plans.direct(1, 2), List.of(Plans.peer(2), far)));

    assertThat(report.faults())
        .extracting(HostFault::code)
        .containsExactlyInAnyOrder("NOT_ON_LINK", "FAMILY");
    assertThat(report.faults())
        .filteredOn(fault -> !fault.mayPass())
        .singleElement()
        .satisfies(fault -> assertThat(fault.reason()).startsWith("2 subnets "));
    assertThat(kernel.gatewayOf("198.51.100.128/26")).contains(Plans.ip(2));
    assertThat(kernel.routes).hasSize(1);
    assertThat(kernel.rules).isEmpty();
  }

  @Test
  void theTunnelIsNoWiderThanTheUnderlay() {
    assertThat(apply(Plans.vxlan(1, 2)).mtu()).hasValue(1450);
    assertThat(kernel.link("m-dcos").mtu()).isEqualTo(1450);

    assertThat(apply(withMtu(9000)).mtu()).hasValue(1450);
    assertThat(apply(withMtu(1400)).mtu()).hasValue(1400);
    assertThat(kernel.link("m-dcos").mtu()).isEqualTo(1400);
    assertThat(kernel.asked).contains("set MTU 1400 of link 10").doesNotContain("delete link 10");
  }

  private static DesiredState withMtu(int mtu) {
    TunnelDevice tunnel = Plans.tunnel(1);
    return Plans.withTunnel(
        Plans.vxlan(1, 2),
        new TunnelDevice(
            tunnel.name(),
            tunnel.vni(),
            tunnel.port(),
            tunnel.mac(),
            tunnel.local(),
            tunnel.addresses(),
            OptionalInt.of(mtu)));
  }

  @Test
  void anUnderlayTooNarrowForIpv6IsTold() {
    assertThat(apply(withMtu(1279)).faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.code()).isEqualTo("MTU");
              assertThat(fault.overlay()).contains("dcos");
              assertThat(fault.reason()).contains("1279", "1280");
            });
  }

  @Test
  void aHostWithoutTheAddressOfTheTunnelIsTold() {
    kernel.addresses.clear();

    HostReport report = apply(Plans.vxlan(1, 2));

    assertThat(report.faults()).extracting(HostFault::code).containsExactly("NO_UNDERLAY");
    assertThat(kernel.routes).hasSize(3); // it may come later
  }

  @Test
  void aDeviceThatWasNotTaggedIsAdopted() {
    kernel.links.add(
        new Link(5, "m-dcos", new LinkKind.Bridge(), 0, 1450, Optional.empty(), 0, ""));
    kernel.settings.put("net/ipv6/conf/m-dcos/disable_ipv6", "1");

    HostReport report = apply(Plans.vxlan(1, 2));

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.link("m-dcos").index()).isEqualTo(5);
    assertThat(kernel.link("m-dcos").alias()).isEqualTo("dcos-net overlay");
    assertThat(kernel.settings).containsEntry("net/ipv6/conf/m-dcos/disable_ipv6", "0");
  }

  @Test
  void aBridgeHasTheMacOfItsGatewayAndKeepsTheOneItHas() {
    apply(Plans.vxlan(1, 2));
    assertThat(kernel.link("m-dcos").mac()).contains(MacAddress.parse("02:dc:c6:33:64:41"));
    kernel.links.replaceAll(
        link ->
            link.name().equals("m-dcos")
                ? new Link(
                    link.index(),
                    link.name(),
                    link.kind(),
                    link.flags(),
                    link.mtu(),
                    Optional.of(Plans.mac(9)),
                    0,
                    link.alias())
                : link);

    assertThat(changes(compare(Plans.vxlan(1, 2)))).isZero();
  }

  @Test
  void settingsThatTheKernelLacksAreTold() {
    Steps steps = new Steps(kernel, false);

    Settings.apply(
        List.of(new Setting("net/ipv6/conf/gone/disable_ipv6", "0", Set.of("six"))),
        new Underlay(List.of(), List.of(), Set.of()),
        kernel,
        steps);

    assertThat(steps.faults())
        .extracting(HostFault::code, HostFault::overlay)
        .containsExactly(tuple("ENOENT", Optional.of("six")));
    assertThat(kernel.asked).isEmpty();
  }

  @Test
  void chainsThatDropLetOurPacketsPass() {
    kernel.chains.add(
        new ForwardChain(
            NftFamily.IP, "filter", "FORWARD", true, Map.of("dcosnet_overlay from 10.0.0.0/8", 7)));
    kernel.chains.add(new ForwardChain(NftFamily.INET, "fw", "forward", false, Map.of()));

    HostReport report = apply(Plans.vxlan(1, 2));

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.asked)
        .contains(
            "nft delete rule ip filter FORWARD handle 7\n",
            "nft insert rule ip filter FORWARD ip saddr 198.51.100.0/24 counter accept"
                + " comment \"dcosnet_overlay from 198.51.100.0/24\"\n"
                + "insert rule ip filter FORWARD ip daddr 198.51.100.0/24 counter accept"
                + " comment \"dcosnet_overlay to 198.51.100.0/24\"\n")
        .noneMatch(tried -> tried.contains("inet fw"));
  }

  @Test
  void everythingGoesInTheEnd() {
    apply(Plans.vxlan(1, 3));
    Work next = new Work(kernel, NetlinkConfig.DEFAULT, new ApplyMetrics(metrics), c -> {});

    HostReport report = next.apply(DesiredState.NOTHING, false, false);

    assertThat(report.faults()).isEmpty();
    assertThat(kernel.links).extracting(link -> link.name()).containsExactly("lo", "eth0");
    assertThat(kernel.addresses).hasSize(1);
    assertThat(kernel.routes).isEmpty();
    assertThat(kernel.rules).isEmpty();
    assertThat(kernel.hops).isEmpty();
    assertThat(kernel.tables).isEmpty();
  }

  @Test
  void aPlanChangesNothingAndSaysAll() {
    KernelCopy copy = new KernelCopy(kernel);
    Pass pass = new Pass(copy, Plans.vxlan(1, 3), NetlinkConfig.DEFAULT, new Filtering(), true);

    Pass.Result unused = pass.run(Optional.empty(), true, Pass.Observer.NOBODY);

    assertThat(kernel.asked).isEmpty();
    apply(Plans.vxlan(1, 3));
    Steps steps = pass.steps();
    assertThat(steps.lines()).filteredOn(line -> line.contains("route replace")).hasSize(6);
    assertThat(steps.lines()).filteredOn(line -> line.contains("nexthop replace")).hasSize(4);
    assertThat(steps.added()).isEqualTo(2 + 4 + 2 + 1 + 2 * 8); // devices, addresses, tables, rule
  }
}
