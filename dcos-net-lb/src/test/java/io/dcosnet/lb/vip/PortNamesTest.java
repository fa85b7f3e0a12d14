// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortNamesTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);

  private final PortNames names = new PortNames();

  @ParameterizedTest
  @CsvSource({"http, http", "HTTP_Admin, http-admin", "my api, myapi", "p2, p2"})
  void makesLabelsOfNames(String written, String label) {
    assertThat(PortNames.canonical(written)).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "default", "8080", "ü", "---"})
  void leavesOutWhatIsNoNameOrReadsAsANumber(String written) {
    assertThat(PortNames.canonical(written)).isNull();
  }

  @Test
  void leavesRoomForTheUnderscore() {
    assertThat(PortNames.canonical("p".repeat(62))).hasSize(62);
    assertThat(PortNames.canonical("p".repeat(63))).isNull();
  }

  @Test
  void unitesTheNamesOfAllBackEnds() {
    names.take(WEB, List.of(called("web"), called("http"), called("web"), called(null)));
    assertThat(names.of(WEB)).containsExactly("http", "web");
    names.take(WEB, List.of());
    assertThat(names.of(WEB)).isEmpty();
  }

  @Test
  void takesNothingFromOtherNodesThatDnsCannotHaveAndNotTooMany() {
    names.take(WEB, List.of(called("HTTP"), called("a.b"), called("80"), called("x\n")));
    assertThat(names.of(WEB)).isEmpty();
    List<Candidate> many = IntStream.range(0, 20).mapToObj(i -> called("n" + (50 - i))).toList();
    names.take(WEB, many);
    assertThat(names.of(WEB)).hasSize(PortNames.MAX_NAMES).startsWith("n31").endsWith("n38");
  }

  private static Candidate called(@Nullable String name) {
    HostPort place = HostPort.parse("10.0.0.1:31000");
    TreeMap<String, String> attributes = new TreeMap<>();
    if (name != null) {
      attributes.put(PortNames.ATTRIBUTE, name);
    }
    Backend backend = new Backend(place, place.address(), 1, Backend.State.UP);
    return new Candidate(backend, Reach.REACHED, 1, "", attributes);
  }
}
