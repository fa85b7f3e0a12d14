// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1:53",
    "2001:db8::1, [2001:db8::1]:53",
    "[2001:db8::1]:5353, [2001:db8::1]:5353",
    "192.0.2.1:5353/udp, 192.0.2.1:5353",
    "192.0.2.1/tcp, 192.0.2.1:53/tcp",
    "192.0.2.1/tls#dns.example.org, 192.0.2.1:853/tls#dns.example.org",
    "[2001:db8::1]:8853/tls#dns.example.org, [2001:db8::1]:8853/tls#dns.example.org"
  })
  void isReadAndWritten(String text, String written) {
    assertThat(Upstream.parse(text)).hasToString(written);
    assertThat(Upstream.parse(written)).isEqualTo(Upstream.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dns.example.org",
        "192.0.2.1:",
        "192.0.2.1/tls",
        "192.0.2.1/tls#",
        "192.0.2.1/tcp#dns.example.org",
        "192.0.2.1#dns.example.org",
        "192.0.2.1/quic"
      })
  void refusesWhatIsNoServer(String text) {
    assertThatThrownBy(() -> Upstream.parse(text)).isInstanceOf(DecodeException.class);
  }

  @ParameterizedTest
  @EnumSource
  void policiesAreReadAsTheyAreWritten(Policy policy) {
    assertThat(Policy.tryParse(policy.toString())).contains(policy);
    assertThat(Policy.tryParse(policy.name())).contains(policy);
  }

  @Test
  void anUnknownPolicyIsNone() {
    assertThat(Policy.tryParse("best")).isEmpty();
  }
}
