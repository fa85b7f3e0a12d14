// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {

  @ParameterizedTest
  @CsvSource({
    "tcp, tcp",
    "TCP, tcp",
    "none, none",
    "http, http:/",
    "HTTP:/Health?deep=1, http:/Health?deep=1"
  })
  void readsWhatALabelSays(String text, String canonical) {
    assertThat(Check.read(text)).hasToString(canonical).isEqualTo(Check.read(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "udp", "tcp:/", "http:", "http:health", "http:/a b", "http:/\r\nX: y", "h:/ä"})
  void refusesWhatIsNoCheck(String text) {
    assertThat(Check.read(text)).isNull();
  }

  @Test
  void letsNothingIntoARequestLineThatEndsIt() {
    assertThatThrownBy(() -> Check.http("/ HTTP/1.1\r\n")).hasMessageContaining("printable");
    assertThatThrownBy(() -> Check.http("/" + "a".repeat(Check.MAX_PATH)))
        .isInstanceOf(IllegalArgumentException.class);
    OptionLabel label = requireNonNull(OptionLabel.of("check"));
    assertThat(label.read("http:/A")).isEqualTo("http:/A");
    assertThat(label.set(ServiceOptions.DEFAULTS, "http:/A").check()).isEqualTo(Check.http("/A"));
  }
}
