// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.MasterRig;
import io.dcosnet.overlay.OverlayAgent;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent that has registered with a real master says over HTTP. */
class AgentApiTest {

  private static final JsonMapper MAPPER = new JsonMapper();

  private static final String DUAL =
      """
      {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
       "vtep_mac_oui":"70:B3:D5:00:00:00","quorum_wait":"0s","overlays":[
        {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
        {"name":"one","subnet":"10.0.0.0/24","prefix":24},
        {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""";

  @TempDir private Path directory;
  private final MasterRig rig = new MasterRig();
  private final MemoryHostNetwork host = MemoryHostNetwork.create();

  @AfterEach
  void close() {
    rig.close();
  }

  private OverlayAgent agent(int number) {
    OverlayMaster master = rig.leading(DUAL);
    rig.time.runReady();
    // Somebody else has the only subnet of the second overlay.
    rig.assigned(master, 5);
    MasterLink link =
        new MasterLink() {
          @Override
          public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
            return master.register(request);
          }

          @Override
          public CompletionStage<Void> applied(AppliedReport report) {
            return master.applied(report);
          }
        };
    OverlayAgent agent =
        OverlayAgent.builder(
                NetRuntime.builder().scheduler(rig.time).executor(Runnable::run).build())
            .node(MasterRig.id(number))
            .address(MasterRig.ip(number))
            .master(link)
            .store(rig.hosts.forNode(MasterRig.id(number)))
            .network(host)
            .directory(directory)
            .build();
    var unused = rig.done(agent.start());
    return agent;
  }

  private static HttpRequest request(
      String method, String path, Map<String, List<String>> headers, String... query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (int i = 0; i < query.length; i += 2) {
      parameters.put(query[i], List.of(query[i + 1]));
    }
    return new HttpRequest(
        method, "/overlay-agent/" + path, parameters, headers, Bytes.EMPTY, "test");
  }

  private HttpResponse get(OverlayAgent agent, String path, String... query) {
    return call(agent, request("GET", path, Map.of(), query));
  }

  private HttpResponse call(OverlayAgent agent, HttpRequest request) {
    return rig.done(new AgentApi(agent, Runnable::run).handle(request));
  }

  private static JsonNode json(HttpResponse response) {
    try {
      return MAPPER.readTree(response.body().toUtf8());
    } catch (JsonProcessingException e) {
      throw new AssertionError(response.body().toUtf8(), e);
    }
  }

  @Test
  void theOverlaysHaveTheShapeOfDcos() throws JsonProcessingException {
    JsonNode json = json(get(agent(1), "overlay"));

    JsonNode expected =
        MAPPER.readTree(
            """
            {"ip":"203.0.113.1","overlays":[
             {"info":{"name":"dcos","subnet":"9.0.0.0/8","prefix":24},"subnet":"9.0.1.0/24",
              "mesos_bridge":{"name":"m-dcos","ip":"9.0.1.0/25"},
              "docker_bridge":{"name":"d-dcos","ip":"9.0.1.128/25"},
              "backend":{"vxlan":{"vni":1024,"vtep_name":"vtep1024","vtep_ip":"44.128.0.2/20",
                "vtep_ip6":"fd01:a::2/64","vtep_mac":"70:b3:d5:80:00:02"}},
              "state":{"status":"STATUS_OK"}},
             {"info":{"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80},
              "subnet6":"fd01:b:0:0:1::/80",
              "mesos_bridge":{"name":"m-dcos6","ip6":"fd01:b:0:0:1::/81"},
              "docker_bridge":{"name":"d-dcos6","ip6":"fd01:b::1:8000:0:0/81"},
              "backend":{"vxlan":{"vni":1024,"vtep_name":"vtep1024","vtep_ip":"44.128.0.2/20",
                "vtep_ip6":"fd01:a::2/64","vtep_mac":"70:b3:d5:80:00:02"}},
              "state":{"status":"STATUS_OK"}}]}
            """);
    assertThat(json.get("ip")).isEqualTo(expected.get("ip"));
    assertThat(json.get("overlays").get(0)).isEqualTo(expected.get("overlays").get(0));
    assertThat(json.get("overlays").get(2)).isEqualTo(expected.get("overlays").get(1));
    assertThat(json.get("overlays").get(1).at("/state/status").asText()).isEqualTo("STATUS_FAILED");
    assertThat(json.get("overlays").get(1).at("/state/error").asText())
        .contains("SUBNET_EXHAUSTED");
    assertThat(json.get("configuration_attempts").isInt()).isTrue();
  }

  @Test
  void onlyJsonIsSpoken() {
    OverlayAgent agent = agent(1);

    assertThat(accepting(agent, "application/x-protobuf").status()).isEqualTo(415);
    assertThat(accepting(agent, "application/json").status()).isEqualTo(200);
    assertThat(accepting(agent, "text/html, */*;q=0.1").status()).isEqualTo(200);
    assertThat(accepting(agent, "Application/JSON;charset=utf-8").status()).isEqualTo(200);
  }

  private HttpResponse accepting(OverlayAgent agent, String accept) {
    return call(agent, request("GET", "overlay", Map.of("accept", List.of(accept))));
  }

  @Test
  void whatDidNotChangeIsNotSentAgain() {
    OverlayAgent agent = agent(1);
    String tag = get(agent, "overlay").headers().get("etag");

    HttpResponse again =
        call(agent, request("GET", "overlay", Map.of("if-none-match", List.of(tag))));
    assertThat(again.status()).isEqualTo(304);

    host.faults(
        List.of(
            new HostFault(
                HostObject.BRIDGE,
                "bridge m-dcos",
                Optional.of("dcos"),
                Optional.empty(),
                "FOREIGN",
                "not ours")));
    rig.time.runReady();
    HttpResponse changed =
        call(agent, request("GET", "overlay", Map.of("if-none-match", List.of(tag))));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(json(changed).at("/overlays/0/state/error").asText()).contains("FOREIGN");
  }

  @Test
  void theDataPathTellsWhatIsStillToBeDone() {
    OverlayAgent agent = agent(1);
    assertThat(json(get(agent, "datapath", "diff", "1")).get("diff")).isEmpty();
    assertThat(json(get(agent, "datapath")).has("diff")).isFalse();

    host.cleanup();

    JsonNode json = json(get(agent, "datapath", "diff", "1"));
    assertThat(json.get("diff"))
        .extracting(JsonNode::asText)
        .contains("add link m-dcos bridge mtu auto");
    assertThat(json.get("network").asText()).isEqualTo("memory");
    assertThat(json.get("backend").asText()).isEqualTo("vxlan");
    assertThat(json.get("bridges")).hasSize(4);
    assertThat(get(agent, "datapath", "diff", "yes").status()).isEqualTo(400);
  }

  @Test
  void anAddressIsExplainedAsDocumentAndAsText() {
    OverlayAgent agent = agent(1);

    JsonNode json = json(get(agent, "explain", "address", "9.0.1.9"));
    assertThat(json.get("kind").asText()).isEqualTo("own-container");
    assertThat(json.get("overlay").asText()).isEqualTo("dcos");
    assertThat(json.get("reachable").asBoolean()).isTrue();
    assertThat(get(agent, "explain", "address", "9.0.1.9", "format", "text").body().toUtf8())
        .startsWith("9.0.1.9: in the range of containers of this host\n");
    assertThat(get(agent, "explain").status()).isEqualTo(400);
    assertThat(get(agent, "explain", "address", "x").status()).isEqualTo(400);
    assertThat(get(agent, "explain", "address", "9.0.0.1", "format", "xml").status())
        .isEqualTo(400);
  }

  @Test
  void statusAndPeersAreDocuments() {
    OverlayAgent agent = agent(1);

    JsonNode status = json(get(agent, "status"));
    assertThat(status.get("agentId").asText()).isEqualTo(MasterRig.id(1).toString());
    assertThat(status.get("overlays")).hasSize(2);
    assertThat(status.get("shortfalls")).hasSize(1);
    assertThat(json(get(agent, "peers")).get("peers")).isEmpty();
    assertThat(agent.explain(IpAddress.parse("192.0.2.250")).isReachable()).isFalse();
  }

  @Test
  void otherPathsAndMethodsAreTurnedDown() {
    OverlayAgent agent = agent(1);

    assertThat(get(agent, "nothing").status()).isEqualTo(404);
    assertThat(get(agent, "").status()).isEqualTo(404);
    assertThat(call(agent, request("POST", "overlay", Map.of())).status()).isEqualTo(405);
    assertThat(call(agent, request("HEAD", "overlay", Map.of())).status()).isEqualTo(200);
  }
}
