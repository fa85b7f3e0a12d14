// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:53", "0.0.0.0:0", "[2001:db8::1]:65535", "[::]:1"})
  void readsWhatItWrites(String text) {
    assertThat(HostPort.parse(text)).hasToString(text);
    assertThat(HostPort.of(HostPort.parse(text).toSocketAddress())).isEqualTo(HostPort.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":53",
        "192.0.2.1",
        "192.0.2.1:",
        "192.0.2.1:65536",
        "192.0.2.1:-1",
        "192.0.2.1:053",
        "192.0.2.1:+53",
        "192.0.2.1:53 ",
        "192.0.2.1:99999999999",
        "[192.0.2.1]:53",
        "::1:53",
        "[::1]",
        "[::1]53",
        "[]:53",
        "[[::1]]:53",
        "example.org:53"
      })
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(DecodeException.class);
  }

  @Test
  void refusesWhatCannotBeAnEndpoint() {
    IpAddress address = IpAddress.parse("192.0.2.1");

    assertThatThrownBy(() -> new HostPort(address, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HostPort(address, 65536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostPort.of(InetSocketAddress.createUnresolved("example.org", 53)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sortsByAddressThenByPort() {
    assertThat(
            List.of(
                HostPort.parse("9.0.0.1:80"),
                HostPort.parse("10.0.0.1:2"),
                HostPort.parse("10.0.0.1:10"),
                HostPort.parse("[::1]:1")))
        .isSorted();
  }
}
