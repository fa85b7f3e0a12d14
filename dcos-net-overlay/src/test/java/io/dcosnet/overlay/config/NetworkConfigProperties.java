// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Round trips of configurations, and their disjointness against the plain definition. */
class NetworkConfigProperties {

  @Property(edgeCases = EdgeCasesMode.NONE)
  void readingWhatWasWrittenGivesTheSame(@ForAll("configs") NetworkConfig config) {
    NetworkConfig again = NetworkConfig.parse(config.toJson());

    assertThat(again).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(again.toJson()).isEqualTo(config.toJson());
    assertThat(config.toBuilder().build()).isEqualTo(config);
  }

  @Property
  void overlapsAreFoundExactlyWhereTheyAre(@ForAll("subnets") List<Cidr> subnets) {
    NetworkConfig.Builder builder =
        NetworkConfig.builder()
            .vtepSubnet(NetworkConfig.DEFAULT_VTEP_SUBNET)
            .vtepMacOui(NetworkConfig.DEFAULT_VTEP_MAC_OUI);
    for (int i = 0; i < subnets.size(); i++) {
      Cidr subnet = subnets.get(i);
      builder.overlay("n" + i, overlay -> overlay.subnet(subnet, 28));
    }

    List<String> reported =
        builder.validate().problems().stream()
            .filter(problem -> problem.code().equals("SUBNETS_OVERLAP"))
            .map(ConfigProblem::option)
            .toList();

    assertThat(reported).containsExactlyElementsOf(insideOfOthers(subnets));
  }

  /** Each subnet that lies in another one, or equals an earlier one. */
  private static List<String> insideOfOthers(List<Cidr> subnets) {
    List<String> options = new ArrayList<>();
    for (int i = 0; i < subnets.size(); i++) {
      int at = i;
      boolean inside =
          IntStream.range(0, subnets.size())
              .filter(k -> k != at)
              .anyMatch(
                  k ->
                      subnets.get(k).contains(subnets.get(at))
                          && (k < at || !subnets.get(k).equals(subnets.get(at))));
      if (inside) {
        options.add("overlays[" + i + "].subnet");
      }
    }
    return options;
  }

  @Example
  void anotherOptionMakesAnotherConfiguration() {
    NetworkConfig config = NetworkConfig.parse(example());

    assertThat(config.toBuilder().vni(7).build()).isNotEqualTo(config);
    assertThat(config.toBuilder().reuseDelay(Duration.ZERO).build()).isNotEqualTo(config);
    assertThat(config.toBuilder().quorumWait(Duration.ZERO).build()).isNotEqualTo(config);
    assertThat(config.toBuilder().autoReclaimAfter(Duration.ofDays(1)).build())
        .isNotEqualTo(config);
    assertThat(config.toBuilder().withoutOverlay("b").build()).isNotEqualTo(config);
    assertThat(config.toBuilder().vtepName("vtep1024").build()).isEqualTo(config);
  }

  private static String example() {
    return """
        {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:B3:D5:00:00:00","overlays":[
          {"name":"a","subnet":"9.0.0.0/8","prefix":24},
          {"name":"b","subnet":"10.0.0.0/8","prefix":24}]}""";
  }

  @Provide
  Arbitrary<List<Cidr>> subnets() {
    Arbitrary<Cidr> subnet =
        Combinators.combine(
                Arbitraries.integers().between(0, 255), Arbitraries.integers().between(16, 26))
            .as((part, length) -> Cidr.containing(IpAddress.ofIpv4(10 << 24 | part << 12), length));
    return subnet.list().ofMinSize(1).ofMaxSize(12);
  }

  @Provide
  Arbitrary<NetworkConfig> configs() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(0, 63),
            Arbitraries.integers().between(1, 16_777_215),
            Arbitraries.integers().between(1, 65_535),
            Arbitraries.of(Backend.values()),
            Arbitraries.longs().between(0, 100_000_000))
        .as(NetworkConfigProperties::config);
  }

  private static NetworkConfig config(
      int overlays, int flags, int vni, int port, Backend backend, long millis) {
    NetworkConfig.Builder builder =
        NetworkConfig.builder()
            .vtepSubnet(NetworkConfig.DEFAULT_VTEP_SUBNET)
            .vtepMacOui(NetworkConfig.DEFAULT_VTEP_MAC_OUI)
            .vni(vni)
            .vxlanPort(port)
            .backend(backend)
            .reuseDelay(Duration.ofMillis(millis))
            .takeover(Duration.ofSeconds(millis % 1000))
            .quorumWait(Duration.ofMillis(millis % 777))
            .deleteGuard(Duration.ofMinutes(millis % 100));
    if (millis % 3 == 0) {
      builder.autoReclaimAfter(Duration.ofHours(24 + millis % 1000));
    }
    if ((flags & 1) != 0) {
      builder.vtepSubnet6(NetworkConfig.DEFAULT_VTEP_SUBNET6).vtepMtu(1420);
    }
    if ((flags & 2) != 0) {
      builder.vtepName("vx" + vni).reserved(List.of(Cidr.parse("44.128.1.0/24")));
    }
    for (int i = 0; i < overlays; i++) {
      Cidr subnet = Cidr.parse(10 + 2 * i + ".0.0.0/8");
      Cidr subnet6 = Cidr.parse("fd0" + i + "::/32");
      boolean six = (flags & 4) != 0;
      boolean four = !six || (flags & 8) != 0;
      builder.overlay(
          "net" + i,
          overlay -> {
            if (four) {
              overlay.subnet(subnet, 20).reserved(List.of(subnet.piece(24, 1)));
            }
            if (six) {
              overlay.subnet6(subnet6, 64);
            }
            overlay.enabled((flags & 16) != 0);
            if ((flags & 32) != 0) {
              overlay.pools(List.of(new PoolConfig("all", "br-")));
            }
          });
    }
    return builder.build();
  }
}
