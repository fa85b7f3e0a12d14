// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AliasesTest {

  /** As of the key of 32 zero octets. */
  private static final String CLUSTER = "y".repeat(52);

  private final Aliases dcos = Aliases.builder().dcos(CLUSTER).build();

  @ParameterizedTest
  @CsvSource({
    "web.marathon.dclb.thisdcos.directory, web.marathon.l4lb.thisdcos.directory.",
    "web.marathon.dclb.thisdcos.global, web.marathon.l4lb.thisdcos.directory.",
    "DCLB.ThisDcos.Directory, l4lb.thisdcos.directory.",
    "web.marathon.agentip.dcos.thisdcos.global, web.marathon.agentip.dcos.thisdcos.directory.",
    "WEB.marathon.l4lb.thisdcos.global, WEB.marathon.l4lb.thisdcos.directory.",
    "public.thisnode.thisdcos.global, public.thisnode.thisdcos.directory.",
  })
  void knowsThoseOfEveryCluster(String asked, String internal) {
    assertThat(dcos.rewrite(name(asked))).hasToString(internal);
  }

  @Test
  void knowsNamesWithTheIdOfTheCluster() {
    assertThat(dcos.rewrite(name("web.marathon.l4lb." + CLUSTER + ".dcos.directory")))
        .hasToString("web.marathon.l4lb.thisdcos.directory.");
  }

  @Test
  void leavesOtherNamesAlone() {
    String other = "n".repeat(51) + "o";

    assertThat(dcos.rewrite(name("web.marathon.l4lb." + other + ".dcos.directory"))).isNull();
    assertThat(dcos.rewrite(name("web.marathon.l4lb.thisdcos.directory"))).isNull();
    assertThat(dcos.rewrite(name("thisdcos.global"))).isNull();
    assertThat(dcos.rewrite(name(CLUSTER + ".dcos.directory"))).isNull();
    assertThat(dcos.rewrite(name("xdclb.thisdcos.directory"))).isNull();
    assertThat(dcos.rewrite(name("web.notthisdcos.global"))).isNull();
    assertThat(dcos.rewrite(name("global"))).isNull();
    assertThat(dcos.rewrite(name("."))).isNull();
  }

  @Test
  void takesTheFirstThatCovers() {
    Aliases aliases =
        Aliases.of(
            List.of(
                new Alias(name("a.example.org"), name("one"), false),
                new Alias(name("example.org"), name("two"), false)));

    assertThat(aliases.rewrite(name("x.a.example.org"))).hasToString("x.one.");
    assertThat(aliases.rewrite(name("a.example.org"))).hasToString("one.");
    assertThat(aliases.rewrite(name("x.b.example.org"))).hasToString("x.b.two.");
  }

  @Test
  void leadsNowhereWhenTheNameWouldBeTooLong() {
    String label = "x".repeat(63) + ".";
    String longest = label + label + label + "x".repeat(253 - 192 - 16) + ".thisdcos.global";

    assertThat(name(longest).wireLength()).isEqualTo(255);
    assertThat(dcos.rewrite(name(longest))).isNull();
  }

  @Test
  void writesTheIdOfAClusterAsZbase32OfItsKey() {
    byte[] key = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);

    assertThat(Aliases.clusterId(new byte[32])).isEqualTo(CLUSTER);
    assertThat(Aliases.clusterId(key)).hasSize(52);
    assertThat(Aliases.builder().dcos(Aliases.clusterId(key)).build().list()).hasSize(4);
    assertThatThrownBy(() -> Aliases.clusterId(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cluster key: 31 octets (expected: 32)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yyy", "YYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYY"})
  void refusesWhatIsNoIdOfACluster(String id) {
    assertThatThrownBy(() -> Aliases.builder().dcos(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cluster id: \"" + id + "\" (expected: ");
  }

  @Test
  void refusesAnAliasForItself() {
    assertThatThrownBy(() -> new Alias(name("Example.org"), name("example.org"), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: two different names");
  }
}
