// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.overlay.OverlayPlan.Planned;
import io.dcosnet.overlay.OverlayPlan.Refused;
import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration would give, before anybody has it. */
class OverlayPlanTest {

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:B3:D5:00:00:00","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
            {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""");

  @Test
  void theJsonHasTheShapeOfTheContract() {
    String json = OverlayPlan.of(CONFIG, 1, 0).toJson();

    String expected =
        """
        {"agents":[
        {"agent":"agent-1",
         "vtep":{"ip":"44.128.0.1/20","ip6":"fd01:a::1/64","mac":"70:b3:d5:80:00:01"},
         "overlays":[
          {"name":"dcos","subnet":"9.0.0.0/24","subnet6":null,"pools":[
           {"id":"cni","bridge":"m-dcos","cidr":"9.0.0.0/25","cidr6":null},
           {"id":"docker","bridge":"d-dcos","cidr":"9.0.0.128/25","cidr6":null}]},
          {"name":"dcos6","subnet":null,"subnet6":"fd01:b::/80","pools":[
           {"id":"cni","bridge":"m-dcos6","cidr":null,"cidr6":"fd01:b::/81"},
           {"id":"docker","bridge":"d-dcos6","cidr":null,"cidr6":"fd01:b::8000:0:0/81"}]}]}],
         "refused":[]}""";
    assertThat(json.replace("\n", "")).isEqualTo(expected.replaceAll("\n *", ""));
  }

  @Test
  void equalSeedsGiveEqualPlansAndOthersDoNot() {
    String plan = OverlayPlan.of(CONFIG, 200, 42).toJson();

    assertThat(OverlayPlan.of(CONFIG, 200, 42).toJson()).isEqualTo(plan);
    assertThat(OverlayPlan.of(CONFIG, 200, 43).toJson()).isNotEqualTo(plan);
    assertThat(OverlayPlan.of(CONFIG, 200, 0).toJson()).isNotEqualTo(plan);
  }

  @Test
  void theSeedDecidesWhoComesFirst() {
    assertThat(OverlayPlan.of(CONFIG, 5, 0).agents())
        .extracting(Planned::agent)
        .containsExactly("agent-1", "agent-2", "agent-3", "agent-4", "agent-5");
    // worked out by hand: the same on every JDK
    assertThat(OverlayPlan.of(CONFIG, 5, 7).agents())
        .extracting(Planned::agent)
        .containsExactly("agent-4", "agent-3", "agent-2", "agent-1", "agent-5");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, 20261124})
  void theVtepPoolIsTheLimitAndNobodySharesAnything(long seed) {
    OverlayPlan plan = OverlayPlan.of(CONFIG, 5000, seed);

    assertThat(plan.agents()).hasSize(4094);
    assertThat(plan.refused()).hasSize(906);
    assertThat(plan.refused())
        .allSatisfy(
            refused -> {
              assertThat(refused.reason().code()).isEqualTo("VTEP_EXHAUSTED");
              assertThat(refused.overlay()).isEmpty();
            });
    Set<Object> seen = new HashSet<>();
    for (Planned planned : plan.agents()) {
      assertThat(seen.add(planned.addresses().vtep().ip())).isTrue();
      assertThat(seen.add(planned.addresses().vtep().mac())).isTrue();
      assertThat(seen.add(planned.addresses().vtep().ip6())).isTrue();
      planned
          .addresses()
          .overlays()
          .forEach(
              overlay ->
                  assertThat(seen.add(List.of(overlay.subnet(), overlay.subnet6()))).isTrue());
      assertThat(planned.addresses().overlays()).hasSize(2);
    }
  }

  @Test
  void anOverlayThatIsTooSmallIsListedForEachAgent() {
    NetworkConfig small =
        CONFIG.toBuilder()
            .overlay("few", overlay -> overlay.subnet(Cidr.parse("10.0.0.0/23"), 24))
            .build();

    OverlayPlan plan = OverlayPlan.of(small, 3, 0);

    assertThat(plan.agents()).hasSize(3);
    assertThat(plan.refused())
        .extracting(Refused::agent, Refused::overlay, refused -> refused.reason().code())
        .containsExactly(tuple("agent-3", Optional.of("few"), "SUBNET_EXHAUSTED"));
  }

  @Test
  void theJsonOfRefusalsCanBeRead() throws IOException {
    NetworkConfig tiny = CONFIG.toBuilder().vtepSubnet(Cidr.parse("44.128.0.0/30")).build();

    JsonNode json = new JsonMapper().readTree(OverlayPlan.of(tiny, 3, 0).toJson());

    assertThat(json.path("agents")).hasSize(2);
    JsonNode refused = json.path("refused").path(0);
    assertThat(refused.path("agent").textValue()).isEqualTo("agent-3");
    assertThat(refused.path("overlay").isNull()).isTrue();
    assertThat(refused.path("code").textValue()).isEqualTo("VTEP_EXHAUSTED");
    assertThat(refused.path("reason").textValue()).contains("vtep (2)");
  }

  @Test
  void poolsAtTheDocumentationRangeLeaveRoomForTheAgents() {
    NetworkConfig config =
        CONFIG.toBuilder()
            .overlay("doc", overlay -> overlay.subnet6(Cidr.parse("2001:db8::/32"), 64))
            .overlay("next", overlay -> overlay.subnet6(Cidr.parse("2001:db9::/32"), 64))
            .build();

    assertThat(OverlayPlan.of(config, 10, 0).refused()).isEmpty();
  }

  @Test
  void noAgentsMakeAnEmptyPlan() {
    assertThat(OverlayPlan.of(CONFIG, 0, 0).toJson()).isEqualTo("{\"agents\":[],\"refused\":[]}");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, OverlayPlan.MAX_AGENTS + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void impossibleNumbersOfAgentsAreWrongArguments(int agents) {
    assertThatThrownBy(() -> OverlayPlan.of(CONFIG, agents, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("agents: " + agents);
  }
}
