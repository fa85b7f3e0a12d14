// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkCodecTest {

  private static final NodeId AGENT = NodeId.parse("00000000-0000-4000-8000-000000000001");
  private static final IpAddress IP = IpAddress.parse("192.0.2.1");
  private static final Rejection REASON =
      new Rejection("agent", AGENT.toString(), "DUPLICATE_IP", "192.0.2.1 belongs to another");

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:B3:D5:00:00:00","vtep_mtu":1450,
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
                       {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}
          """);

  private static final AgentRecord RECORD =
      new AgentRecord(
          AGENT,
          IP,
          IpAddress.parse("44.128.0.1"),
          Optional.of(IpAddress.parse("fd01:a::1")),
          List.of(
              new AgentSubnets("dcos", Optional.of(Cidr.parse("9.0.0.0/24")), Optional.empty()),
              new AgentSubnets(
                  "dcos6", Optional.empty(), Optional.of(Cidr.parse("fd01:b:0:0:1::/80")))));

  private static final Assignment ASSIGNMENT = new Assignment(RECORD, CONFIG, 7);

  @Test
  void aFirstRequestComesThrough() {
    RegisterRequest request = RegisterRequest.first(AGENT, IP, Wants.EVERYTHING);

    assertThat(LinkCodec.decodeRequest(LinkCodec.encode(request))).isEqualTo(request);
  }

  @Test
  void aHeartbeatComesThroughWithAllThatTheAgentHolds() {
    Wants wants = Wants.EVERYTHING.networks("dcos", "dcos6").pools("cni");
    RegisterRequest request = RegisterRequest.holding(AGENT, IP, wants, ASSIGNMENT);

    assertThat(LinkCodec.decodeRequest(LinkCodec.encode(request))).isEqualTo(request);
  }

  @Test
  void everyAnswerComesThroughWithItsStatus() {
    List<RegisterAnswer> answers =
        List.of(
            new RegisterAnswer.Assigned(ASSIGNMENT, List.of(REASON)),
            new RegisterAnswer.Unchanged(8, List.of()),
            new RegisterAnswer.Refused(REASON),
            new RegisterAnswer.Later(REASON, Duration.ofSeconds(3)));

    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(LinkCodec.decodeAnswer(AGENT, LinkCodec.encode(answer)))
                    .isEqualTo(answer));
    assertThat(answers).extracting(LinkCodec::status).containsExactly(200, 200, 409, 503);
  }

  @Test
  void anAssignmentKeepsItsHashOnTheWay() {
    Assignment read = LinkCodec.decodeAssignment(LinkCodec.encode(ASSIGNMENT));

    assertThat(read).isEqualTo(ASSIGNMENT);
    assertThat(read.hash()).isEqualTo(ASSIGNMENT.hash());
  }

  @Test
  void aReportComesThrough() {
    AppliedReport report =
        new AppliedReport(
            AGENT,
            7,
            List.of(
                new OverlayState("dcos", Status.OK, ""),
                new OverlayState("dcos6", Status.FAILED, "EEXIST: somebody else's bridge")));

    assertThat(LinkCodec.decodeReport(LinkCodec.encode(report))).isEqualTo(report);
  }

  @Test
  void theRecordStandsAsInTheStoreAndTheConfigurationAsTheOperatorWroteIt() {
    String json = LinkCodec.encode(ASSIGNMENT).toUtf8();

    assertThat(json)
        .contains("\"vtep\":\"44.128.0.1/20\"", "\"vtep6\":\"fd01:a::1/64\"")
        .contains("\"vtep_subnet\":\"44.128.0.0/20\"", "\"overlays\":[{\"name\":\"dcos\"");
  }

  @Test
  void anAnswerForAnotherAgentIsAFault() {
    Bytes answer = LinkCodec.encode(new RegisterAnswer.Assigned(ASSIGNMENT, List.of()));
    NodeId other = NodeId.parse("00000000-0000-4000-8000-000000000002");

    assertThatThrownBy(() -> LinkCodec.decodeAnswer(other, answer))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(AGENT + " (expected: " + other + ")");
  }

  @Test
  void whoAsksForMoreThanAnHourIsWaitedForAnHour() {
    Bytes answer =
        LinkCodec.encode(new RegisterAnswer.Later(REASON, Duration.ofSeconds(Long.MAX_VALUE)));

    assertThat(LinkCodec.decodeAnswer(AGENT, answer))
        .isEqualTo(new RegisterAnswer.Later(REASON, LinkCodec.MAX_LATER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{", "{}}", "{\"a\":1,\"a\":2}", "\0", "{\"agentId\":\"\0\"}"})
  void whatIsNoObjectIsRefused(String json) {
    Bytes document = Bytes.utf8(json);

    assertThatThrownBy(() -> LinkCodec.decodeRequest(document)).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> LinkCodec.decodeReport(document)).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> LinkCodec.decodeAnswer(AGENT, document))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void hugeDeepAndUndecodableDocumentsAreRefused() {
    byte[] undecodable = {'{', '"', (byte) 0xc3, '"', ':', '1', '}'};

    assertThatThrownBy(() -> LinkCodec.decodeRequest(Bytes.utf8("{}" + " ".repeat(1 << 20))))
        .hasMessageContaining("at most 1048576");
    assertThatThrownBy(
            () -> LinkCodec.decodeRequest(Bytes.utf8("{\"a\":" + "[".repeat(100_000) + "}")))
        .isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> LinkCodec.decodeRequest(Bytes.copyOf(undecodable)))
        .hasMessageContaining("expected: UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"agentId\":7|agentId: 7 (expected: a text)",
        "\"agentId\":\"x\"|expected: a UUID",
        "\"ip\":\"192.0.2.1\"|agentId: missing",
        "\"agentId\":\"00000000-0000-4000-8000-000000000001\"|ip: missing",
        "\"agentId\":\"00000000-0000-4000-8000-000000000001\",\"ip\":\"192.0.2.1\",\"wants\":[]"
            + "|wants: [] (expected: an object)",
        "\"agentId\":\"00000000-0000-4000-8000-000000000001\",\"ip\":\"192.0.2.1\","
            + "\"wants\":{\"networks\":[1]}|wants.networks[0]: 1 (expected: a text)",
        "\"agentId\":\"00000000-0000-4000-8000-000000000001\",\"ip\":\"192.0.2.1\","
            + "\"revision\":-1|revision: -1",
        "\"agentId\":\"00000000-0000-4000-8000-000000000001\",\"ip\":\"192.0.2.1\","
            + "\"revision\":1e3|revision: 1000.0 (expected: a whole number)",
        "\"agentId\":\"00000000-0000-4000-8000-000000000001\",\"ip\":\"192.0.2.1\","
            + "\"held\":{\"ip\":\"192.0.2.1\",\"vtep\":\"fd01:a::1\"}|expected: IPv4, then IPv6"
      })
  void aWrongFieldIsNamed(String fields, String message) {
    assertThatThrownBy(() -> LinkCodec.decodeRequest(Bytes.utf8("{" + fields + "}")))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anAssignmentWithAConfigurationThatIsNoneIsRefusedWithTheProblems() {
    String json = LinkCodec.encode(ASSIGNMENT).toUtf8().replace("\"prefix\":24", "\"prefix\":7");

    assertThatThrownBy(() -> LinkCodec.decodeAssignment(Bytes.utf8(json)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("network:")
        .hasMessageContaining("prefix");
  }

  @Test
  void unknownFieldsAreForLaterVersions() {
    Bytes answer =
        Bytes.utf8("{\"unchanged\":true,\"revision\":3,\"colour\":{\"deep\":[1,2,3]},\"x\":null}");

    assertThat(LinkCodec.decodeAnswer(AGENT, answer))
        .isEqualTo(new RegisterAnswer.Unchanged(3, List.of()));
  }
}
