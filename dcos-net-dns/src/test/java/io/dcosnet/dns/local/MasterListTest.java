// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterListTest {

  @Test
  void readsTheFileOfDcos() {
    assertThat(MasterList.parse("[\"192.0.2.3\", \"192.0.2.1\", \"192.0.2.3\"]\n").addresses())
        .hasToString("[192.0.2.3, 192.0.2.1]");
    assertThat(MasterList.parse("[]").addresses()).isEmpty();
  }

  @Test
  void readsTheClusterStatusOfExhibitor() {
    MasterList list =
        MasterList.parse(
            """
            [{"code": 3, "description": "serving", "hostname": "192.0.2.1", "isLeader": false},
             {"nested": {"hostname": "192.0.2.99"}, "hostname": "2001:db8::2", "more": [1, [2]]}]
            """);

    assertThat(list.addresses()).hasToString("[192.0.2.1, 2001:db8::2]");
    assertThat(list.rejected()).isEmpty();
  }

  @Test
  void leavesOutWhatIsNoAddress() {
    MasterList list =
        MasterList.parse(
            "[\"m1.example.org\", 7, null, [\"192.0.2.5\"], {}, {\"hostname\": 3}, \"192.0.2.1\"]");

    assertThat(list.addresses()).hasToString("[192.0.2.1]");
    assertThat(list.rejected())
        .hasSize(6)
        .first()
        .isEqualTo(
            new Rejection(
                "master", "0", "NO_ADDRESS", "\"m1.example.org\" (expected: an IP address)"));
  }

  @Test
  void keepsWithinBounds() {
    String many =
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"198.51." + i / 200 + "." + i % 200 + "\"")
            .collect(Collectors.joining(",", "[", "]"));

    assertThat(MasterList.parse(many).addresses()).hasSize(MasterList.MAX_MASTERS);
    assertThat(MasterList.parse(many).rejected()).hasSize(MasterList.MAX_MASTERS);
    assertThat(MasterList.parse("[\"" + "x".repeat(5000) + "\"]").rejected().get(0).detail())
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "7", "[", "[\"192.0.2.1\"", "[\"192.0.2.1\",]", "[{]", "nul"})
  void refusesWhatIsNoList(String text) {
    assertThatThrownBy(() -> MasterList.parse(text))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("masters: not ");
  }

  @Test
  void refusesEndlessNesting() {
    assertThatThrownBy(() -> MasterList.parse("[".repeat(10_000)))
        .isInstanceOf(DecodeException.class);
  }
}
