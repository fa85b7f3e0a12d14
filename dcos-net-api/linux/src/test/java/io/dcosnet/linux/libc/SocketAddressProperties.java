// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Linux;
import io.dcosnet.testkit.Required;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeProperty;

class SocketAddressProperties {

  @BeforeProperty
  void requireLinux() {
    Required.that(Linux.unavailableBecause().isEmpty(), "Linux and JNA");
  }

  @Property
  void readsTheIpv4AddressThatItWrote(@ForAll int bits, @ForAll @IntRange(max = 65535) int port) {
    HostPort written = new HostPort(IpAddress.ofIpv4(bits), port);
    NativeMemory memory = new NativeMemory(64);

    int length = SocketAddress.write(memory, 32, written);

    assertThat(length).isEqualTo(16);
    assertThat(SocketAddress.read(memory, 32)).isEqualTo(written);
    assertThat(SocketAddress.high(memory, 32)).isZero();
    assertThat(SocketAddress.low(memory, 32)).isEqualTo(0xffff_0000_0000L | (bits & 0xffff_ffffL));
    assertThat(SocketAddress.port(memory, 32)).isEqualTo(port);
  }

  @Property
  void readsTheIpv6AddressThatItWrote(
      @ForAll long high, @ForAll long low, @ForAll @IntRange(max = 65535) int port) {
    HostPort written = new HostPort(IpAddress.ofIpv6(high, low), port);
    NativeMemory memory = new NativeMemory(64);

    int length = SocketAddress.write(memory, 0, written);

    assertThat(length).isEqualTo(28);
    assertThat(SocketAddress.read(memory, 0)).isEqualTo(written);
    assertThat(SocketAddress.high(memory, 0)).isEqualTo(high);
    assertThat(SocketAddress.low(memory, 0)).isEqualTo(low);
  }
}
