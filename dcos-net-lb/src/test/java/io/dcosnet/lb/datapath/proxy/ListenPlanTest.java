// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListenPlanTest {

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final ListenPlan plan = plan("127.64.0.0/16");

  @Test
  void mapsTheOffsetOfAVipIntoTheListenRange() {
    assertThat(plan(0, "tcp 11.127.55.81:8080"))
        .containsEntry("tcp 11.127.55.81:8080", "127.64.55.81:8080");
  }

  @Test
  void raisesPortsThatNeedPrivileges() {
    assertThat(plan(0, "tcp 11.0.0.1:80", "tcp 11.0.0.1:1023", "tcp 11.0.0.1:1024"))
        .containsEntry("tcp 11.0.0.1:80", "127.64.0.1:10080")
        .containsEntry("tcp 11.0.0.1:1023", "127.64.0.1:11023")
        .containsEntry("tcp 11.0.0.1:1024", "127.64.0.1:1024");
  }

  @Test
  void raisesAPortFurtherWhereItsPlaceIsTaken() {
    Map<String, String> expected =
        Map.of(
            "tcp 11.0.0.1:80", "127.64.0.1:20080",
            "tcp 11.0.0.1:10080", "127.64.0.1:10080",
            "udp 11.0.0.1:80", "127.64.0.1:10080");
    assertThat(plan(0, "tcp 11.0.0.1:80", "tcp 11.0.0.1:10080", "udp 11.0.0.1:80"))
        .isEqualTo(expected);
  }

  @Test
  void givesTheLaterOfTwoVipsThatFallTogetherTheNextAddressAndMovesNeither() {
    plan(0, "tcp 11.2.0.5:8080");
    Map<String, String> both =
        plan(1, "tcp 11.1.0.5:8080", "tcp 11.2.0.5:8080", "tcp 11.3.0.6:8080");
    assertThat(both)
        .containsEntry("tcp 11.2.0.5:8080", "127.64.0.5:8080")
        .containsEntry("tcp 11.1.0.5:8080", "127.64.0.6:8080")
        .containsEntry("tcp 11.3.0.6:8080", "127.64.0.7:8080");
    assertThat(plan(2, "tcp 11.1.0.5:8080")).containsEntry("tcp 11.1.0.5:8080", "127.64.0.6:8080");
  }

  @Test
  void keepsThePlaceOfAVipThatComesBackSoon() {
    plan(0, "tcp 11.1.0.5:8080");
    plan(1);
    assertThat(plan(2, "tcp 11.2.0.5:8080")).containsEntry("tcp 11.2.0.5:8080", "127.64.0.6:8080");
    plan(3);
    assertThat(plan(HOUR, "tcp 11.3.0.5:8080"))
        .containsEntry("tcp 11.3.0.5:8080", "127.64.0.7:8080");
    plan(HOUR + 1);
    assertThat(plan(3 * HOUR, "tcp 11.4.0.5:8080"))
        .containsEntry("tcp 11.4.0.5:8080", "127.64.0.5:8080");
  }

  @Test
  void letsAVipInsideTheListenRangeStandForItself() {
    plan(0, "tcp 11.0.0.1:8080");
    assertThat(plan(1, "tcp 11.0.0.1:8080", "tcp 127.64.0.1:9090", "tcp 127.64.0.1:80"))
        .containsEntry("tcp 127.64.0.1:9090", "127.64.0.1:9090")
        .containsEntry("tcp 127.64.0.1:80", "127.64.0.1:10080")
        .containsEntry("tcp 11.0.0.1:8080", "127.64.0.2:8080");
  }

  @Test
  void mapsAddressVipsOutsideTheRangeOfNamesByTheirLastBits() {
    assertThat(plan(0, "tcp 10.1.7.9:8080")).containsEntry("tcp 10.1.7.9:8080", "127.64.7.9:8080");
  }

  @Test
  void leavesIpv6OutAndSaysWhy() {
    Frontend ipv6 = frontend("tcp [fd01:c::5]:80");
    assertThat(plan.plan(List.of(ipv6), 0)).isEmpty();
    assertThat(plan.lack(ipv6)).contains("no IPv6");
  }

  @Test
  void leavesOutWhatExceedsTheRangeAndServesTheRest() {
    ListenPlan small = plan("127.64.0.0/30");
    List<Frontend> six = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      six.add(frontend("tcp 11.0.0." + i + ":8080"));
    }
    Map<Frontend, HostPort> places = small.plan(six, 0);
    assertThat(places).hasSize(4);
    Frontend missing = six.stream().filter(f -> !places.containsKey(f)).findFirst().orElseThrow();
    assertThat(small.lack(missing)).contains("full");
  }

  @Test
  void listensOnTheVipsThemselvesWithoutAListenRange() {
    ListenPlan itself = new ListenPlan(ProxyConfig.defaults());
    Map<Frontend, HostPort> places =
        itself.plan(List.of(frontend("tcp 11.0.0.1:80"), frontend("tcp [fd01:c::5]:80")), 0);
    assertThat(places).allSatisfy((f, place) -> assertThat(place).isEqualTo(f.endpoint()));
    assertThat(places).hasSize(2);
  }

  private Map<String, String> plan(long now, String... frontends) {
    Map<String, String> shown = new TreeMap<>();
    new HashMap<>(plan.plan(Stream.of(frontends).map(ListenPlanTest::frontend).toList(), now))
        .forEach((frontend, place) -> shown.put(frontend.toString(), place.toString()));
    return shown;
  }

  private static ListenPlan plan(String range) {
    return new ListenPlan(ProxyConfig.builder().listenRange(Cidr.parse(range)).build());
  }

  private static Frontend frontend(String text) {
    Protocol protocol = Protocol.tryParse(text.substring(0, 3)).orElseThrow();
    return new Frontend(protocol, HostPort.parse(text.substring(4)));
  }
}
