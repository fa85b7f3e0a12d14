// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SocketMessagesProperties {

  /** What names a socket stands four octets earlier in what the kernel tells. */
  private static InetSocket echoed(InetSocket socket) {
    byte[] asked = SocketMessages.destroy(socket).message(1).payload();
    byte[] told = new byte[72];
    told[0] = asked[0];
    told[1] = (byte) socket.state();
    System.arraycopy(asked, 8, told, 4, 48);
    return SocketMessages.read(new Message(SocketMessages.LIST, 0, 1, 0, told), asked[1]);
  }

  @Property(tries = 200)
  void aSocketIsNamedAsTheKernelNamedIt(
      @ForAll("ends") HostPort local, @ForAll("ends") HostPort remote, @ForAll long cookie) {
    boolean ipv6 = local.address().isIpv6() || remote.address().isIpv6();
    InetSocket socket = new InetSocket(ipv6, 6, 1, local, remote, 3, cookie, Map.of());
    assertThat(echoed(socket)).isEqualTo(socket);
    if (!ipv6) {
      InetSocket dual = new InetSocket(true, 17, 1, local, remote, 0, cookie, Map.of());
      assertThat(echoed(dual)).isEqualTo(dual);
    }
  }

  @Example
  void filtersAskForOneRemoteEnd() {
    HostPort remote = HostPort.parse("192.0.2.1:80");
    SocketQuery query = SocketQuery.of(false, 6, SocketQuery.OPEN).to(remote);
    byte[] payload = SocketMessages.list(query).message(1).payload();
    assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(payload, 56, payload.length)))
        .isEqualTo("1400" + "0100" + "08" + "10" + "1400" + "02200000" + "50000000" + "c0000201");
    byte[] two =
        SocketMessages.list(query.toAnyOf(Set.of(remote, HostPort.parse("192.0.2.1:81"))))
            .message(1)
            .payload();
    assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(two, 56, two.length)))
        .as("a jump to the end between them")
        .isEqualTo(
            "2800"
                + "0100"
                + ("08" + "10" + "1400" + "02200000" + "50000000" + "c0000201")
                + ("01" + "04" + "1400")
                + ("08" + "10" + "1400" + "02200000" + "51000000" + "c0000201"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> query.to(HostPort.parse("[2001:db8::1]:80")));
  }

  @Example
  void valuesOfMapsAreReadByTheirNumber() {
    PayloadWriter writer = new PayloadWriter().u8(2).u8(1).zeros(70);
    writer.nested(
        20,
        all -> {
          all.nested(1, storage -> storage.u32(2, 7).octets(3, new byte[] {1, 2, 3, 4}));
          all.nested(1, storage -> storage.u32(2, 8));
        });
    InetSocket socket =
        SocketMessages.read(new Message(SocketMessages.LIST, 0, 1, 0, writer.toBytes()), 6);
    assertThat(socket.storages()).containsOnlyKeys(7);
    assertThat(socket.storages().get(7)).containsExactly(1, 2, 3, 4);
  }

  @Example
  void otherFamiliesAreRefused() {
    byte[] octets = new byte[72];
    octets[0] = 1;
    for (byte[] wrong : List.of(octets, new byte[71], new byte[0])) {
      assertThatExceptionOfType(DecodeException.class)
          .isThrownBy(
              () -> SocketMessages.read(new Message(SocketMessages.LIST, 0, 1, 0, wrong), 6));
    }
  }

  @Provide
  Arbitrary<HostPort> ends() {
    Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65_535);
    Arbitrary<IpAddress> ipv4 = Arbitraries.integers().map(IpAddress::ofIpv4);
    Arbitrary<IpAddress> ipv6 =
        Combinators.combine(Arbitraries.longs().filter(high -> high != 0), Arbitraries.longs())
            .as(IpAddress::ofIpv6);
    return Combinators.combine(Arbitraries.oneOf(ipv4, ipv6), ports).as(HostPort::new);
  }
}
