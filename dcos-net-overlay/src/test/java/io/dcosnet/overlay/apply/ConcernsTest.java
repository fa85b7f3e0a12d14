// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.ForwardingEntries;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.Neighbours;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.NextHops;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.linux.route.Rules;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which news of the kernel call for a comparison; what we do ourselves never does. */
class ConcernsTest {

  private static final int NETFILTER = 10 << 8;

  private final TestKernel kernel = TestKernel.onUnderlay(1500);
  private final List<Concerns> told = new ArrayList<>();
  private Concerns concerns;
  private int tunnel;

  @BeforeEach
  void apply() {
    Work work =
        new Work(
            kernel, NetlinkConfig.DEFAULT, new ApplyMetrics(new RecordingMetrics()), told::add);
    HostReport unused = work.apply(Plans.vxlan(1, 3), true, true);
    concerns = told.get(0);
    tunnel = kernel.link("vtep1024").index();
  }

  private boolean isNews(Request request) {
    return concerns.test(request.message(1));
  }

  @Test
  void whatWeMadeIsNoNews() {
    kernel.routes.values().forEach(route -> assertThat(isNews(Routes.replace(route))).isFalse());
    kernel.hops.values().forEach(hop -> assertThat(isNews(NextHops.replace(hop))).isFalse());
    kernel
        .neighbours
        .values()
        .forEach(neighbour -> assertThat(isNews(Neighbours.replace(neighbour))).isFalse());
    kernel
        .forwarding
        .values()
        .forEach(entry -> assertThat(isNews(ForwardingEntries.replace(entry))).isFalse());
    kernel.rules.forEach(rule -> assertThat(isNews(Rules.add(rule))).isFalse());
    kernel.addresses.stream()
        .filter(address -> address.link() > 2)
        .forEach(address -> assertThat(isNews(Addresses.add(address))).isFalse());
  }

  @Test
  void thatSomethingWantedIsGoneIsNews() {
    kernel.routes.values().forEach(route -> assertThat(isNews(Routes.delete(route))).isTrue());
    kernel.hops.values().forEach(hop -> assertThat(isNews(NextHops.delete(hop))).isTrue());
    kernel
        .neighbours
        .values()
        .forEach(neighbour -> assertThat(isNews(Neighbours.delete(neighbour))).isTrue());
    kernel
        .forwarding
        .values()
        .forEach(entry -> assertThat(isNews(ForwardingEntries.delete(entry))).isTrue());
    kernel.rules.forEach(rule -> assertThat(isNews(Rules.delete(rule))).isTrue());
    kernel.addresses.stream()
        .filter(address -> address.link() > 2)
        .forEach(address -> assertThat(isNews(Addresses.delete(address))).isTrue());
  }

  @Test
  void thatSomethingWantedIsOtherwiseIsNews() {
    IpAddress elsewhere = IpAddress.parse("192.0.2.77");
    assertThat(isNews(Routes.replace(Route.via(Plans.subnet(2), elsewhere, 2)))).isTrue();
    assertThat(isNews(NextHops.replace(NextHop.via(230_686_720, elsewhere, 2)))).isTrue();
    assertThat(
            isNews(
                Neighbours.replace(
                    Neighbour.permanent(tunnel, Plans.vtep(2), new MacAddress(0x02_99)))))
        .isTrue();
    assertThat(
            isNews(ForwardingEntries.replace(ForwardingEntry.of(tunnel, Plans.mac(2), elsewhere))))
        .isTrue();
  }

  @Test
  void whatIsOursAndNotWantedIsNews() {
    assertThat(
            isNews(Routes.add(Route.through(Plans.subnet(2), 2).withTable(42).withProtocol(201))))
        .isTrue();
    assertThat(isNews(Rules.add(Rule.from(Plans.SPACE, 42, 7).withProtocol(201)))).isTrue();
    assertThat(
            isNews(
                NextHops.replace(
                    NextHop.via(9, IpAddress.parse("192.0.2.77"), 2).withProtocol(201))))
        .isTrue();
    assertThat(
            isNews(
                ForwardingEntries.replace(
                    ForwardingEntry.of(tunnel, new MacAddress(0), Plans.ip(9)))))
        .isTrue();
  }

  @Test
  void whatOthersDoElsewhereIsNoNews() {
    Route other = Route.via(Plans.subnet(2), IpAddress.parse("192.0.2.77"), 2);
    assertThat(isNews(Routes.add(other.withTable(7)))).isFalse();
    assertThat(isNews(Routes.add(other.withMetric(9)))).isFalse();
    assertThat(isNews(NextHops.replace(NextHop.via(7, IpAddress.parse("192.0.2.77"), 2))))
        .isFalse();
    assertThat(isNews(Neighbours.replace(Neighbour.permanent(2, Plans.vtep(2), Plans.mac(9)))))
        .isFalse();
    assertThat(isNews(ForwardingEntries.replace(ForwardingEntry.of(2, Plans.mac(2), Plans.ip(9)))))
        .isFalse();
    assertThat(isNews(Addresses.add(Address.of(2, IpAddress.parse("203.0.113.9"), 32)))).isFalse();
    assertThat(isNews(Rules.add(Rule.from(Plans.SPACE, 43, 7)))).isFalse();
  }

  @Test
  void devicesAreNewsWhenTheyAreNotAsTheyWere() {
    Link made = kernel.link("vtep1024");
    assertThat(concerns.test(link(made, made.flags(), made.mtu(), Links.NEW))).isFalse();
    assertThat(concerns.test(link(made, 0, made.mtu(), Links.NEW))).isTrue();
    assertThat(concerns.test(link(made, made.flags(), 1300, Links.NEW))).isTrue();
    assertThat(concerns.test(link(made, made.flags(), made.mtu(), Links.DELETED))).isTrue();
    Link underlay = kernel.link("eth0");
    assertThat(concerns.test(link(underlay, underlay.flags(), 1500, Links.NEW))).isFalse();
    assertThat(concerns.test(link(underlay, underlay.flags(), 1400, Links.NEW))).isTrue();
    Link other = kernel.link("lo");
    assertThat(concerns.test(link(other, 0, 99, Links.DELETED))).isFalse();
  }

  /** As the kernel tells of a link: a request to make one, but with its number. */
  private static Message link(Link link, int flags, int mtu, int type) {
    NewLink wanted = NewLink.of(link.name(), link.kind()).withMtu(mtu);
    NewLink full = link.mac().map(wanted::withMac).orElse(wanted);
    byte[] made = Links.add(full).message(1).payload();
    byte[] head = new PayloadWriter().u32(0).u32(link.index()).u32(flags).u32(0).toBytes();
    System.arraycopy(head, 0, made, 0, head.length);
    byte[] alias = new PayloadWriter().text(20, link.alias()).toBytes();
    byte[] payload = Arrays.copyOf(made, made.length + alias.length);
    System.arraycopy(alias, 0, payload, made.length, alias.length);
    return new Message(type, 0, 1, 0, payload);
  }

  @Test
  void aDeviceThatLostItsTagOrItsNameIsNews() {
    Link made = kernel.link("vtep1024");
    Link untagged = called(made, made.name(), "");
    Link renamed = called(made, "other", made.alias());

    assertThat(concerns.test(link(untagged, made.flags(), made.mtu(), Links.NEW))).isTrue();
    assertThat(concerns.test(link(renamed, made.flags(), made.mtu(), Links.NEW))).isTrue();
  }

  private static Link called(Link link, String name, String alias) {
    return new Link(
        link.index(), name, link.kind(), link.flags(), link.mtu(), link.mac(), 0, alias);
  }

  @Test
  void withPlainRoutesOnlyTheWaysToOthersAreNews() {
    Link container = TestKernel.link(77, "veth77", new LinkKind.Other("veth"), 1500);
    Link underlay = kernel.link("eth0");
    TestKernel plain = TestKernel.onUnderlay(1500);
    Work work =
        new Work(plain, NetlinkConfig.DEFAULT, new ApplyMetrics(new RecordingMetrics()), told::add);
    HostReport unused = work.apply(Plans.direct(1, 3), true, true);
    concerns = told.get(told.size() - 1);

    assertThat(concerns.test(link(container, container.flags(), 1500, Links.NEW))).isFalse();
    assertThat(concerns.test(link(container, 0, 1500, Links.DELETED))).isFalse();
    assertThat(concerns.test(link(underlay, 0, 1500, Links.NEW))).isTrue();
    assertThat(concerns.test(link(underlay, underlay.flags(), 1500, Links.NEW))).isFalse();
    assertThat(isNews(Addresses.add(Address.of(77, IpAddress.parse("203.0.113.9"), 24)))).isFalse();
    assertThat(isNews(Addresses.add(Address.of(77, Plans.ip(9), 24)))).isTrue();
    assertThat(isNews(Addresses.delete(Address.of(2, Plans.ip(1), 24)))).isTrue();
  }

  @Test
  void settingsThatAreSwitchedOffAreNews() {
    assertThat(concerns.test(setting(-1, 2, 0))).isTrue();
    assertThat(concerns.test(setting(-1, 2, 1))).isFalse();
    assertThat(concerns.test(setting(tunnel, 3, 1))).isTrue();
    assertThat(concerns.test(setting(tunnel, 3, 2))).isFalse();
    assertThat(concerns.test(setting(7, 2, 0))).isFalse(); // as of each new container
    assertThat(concerns.test(setting(7, 3, 0))).isFalse();
  }

  /** As the kernel tells of one: of a link, -1 for all. */
  private static Message setting(int link, int which, int value) {
    return Request.of("tell", "of a setting", 80, 0, w -> w.u32(2).u32(1, link).u32(which, value))
        .message(1);
  }

  @Test
  void theAddressOfTheUnderlayIsNews() {
    assertThat(isNews(Addresses.delete(Address.of(2, Plans.ip(1), 24)))).isTrue();
    assertThat(isNews(Addresses.add(Address.of(2, Plans.ip(1), 24)))).isTrue();
  }

  @Test
  void whatCannotBeReadIsNews() {
    assertThat(concerns.test(new Message(Routes.NEW, 0, 1, 0, new byte[] {2, 0, 0}))).isTrue();
    assertThat(concerns.test(new Message(4711, 0, 1, 0, new byte[0]))).isFalse();
  }

  @Test
  void filtersAreNewsWhereTheyAreOursOrMayDrop() {
    assertThat(concerns.testFilter(filter(6, named("dcosnet_overlay")))).isTrue();
    assertThat(concerns.testFilter(filter(2, named("dcosnet_overlay")))).isTrue();
    assertThat(concerns.testFilter(filter(12, named("dcosnet_lb")))).isFalse();
    assertThat(concerns.testFilter(filter(3, named("filter")))).isFalse();
    assertThat(concerns.testFilter(filter(3, w -> w.text(1, "filter").nested(4, n -> n.u32(1, 2)))))
        .isTrue();
    assertThat(concerns.testFilter(filter(8, named("filter")))).isFalse();
    assertThat(concerns.testFilter(filter(15, w -> w.big32(1, 7)))).isFalse();
    assertThat(concerns.testFilter(new Message(16, 0, 1, 0, new byte[4]))).isFalse();
  }

  private static Consumer<PayloadWriter> named(String table) {
    return writer -> writer.text(1, table);
  }

  private static Message filter(int type, Consumer<PayloadWriter> attributes) {
    return Request.of(
            "tell",
            "of netfilter",
            NETFILTER | type,
            0,
            writer -> {
              writer.u32(0);
              attributes.accept(writer);
            })
        .message(1);
  }
}
