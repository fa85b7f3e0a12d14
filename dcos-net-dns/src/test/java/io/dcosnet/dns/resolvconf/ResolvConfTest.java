// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResolvConfTest {

  private static final List<HostPort> UPSTREAMS =
      List.of("192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:5353", "[2001:db8::4]:53", "192.0.2.5:53")
          .stream()
          .map(HostPort::parse)
          .toList();

  private final Random random = new Random(7);

  private String render(List<String> search, String... live) {
    List<IpAddress> addresses = Arrays.stream(live).map(IpAddress::parse).toList();
    return ResolvConf.render(addresses, search, UPSTREAMS, ResolvConf.DEFAULT_OPTIONS, random);
  }

  private static List<String> servers(String text) {
    return text.lines().filter(line -> line.startsWith("nameserver ")).toList();
  }

  @Test
  void namesTheServersThatAreLive() {
    String text = render(List.of("example.org", "example.net"), "198.51.100.1", "198.51.100.3");

    assertThat(text)
        .startsWith("# Written by dcos-net")
        .endsWith(
            """

            options timeout:1
            options attempts:3

            search example.org example.net
            nameserver 198.51.100.1
            nameserver 198.51.100.3
            """);
  }

  @Test
  void leavesTheSearchOutWhenThereIsNone() {
    assertThat(render(List.of(), "198.51.100.1")).doesNotContain("search");
  }

  @Test
  void namesThreeUpstreamsByChanceWhenNoneIsLive() {
    Set<List<String>> orders = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      List<String> servers = servers(render(List.of()));
      assertThat(servers).hasSize(3).doesNotHaveDuplicates().doesNotContain("nameserver 192.0.2.3");
      orders.add(servers);
    }

    assertThat(orders).as("orders of three out of four").hasSize(24);
    assertThat(orders).anyMatch(order -> order.contains("nameserver 2001:db8::4"));
  }

  @Test
  void tellsAllProblemsAtOnce() {
    List<String> search = List.of("a", "b", "c", "d", "e", "f", "g,h", "i\nnameserver 192.0.2.66");

    assertThatThrownBy(
            () ->
                ResolvConf.render(
                    List.of(), search, UPSTREAMS, List.of("rotate", "timeout: 1"), random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("8 domains", "g,h", "i?nameserver?192.0.2.66", "timeout:?1");
    assertThatThrownBy(() -> render(List.of("a".repeat(256))))
        .hasMessageContaining("255 characters");
    assertThat(render(List.of("a".repeat(255)))).contains("search aaa");
  }
}
