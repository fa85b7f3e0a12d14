// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReverseNameTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 1.2.0.192.in-addr.arpa.",
    "0.0.0.0, 0.0.0.0.in-addr.arpa.",
    "203.0.113.255, 255.113.0.203.in-addr.arpa.",
    "2001:db8::af, f.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
    "::1, 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
  })
  void turnsAnAddressRound(String address, String name) {
    assertThat(ReverseName.of(IpAddress.parse(address))).hasToString(name);
  }
}
