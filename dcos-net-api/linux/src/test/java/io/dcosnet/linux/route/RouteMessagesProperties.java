// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.LinkKind.Bridge;
import io.dcosnet.linux.route.LinkKind.Checksums;
import io.dcosnet.linux.route.LinkKind.Dummy;
import io.dcosnet.linux.route.LinkKind.Other;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What we ask and what the kernel tells have one format, so each is read as it was written. */
class RouteMessagesProperties {

  @Property(tries = 200)
  void addressesComeBack(
      @ForAll("addresses") IpAddress address,
      @ForAll @IntRange(min = 1) int link,
      @ForAll @IntRange(max = 32) int length,
      @ForAll @IntRange(max = 0xffff) int flags,
      @ForAll @IntRange(max = 255) int protocol) {
    Address written = new Address(link, address, length, Address.HOST, flags, protocol);

    assertThat(Addresses.read(sent(Addresses.add(written)))).isEqualTo(written);
    assertThat(Addresses.read(sent(Addresses.delete(written))).isSameAs(written)).isTrue();
  }

  @Property(tries = 200)
  void routesComeBack(
      @ForAll("prefixes") Cidr destination,
      @ForAll int table,
      @ForAll @IntRange(max = 255) int small,
      @ForAll int number,
      @ForAll boolean some) {
    IpAddress other = destination.last();
    Route written =
        new Route(
            destination,
            table,
            small,
            255 - small,
            small,
            number & 0xff,
            some ? Optional.of(other) : Optional.empty(),
            some ? Optional.empty() : Optional.of(other),
            number,
            some ? number : 0,
            some ? Route.ON_LINK : 0);

    assertThat(Routes.read(sent(Routes.add(written)))).isEqualTo(written);
    assertThat(Routes.read(sent(Routes.replace(written)))).isEqualTo(written);
    assertThat(Routes.read(sent(Routes.delete(written)))).isEqualTo(written);
    assertThat(Routes.isReadable(sent(Routes.add(written)))).isTrue();
  }

  @Property(tries = 200)
  void rulesComeBack(
      @ForAll("prefixes") Cidr prefix,
      @ForAll int table,
      @ForAll int priority,
      @ForAll int mark,
      @ForAll @IntRange(max = 255) int protocol) {
    Rule from = Rule.from(prefix, table, priority).withProtocol(protocol);
    Rule to = Rule.to(prefix, table, priority).withMark(mark, mark | 1);

    assertThat(Rules.read(sent(Rules.add(from)))).isEqualTo(from);
    assertThat(Rules.read(sent(Rules.delete(to)))).isEqualTo(to);
    assertThat(Rules.isReadable(sent(Rules.add(to)))).isTrue();
  }

  @Property(tries = 200)
  void neighboursComeBack(
      @ForAll("addresses") IpAddress address,
      @ForAll @LongRange(max = (1L << 48) - 1) long mac,
      @ForAll int link,
      @ForAll @IntRange(max = 255) int protocol) {
    Neighbour written =
        Neighbour.permanent(link, address, new MacAddress(mac)).withProtocol(protocol);

    assertThat(Neighbours.read(sent(Neighbours.replace(written)))).isEqualTo(written);
    assertThat(Neighbours.read(sent(Neighbours.delete(written))).address()).isEqualTo(address);
    assertThat(Neighbours.isReadable(sent(Neighbours.replace(written)))).isTrue();
  }

  @Property(tries = 200)
  void forwardingEntriesComeBack(
      @ForAll("addresses") IpAddress host,
      @ForAll @LongRange(max = (1L << 48) - 1) long mac,
      @ForAll int link,
      @ForAll @IntRange(max = 0xffff) int port,
      @ForAll @IntRange(max = 0xff_ffff) int network) {
    ForwardingEntry written =
        ForwardingEntry.of(link, new MacAddress(mac), host).withPort(port).withNetwork(network);

    assertThat(ForwardingEntries.read(sent(ForwardingEntries.replace(written)))).isEqualTo(written);
    assertThat(ForwardingEntries.read(sent(ForwardingEntries.delete(written)))).isEqualTo(written);
    assertThat(ForwardingEntries.isReadable(sent(ForwardingEntries.replace(written)))).isTrue();
    assertThat(Neighbours.isReadable(sent(ForwardingEntries.replace(written)))).isFalse();
  }

  @Property(tries = 200)
  void neighboursAreNotTakenForForwarding(
      @ForAll("addresses") IpAddress address, @ForAll @LongRange(max = (1L << 48) - 1) long mac) {
    Neighbour neighbour = Neighbour.permanent(3, address, new MacAddress(mac));

    assertThat(ForwardingEntries.isReadable(sent(Neighbours.replace(neighbour)))).isFalse();
  }

  @Property(tries = 200)
  void nextHopsComeBack(
      @ForAll("addresses") IpAddress gateway,
      @ForAll int id,
      @ForAll @IntRange(min = 1) int link,
      @ForAll @IntRange(max = 255) int protocol,
      @ForAll boolean onLink) {
    NextHop written =
        NextHop.via(id, gateway, link).withProtocol(protocol).withFlags(onLink ? Route.ON_LINK : 0);

    assertThat(NextHops.read(sent(NextHops.replace(written)))).isEqualTo(written);
    assertThat(NextHops.read(sent(NextHops.add(written)))).isEqualTo(written);
    assertThat(NextHops.read(sent(NextHops.delete(written))).id()).isEqualTo(id);
  }

  @Property(tries = 200)
  void routesByNextHopsNameNothingBesides(
      @ForAll("prefixes") Cidr destination, @ForAll @IntRange(min = 1) int hop) {
    Route told = Route.via(destination, destination.last(), 7).withNextHop(hop);

    assertThat(told).isEqualTo(Route.by(destination, hop));
    assertThat(Routes.read(sent(Routes.replace(told)))).isEqualTo(told);
    assertThat(sent(Routes.replace(told)).attributes(12).list())
        .extracting(attribute -> attribute.type())
        .doesNotContain(4, 5); // with which the kernel would refuse it
  }

  @Property(tries = 200)
  void linksComeBack(
      @ForAll("kinds") LinkKind kind,
      @ForAll @LongRange(max = (1L << 48) - 1) long mac,
      @ForAll @IntRange(min = 1) int mtu,
      @ForAll int master) {
    NewLink wanted =
        NewLink.of("eth0.7", kind)
            .withMac(new MacAddress(mac))
            .withMtu(mtu)
            .withMaster(master)
            .thatIsUp();

    Link told = Links.read(sent(Links.add(wanted)));

    assertThat(told)
        .isEqualTo(
            new Link(
                0, "eth0.7", kind, Link.UP, mtu, Optional.of(new MacAddress(mac)), master, ""));
    assertThat(told.isUp()).isTrue();
  }

  @Example
  void theOtherEndOfAWireStandsWithin() {
    NewLink peer = NewLink.of("eth0", new Other("")).withMtu(1450).thatIsUp();

    Message message = sent(Links.add(NewLink.of("veth7", Veth.to(peer, 42))));

    var inside = message.attributes(16).nested(18).nested(2).get(1).nested(16);
    assertThat(inside.get(3).text()).isEqualTo("eth0");
    assertThat(inside.get(4).u32()).isEqualTo(1450);
    assertThat(inside.get(28).u32()).isEqualTo(42);
    assertThat(Links.read(message).kind()).isEqualTo(new Veth(Optional.empty()));
  }

  private static Message sent(Request request) {
    return request.message(1);
  }

  @Provide
  Arbitrary<IpAddress> addresses() {
    return Arbitraries.oneOf(
        Arbitraries.integers().map(IpAddress::ofIpv4),
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(IpAddress::ofIpv6));
  }

  @Provide
  Arbitrary<Cidr> prefixes() {
    return addresses()
        .flatMap(
            address ->
                Arbitraries.integers()
                    .between(0, address.bitLength())
                    .map(length -> Cidr.containing(address, length)));
  }

  @Provide
  Arbitrary<LinkKind> kinds() {
    Arbitrary<LinkKind> vxlan =
        Combinators.combine(
                Arbitraries.integers().between(0, (1 << 24) - 1),
                addresses().optional(),
                Arbitraries.integers().between(0, 65_535),
                Arbitraries.of(true, false),
                Arbitraries.integers().between(0, 1000))
            .as(Vxlan::new);
    Arbitrary<LinkKind> special =
        Combinators.combine(
                addresses(),
                Arbitraries.integers().between(0, 255),
                Arbitraries.integers().between(0, 255),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false))
            .as(
                (local, ttl, tos, first, second, third) ->
                    new Vxlan(
                        7,
                        Optional.of(local),
                        4789,
                        false,
                        3,
                        ttl,
                        tos,
                        new Checksums(first, second, third)));
    return Arbitraries.oneOf(
        Arbitraries.of(new Dummy(), new Bridge(), new Other("wireguard")), vxlan, special);
  }
}
