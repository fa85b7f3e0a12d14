// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FlowsProperties {

  private static final HostPort SERVICE = HostPort.parse("198.51.100.1:53");
  private static final HostPort BACKEND = HostPort.parse("192.0.2.7:8053");

  @Property(tries = 200)
  void everyDeletionNamesOneFlow(
      @ForAll("directions") FlowDirection original, @ForAll int id, @ForAll boolean zoned) {
    Flow flow = new Flow(original, original, id, zoned ? 7 : 0, 30, 0);

    Message message = Flows.delete(flow).message(1);

    Attributes attributes = message.attributes(4);
    assertThat(attributes.has(1)).isTrue(); // else all flows are meant
    assertThat(attributes.get(12).big32()).isEqualTo(id);
    assertThat(attributes.has(18)).isEqualTo(zoned);
    assertThat(Flows.get(original).message(1).attributes(4).nested(1).toString())
        .isEqualTo(attributes.nested(1).toString());
  }

  @Property(tries = 200)
  void filtersComeBackAsTheKernelReadsThem(@ForAll("directions") FlowDirection there) {
    HostPort service = new HostPort(there.destination(), there.destinationPort());
    HostPort backend = new HostPort(there.source(), there.sourcePort());
    FlowFilter filter = FlowFilter.to(there.protocol(), service, backend);

    Flow asked = Flows.read(Flows.list(filter).message(1));

    assertThat(filter.matches(asked)).isTrue();
    assertThat(asked.original().destination()).isEqualTo(service.address());
    assertThat(asked.reply().source()).isEqualTo(backend.address());
  }

  @Example
  void filtersMeanWhatTheyName() {
    Flow flow =
        new Flow(
            FlowDirection.of(17, HostPort.parse("203.0.113.9:4000"), SERVICE),
            FlowDirection.of(17, BACKEND, HostPort.parse("203.0.113.9:4000")),
            1,
            0,
            30,
            0);

    assertThat(FlowFilter.to(17, SERVICE).matches(flow)).isTrue();
    assertThat(FlowFilter.to(17, SERVICE, BACKEND).matches(flow)).isTrue();
    assertThat(FlowFilter.servedBy(17, BACKEND).matches(flow)).isTrue();
    assertThat(FlowFilter.to(6, SERVICE).matches(flow)).isFalse();
    assertThat(FlowFilter.servedBy(17, SERVICE).matches(flow)).isFalse();
    assertThat(FlowFilter.to(17, HostPort.parse("198.51.100.1:54")).matches(flow)).isFalse();
    assertThat(flow.isRedirected()).isTrue();
    assertThat(flow).hasToString("flow udp 203.0.113.9:4000 > 198.51.100.1:53");
    assertThat(FlowFilter.to(17, SERVICE, BACKEND))
        .hasToString("flows of protocol 17 to 198.51.100.1:53 served by 192.0.2.7:8053");
  }

  @Example
  void noFilterMeansAllFlows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FlowFilter(17, Optional.empty(), Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FlowFilter.to(17, SERVICE, HostPort.parse("[2001:db8::1]:53")));
  }

  @Example
  void flowsWithoutAddressesAreRefused() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> Flows.read(new Message(Flows.NEW, 0, 1, 0, new byte[4])));
  }

  @Provide
  Arbitrary<FlowDirection> directions() {
    Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65_535);
    Arbitrary<Integer> protocols = Arbitraries.of(6, 17, 132);
    Arbitrary<IpAddress> ipv4 = Arbitraries.integers().map(IpAddress::ofIpv4);
    Arbitrary<IpAddress> ipv6 =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(IpAddress::ofIpv6);
    return Arbitraries.oneOf(
        Combinators.combine(protocols, ipv4, ports, ipv4, ports).as(FlowDirection::new),
        Combinators.combine(protocols, ipv6, ports, ipv6, ports).as(FlowDirection::new));
  }
}
