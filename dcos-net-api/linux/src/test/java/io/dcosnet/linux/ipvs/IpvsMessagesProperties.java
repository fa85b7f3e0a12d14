// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.generic.GenericFamily;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IpvsMessagesProperties {

  private static final GenericFamily FAMILY = new GenericFamily("IPVS", 35, 1, Map.of());
  private static final IpvsMessages MESSAGES = new IpvsMessages(FAMILY);
  private static final IpvsService.Key WEB =
      new IpvsService.Key(IpvsService.Key.TCP, HostPort.parse("198.51.100.1:80"));

  @Property(tries = 300)
  void servicesComeBackAsTheyWereWritten(@ForAll("services") IpvsService service) {
    Message added = MESSAGES.add(service).message(1);

    assertThat(GenericFamily.command(added)).isEqualTo(1);
    assertThat(IpvsMessages.readService(added)).contains(service);
    assertThat(IpvsMessages.readService(MESSAGES.set(service).message(1))).contains(service);
    assertThat(IpvsMessages.readServiceTraffic(added)).isEqualTo(IpvsTraffic.NONE);
  }

  @Property(tries = 300)
  void destinationsComeBackAsTheyWereWritten(
      @ForAll("services") IpvsService service, @ForAll("destinations") IpvsDestination there) {
    Message added = MESSAGES.add(service.key(), there).message(1);

    assertThat(GenericFamily.command(added)).isEqualTo(5);
    assertThat(IpvsMessages.readDestination(added, true)).isEqualTo(there);
    assertThat(GenericFamily.command(MESSAGES.set(service.key(), there).message(1))).isEqualTo(6);
    assertThat(IpvsMessages.readActive(added)).isZero();
    assertThat(IpvsMessages.readInactive(added)).isZero();
  }

  @Example
  void addressesTakeSixteenOctetsOfWhichIpv4HasTheFirstFour() {
    Attributes service =
        MESSAGES.add(IpvsService.of(WEB, "wlc")).message(1).attributes(4).nested(1);

    assertThat(service.get(1).u16()).isEqualTo(2);
    assertThat(service.get(2).u16()).isEqualTo(6);
    assertThat(service.get(3).octets())
        .containsExactly(198, 51, 100, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(service.get(4).big16()).isEqualTo(80);
    assertThat(service.get(6).text()).isEqualTo("wlc");
    assertThat(service.get(7).length()).isEqualTo(8);
    assertThat(service.get(9).u32()).isEqualTo(-1);
  }

  @Example
  void deletionsNameWhatTheyMeanAndNothingElse() {
    HostPort backend = HostPort.parse("192.0.2.7:8080");
    Message service = MESSAGES.delete(WEB).message(1);
    Message destination = MESSAGES.delete(WEB, backend).message(1);

    assertThat(GenericFamily.command(service)).isEqualTo(3);
    assertThat(service.attributes(4).nested(1).list()).hasSize(4);
    assertThat(GenericFamily.command(destination)).isEqualTo(7);
    assertThat(destination.attributes(4).nested(1).list()).hasSize(4);
    assertThat(destination.attributes(4).nested(2).get(2).big16()).isEqualTo(8080);
    assertThat(MESSAGES.delete(WEB, backend).tried())
        .isEqualTo("delete 192.0.2.7:8080 of IPVS service tcp 198.51.100.1:80");
  }

  @Example
  void servicesByAMarkAreNoneOfTheseServices() {
    Request told = FAMILY.request("tell", "service", 1, 0, w -> w.nested(1, in -> in.u32(5, 7)));

    assertThat(IpvsMessages.readService(told.message(1))).isEmpty();
  }

  @Example
  void countersAreReadWithAll64Bits() {
    Request told =
        FAMILY.request(
            "tell",
            "destination",
            5,
            0,
            w ->
                w.nested(
                    2,
                    in ->
                        in.u32(7, 3)
                            .u32(8, 4)
                            .nested(
                                12,
                                s -> s.u64(1, 5).u64(2, 6).u64(3, 7).u64(4, 1L << 40).u64(5, 9))));

    assertThat(IpvsMessages.readDestinationTraffic(told.message(1)))
        .isEqualTo(new IpvsTraffic(5, 6, 7, 1L << 40, 9));
    assertThat(IpvsMessages.readActive(told.message(1))).isEqualTo(3);
    assertThat(IpvsMessages.readInactive(told.message(1))).isEqualTo(4);
  }

  @Example
  void addressesOfUnknownFamiliesAreRefused() {
    Request told =
        FAMILY.request(
            "tell",
            "service",
            1,
            0,
            w ->
                w.nested(
                    1,
                    in ->
                        in.u16(1, 99)
                            .u16(2, 6)
                            .octets(3, new byte[16])
                            .big16(4, 80)
                            .text(6, "rr")
                            .octets(7, new byte[8])));

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> IpvsMessages.readService(told.message(1)))
        .withMessageContaining("family 99");
  }

  @Provide
  Arbitrary<IpvsService> services() {
    Arbitrary<IpvsService.Key> keys =
        Combinators.combine(Arbitraries.of(6, 17), endpoints()).as(IpvsService.Key::new);
    return Combinators.combine(
            keys,
            Arbitraries.of("wlc", "rr", "wrr", "sh", "mh"),
            Arbitraries.integers().between(0, 0x3f),
            Arbitraries.integers().between(0, 1 << 20))
        .as(IpvsService::new);
  }

  @Provide
  Arbitrary<IpvsDestination> destinations() {
    Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 1 << 20);
    return Combinators.combine(
            endpoints(), Arbitraries.integers().between(0, 4), numbers, numbers, numbers)
        .as(IpvsDestination::new);
  }

  private static Arbitrary<HostPort> endpoints() {
    Arbitrary<IpAddress> ipv6 =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(IpAddress::ofIpv6);
    return Combinators.combine(
            Arbitraries.oneOf(Arbitraries.integers().map(IpAddress::ofIpv4), ipv6),
            Arbitraries.integers().between(0, 65_535))
        .as(HostPort::new);
  }
}
