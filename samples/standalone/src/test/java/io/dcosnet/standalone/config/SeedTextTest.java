// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7:7950", "[2001:db8::7]:1"})
  void readsAddresses(String text) {
    assertThat(SeedText.parse(text))
        .isEqualTo(new SeedText(HostPort.parse(text), null, HostPort.parse(text).port()))
        .hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "seed.example.org, seed.example.org, 7950",
    "Seed.Example.ORG:80, seed.example.org, 80",
    "localhost:65535, localhost, 65535"
  })
  void readsHosts(String text, String name, int port) {
    assertThat(SeedText.parse(text)).isEqualTo(new SeedText(null, name, port));
  }

  @ParameterizedTest
  @CsvSource({"masters, masters:7950", "masters:8000, masters:8000"})
  void readsTheMasters(String text, String shown) {
    SeedText seed = SeedText.parse(text);

    assertThat(seed.isMasters()).isTrue();
    assertThat(seed).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":7950",
        "192.0.2.7",
        "192.0.2.7:0",
        "192.0.2:7950",
        "host:",
        "host:0",
        "host:65536",
        "host:x",
        "a b",
        "2001:db8::7",
        "[2001:db8::7]",
        "a..b"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> SeedText.parse(text))
        .isInstanceOfAny(IllegalArgumentException.class, DecodeException.class);
  }
}
