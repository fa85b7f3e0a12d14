// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import static io.dcosnet.overlay.MasterRig.CONFIG;
import static io.dcosnet.overlay.MasterRig.heartbeat;
import static io.dcosnet.overlay.MasterRig.id;
import static io.dcosnet.overlay.MasterRig.ip;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.cluster.LocalElection;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.overlay.MasterRig;
import io.dcosnet.overlay.MasterView;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.LinkCodec;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a master says over HTTP, in the shapes that tools of DC/OS read. */
class MasterApiTest {

  private static final JsonMapper MAPPER = new JsonMapper();

  private static final String DUAL =
      """
      {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
       "vtep_mac_oui":"70:B3:D5:00:00:00","quorum_wait":"0s","overlays":[
        {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
        {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""";

  private final MasterRig rig = new MasterRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private HttpResponse call(OverlayMaster master, HttpRequest request) {
    return rig.done(new MasterApi(master, Runnable::run).handle(request));
  }

  private HttpResponse get(OverlayMaster master, String path, String... query) {
    return call(master, request("GET", path, Bytes.EMPTY, Map.of(), query));
  }

  private HttpResponse post(OverlayMaster master, String path, String body) {
    return post(master, path, Bytes.utf8(body));
  }

  private HttpResponse post(OverlayMaster master, String path, Bytes body) {
    return call(master, request("POST", path, body, Map.of()));
  }

  private static HttpRequest request(
      String method, String path, Bytes body, Map<String, List<String>> headers, String... query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (int i = 0; i < query.length; i += 2) {
      parameters.put(query[i], List.of(query[i + 1]));
    }
    return new HttpRequest(method, "/overlay-master/" + path, parameters, headers, body, "test");
  }

  private static JsonNode json(HttpResponse response) {
    try {
      return MAPPER.readTree(response.body().toUtf8());
    } catch (JsonProcessingException e) {
      throw new AssertionError(response.body().toUtf8(), e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private OverlayMaster dual() {
    OverlayMaster master = rig.leading(DUAL);
    rig.time.runReady();
    return master;
  }

  @ParameterizedTest
  @ValueSource(strings = {"agents/delete", "agents/takeover", "rebuild", "config", "v1/register"})
  void noWebPageChangesAnything(String path) {
    OverlayMaster master = dual();
    rig.assigned(master, 1);
    Bytes body = Bytes.utf8("{\"agents\":[\"" + id(1) + "\"],\"force\":true}");

    for (Map<String, List<String>> headers :
        List.of(
            Map.of("origin", List.of("http://192.0.2.66")),
            Map.of("origin", List.of("null")),
            Map.of("sec-fetch-site", List.of("cross-site")))) {
      assertThat(call(master, request("POST", path, body, headers)).status()).isEqualTo(403);
    }

    assertThat(master.status().isServing()).isTrue();
    assertThat(master.view().orElseThrow().allocations().agent(id(1))).isPresent();
    Map<String, List<String>> own = Map.of("sec-fetch-site", List.of("none"));
    assertThat(call(master, request("POST", "agents/delete", body, own)).status()).isEqualTo(200);
    Map<String, List<String>> page = Map.of("origin", List.of("http://192.0.2.66"));
    assertThat(call(master, request("GET", "status", Bytes.EMPTY, page)).status()).isEqualTo(200);
  }

  @Test
  void anotherTimeOfLeadingHasOtherTags() {
    OverlayMaster first = dual();
    rig.assigned(first, 1);
    rig.stop(first);
    OverlayMaster one = dual();
    Object tag = get(one, "state").headers().get("etag");
    MasterView before = one.view().orElseThrow();
    rig.stop(one);
    OverlayMaster two = dual();
    MasterView after = two.view().orElseThrow();
    assertThat(after.revision()).isEqualTo(before.revision());
    assertThat(after.version()).isEqualTo(before.version());
    assertThat(after.epoch()).isGreaterThan(before.epoch());

    assertThat(get(two, "state").headers().get("etag")).isNotEqualTo(tag);
  }

  @Test
  void theStateHasTheShapeOfDcos() {
    OverlayMaster master = dual();
    Assignment held = rig.assigned(master, 1);
    OverlayState ok = new OverlayState("dcos", Status.OK, "");
    OverlayState failed = new OverlayState("dcos6", Status.FAILED, "no IPv6");
    rig.done(master.applied(new AppliedReport(id(1), held.revision(), List.of(ok, failed))));

    JsonNode state = json(get(master, "state"));

    assertThat(state.path("network"))
        .isEqualTo(
            json(
                """
                {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
                 "vtep_mac_oui":"70:b3:d5:00:00:00","quorum_wait":"0s","overlays":[
                  {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
                  {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}"""));
    assertThat(state.path("agents"))
        .isEqualTo(
            json(
                """
                [{"ip":"203.0.113.1","overlays":[
                  {"info":{"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
                   "subnet":"9.0.0.0/24",
                   "mesos_bridge":{"name":"m-dcos","ip":"9.0.0.0/25"},
                   "docker_bridge":{"name":"d-dcos","ip":"9.0.0.128/25"},
                   "backend":{"vxlan":{"vni":1024,"vtep_name":"vtep1024",
                     "vtep_ip":"44.128.0.1/20","vtep_ip6":"fd01:a::1/64",
                     "vtep_mac":"70:b3:d5:80:00:01"}},
                   "state":{"status":"STATUS_OK"}},
                  {"info":{"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80},
                   "subnet6":"fd01:b::/80",
                   "mesos_bridge":{"name":"m-dcos6","ip6":"fd01:b::/81"},
                   "docker_bridge":{"name":"d-dcos6","ip6":"fd01:b::8000:0:0/81"},
                   "backend":{"vxlan":{"vni":1024,"vtep_name":"vtep1024",
                     "vtep_ip":"44.128.0.1/20","vtep_ip6":"fd01:a::1/64",
                     "vtep_mac":"70:b3:d5:80:00:01"}},
                   "state":{"status":"STATUS_FAILED","error":"no IPv6"}}]}]"""));
  }

  @Test
  void bridgesAreShownOfThoseThatAnAgentAskedFor() {
    OverlayMaster master = rig.open();
    Wants docker = Wants.EVERYTHING.pools("docker");
    rig.register(master, RegisterRequest.first(id(1), ip(1), docker));
    rig.register(master, RegisterRequest.first(id(2), ip(2), Wants.GATEWAY));

    JsonNode agents = json(get(master, "state")).path("agents");

    JsonNode first = agents.path(0).path("overlays").path(0);
    assertThat(first.has("mesos_bridge")).isFalse();
    assertThat(first.path("docker_bridge").path("ip").asText()).isEqualTo("9.0.0.128/25");
    JsonNode gateway = agents.path(1).path("overlays").path(0);
    assertThat(gateway.has("subnet")).isFalse();
    assertThat(gateway.path("backend").path("vxlan").path("vtep_ip").asText())
        .isEqualTo("44.128.0.2/24");
    assertThat(gateway.path("state")).isEmpty();
  }

  @Test
  void anAgentWithoutASubnetIsShownWithTheReason() {
    OverlayMaster master =
        rig.leading(
            CONFIG
                .replace("9.0.0.0/16", "9.0.0.0/24")
                .replace("\"overlays\"", "\"quorum_wait\":\"0s\",\"overlays\""));
    rig.time.runReady();
    rig.assigned(master, 1);
    rig.assigned(master, 2);

    JsonNode second = json(get(master, "state")).path("agents").path(1).path("overlays").path(0);

    assertThat(second.path("state"))
        .isEqualTo(json("{\"status\":\"STATUS_FAILED\",\"error\":\"SUBNET_EXHAUSTED\"}"));
  }

  @Test
  void theStateIsAskedForAgainOnlyWhenItHasChanged() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    HttpResponse first = get(master, "state");
    String tag = String.valueOf(first.headers().get("etag"));
    Map<String, List<String>> known = Map.of("if-none-match", List.of(tag));

    HttpRequest again = request("GET", "state", Bytes.EMPTY, known);
    assertThat(call(master, again).status()).isEqualTo(304);
    rig.done(master.applied(new AppliedReport(id(1), held.revision(), List.of())));

    assertThat(call(master, again).status()).isEqualTo(200);
  }

  @Test
  void scriptsAreAnsweredByACall() {
    OverlayMaster master = rig.open();

    HttpResponse answer = get(master, "state", "jsonp", "show.it");

    assertThat(answer.headers()).containsEntry("content-type", "text/javascript");
    assertThat(answer.body().toUtf8()).startsWith("show.it({").endsWith("});");
    assertThat(get(master, "state", "jsonp", "alert(1)//").status()).isEqualTo(400);
  }

  @Test
  void nothingIsShownWhileAgentsAreListenedTo() {
    OverlayMaster master = rig.leading(CONFIG);

    for (String path : List.of("state", "agents", "verify", "config")) {
      HttpResponse answer = get(master, path);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("retry-after", "120");
    }
    assertThat(post(master, "agents/delete", "{\"agents\":[]}").status()).isEqualTo(503);
    JsonNode status = json(get(master, "status"));
    assertThat(status.path("serving").asBoolean()).isFalse();
    assertThat(status.path("collecting").path("secondsLeft").asInt()).isEqualTo(120);
  }

  @Test
  void anAgentRegistersAndHearsThatNothingHasChanged() {
    OverlayMaster master = rig.open();
    RegisterRequest first = RegisterRequest.first(id(1), ip(1), Wants.EVERYTHING);

    HttpResponse assigned = post(master, "v1/register", LinkCodec.encode(first));
    assertThat(assigned.status()).isEqualTo(200);
    RegisterAnswer answer = LinkCodec.decodeAnswer(id(1), assigned.body());
    RegisterRequest again = heartbeat(MasterRig.assigned(answer));
    HttpResponse unchanged = post(master, "v1/register", LinkCodec.encode(again));

    assertThat(LinkCodec.decodeAnswer(id(1), unchanged.body()))
        .isInstanceOf(RegisterAnswer.Unchanged.class);
  }

  @Test
  void anAgentAtTheAddressOfAnotherOneIsAConflict() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    RegisterRequest twin = RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING);

    HttpResponse answer = post(master, "v1/register", LinkCodec.encode(twin));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(json(answer).path("refused").path("code").asText()).isEqualTo("DUPLICATE_IP");
  }

  @Test
  void anAgentIsToldWhenToComeBack() {
    OverlayMaster master = rig.leading(CONFIG);
    RegisterRequest first = RegisterRequest.first(id(1), ip(1), Wants.EVERYTHING);

    HttpResponse answer = post(master, "v1/register", LinkCodec.encode(first));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("retry-after", "120");
    assertThat(LinkCodec.decodeAnswer(id(1), answer.body()))
        .isInstanceOf(RegisterAnswer.Later.class);
  }

  @Test
  void reportsAreTaken() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    AppliedReport report = new AppliedReport(id(1), held.revision(), List.of());

    assertThat(post(master, "v1/applied", LinkCodec.encode(report)).status()).isEqualTo(200);

    assertThat(master.view().orElseThrow().reports()).containsValue(report);
  }

  @Test
  void whoDoesNotLeadSendsEverybodyToTheLeader() {
    LocalElection election = LocalElection.create();
    OverlayMaster first =
        rig.master(CONFIG, election.enter(URI.create("http://one.example.org:62080")));
    OverlayMaster second =
        rig.master(CONFIG, election.enter(URI.create("http://two.example.org:62080")));
    rig.done(first.start());
    rig.done(second.start());
    RegisterRequest request = RegisterRequest.first(id(1), ip(1), Wants.EVERYTHING);
    AppliedReport report = new AppliedReport(id(1), 1, List.of());

    String leader = "http://one.example.org:62080/overlay-master/";
    assertElsewhere(post(second, "v1/register", LinkCodec.encode(request)), leader + "v1/register");
    assertElsewhere(post(second, "v1/applied", LinkCodec.encode(report)), leader + "v1/applied");
    assertElsewhere(post(second, "agents/delete", "{\"agents\":[]}"), leader + "agents/delete");
    assertElsewhere(post(second, "rebuild", ""), leader + "rebuild");
    assertElsewhere(
        get(second, "explain", "address", "9.0.0.1"), leader + "explain?address=9.0.0.1");
    assertElsewhere(get(second, "state", "jsonp", "a"), leader + "state?jsonp=a");
  }

  @Test
  void whatALeaderIsReachedBelowIsKept() {
    for (String place :
        List.of("https://proxy.example.org/one", "https://proxy.example.org/one/")) {
      LocalElection election = LocalElection.create();
      OverlayMaster first = rig.master(CONFIG, election.enter(URI.create(place)));
      OverlayMaster second =
          rig.master(CONFIG, election.enter(URI.create("https://proxy.example.org/two")));
      rig.done(first.start());
      rig.done(second.start());

      assertElsewhere(
          get(second, "explain", "address", "9.0.0.1"),
          "https://proxy.example.org/one/overlay-master/explain?address=9.0.0.1");
    }
  }

  private static void assertElsewhere(HttpResponse answer, String location) {
    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.headers()).containsEntry("location", location);
  }

  @Test
  void withoutALeaderEverybodyWaits() {
    OverlayMaster master = rig.master(CONFIG, null);

    assertThat(get(master, "state").status()).isEqualTo(503);
    assertThat(get(master, "state").headers()).containsEntry("retry-after", "1");
    assertThat(json(get(master, "status")).path("phase").asText()).isEqualTo("idle");
  }

  @Test
  void deletingAnswersWithTheNewStateAndTellsAllHosts() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    rig.assigned(master, 2);
    rig.assigned(master, 3);

    HttpResponse answer =
        post(
            master,
            "agents/delete",
            "{\"agents\":[\"203.0.113.1\",\"" + id(3) + "\",\"192.0.2.77\"],\"force\":true}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer).path("agents")).hasSize(1);
    assertThat(json(answer).path("agents").path(0).path("ip").asText()).isEqualTo("203.0.113.2");
    assertThat(rig.hosts.view(OverlayKeys.GONE)).hasSize(2);
  }

  @Test
  void deletingTheLivingNeedsForce() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);

    HttpResponse answer = post(master, "agents/delete", "{\"agents\":[\"203.0.113.1\"]}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(json(answer).path("reasons").path(0).path("code").asText()).isEqualTo("AGENT_ALIVE");
    assertThat(master.view().orElseThrow().allocations().agents()).hasSize(1);
  }

  @ParameterizedTest // B.5, I.14
  @ValueSource(
      strings = {
        "",
        "nothing",
        "[]",
        "{}",
        "{\"agents\":\"203.0.113.1\"}",
        "{\"agents\":[7]}",
        "{\"agents\":[\"203.0.113\"]}",
        "{\"agents\":[\"\\u0000\"]}",
        "{\"agents\":[null]}",
        "{\"agents\":[]}{}",
        "{\"agents\":[],\"force\":\"yes\"}",
        "{\"agents\":[],\"agents\":[]}"
      })
  void badRequestsToDeleteAreNamed(String body) {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);

    HttpResponse answer = post(master, "agents/delete", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).path("error").asText()).isNotEmpty();
    assertThat(master.view().orElseThrow().allocations().agents()).hasSize(1);
  }

  @ParameterizedTest // I.14
  @ValueSource(
      strings = {
        "v1/register",
        "v1/applied",
        "agents/delete",
        "agents/takeover",
        "config/check",
        "config"
      })
  void hostileBodiesAreRefusedAndHarmNobody(String path) {
    OverlayMaster master = rig.open();
    Bytes huge = Bytes.utf8("{\"agents\":\"" + "x".repeat(1024 * 1024) + "\"}");
    Bytes deep = Bytes.utf8("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}");
    Bytes broken = Bytes.copyOf(new byte[] {'{', (byte) 0xc3, (byte) 0x28, '}'});
    Bytes zero = Bytes.copyOf(new byte[] {0, 0, 0});

    for (Bytes body : List.of(huge, deep, broken, zero)) {
      HttpResponse answer = post(master, path, body);
      boolean refused =
          path.equals("config/check")
              ? !json(answer).path("possible").asBoolean()
              : answer.status() == 400;
      assertThat(refused).as("%s of %s", path, body).isTrue();
      assertThat(answer.body().size()).isLessThan(2000);
    }
    assertThat(rig.assigned(master, 1).record().vtep()).hasToString("44.128.0.1");
  }

  @Test
  void otherMethodsAreNotAllowed() {
    OverlayMaster master = rig.open();

    HttpResponse deleted = get(master, "agents/delete");
    assertThat(deleted.status()).isEqualTo(405);
    assertThat(deleted.headers()).containsEntry("allow", "POST");
    assertThat(post(master, "state", "").status()).isEqualTo(405);
    assertThat(call(master, request("PUT", "config", Bytes.EMPTY, Map.of())).headers())
        .containsEntry("allow", "GET, POST");
    assertThat(get(master, "nothing").status()).isEqualTo(404);
  }

  @Test
  void aReplacedHostInheritsWhenAPersonSaysSo() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);

    assertThat(post(master, "agents/takeover", "{\"agents\":[\"" + id(1) + "\"]}").status())
        .isEqualTo(200);

    RegisterRequest twin = RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING);
    assertThat(MasterRig.assigned(rig.register(master, twin)).record().vtep())
        .isEqualTo(held.record().vtep());
  }

  @Test
  void agentsAndPoolsAreListed() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);

    JsonNode listed = json(get(master, "agents"));

    assertThat(listed.path("agents").path(0).path("agentId").asText()).isEqualTo(id(1).toString());
    assertThat(listed.path("pools").path(0))
        .isEqualTo(
            json(
                """
                {"pool":"vtep","size":254,"used":1,"quarantined":0,"withheld":0,"free":253}"""));
  }

  @Test
  void allocationsAreVerifiedAndExplained() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);

    JsonNode verified = json(get(master, "verify"));
    JsonNode explained = json(get(master, "explain", "address", "9.0.0.1"));

    assertThat(verified.path("sound").asBoolean()).isTrue();
    assertThat(explained.path("finding").asText()).isEqualTo("subnet");
    assertThat(explained.path("agentId").asText()).isEqualTo(id(1).toString());
    assertThat(get(master, "explain", "address", "9.0.0").status()).isEqualTo(400);
    assertThat(get(master, "explain").status()).isEqualTo(400);
  }

  @Test
  void whatIfChangesNothing() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    String other = CONFIG.replace("\"a\"", "\"b\"");

    JsonNode check = json(post(master, "config/check", other));

    assertThat(check.path("possible").asBoolean()).isFalse();
    assertThat(check.path("blockers").path(0).path("code").asText()).isEqualTo("OVERLAY_IN_USE");
    assertThat(check.path("capacities").path(0).path("agents").asInt()).isEqualTo(254);
    assertThat(json(get(master, "config")).path("network"))
        .isEqualTo(json(NetworkConfig.parse(CONFIG).toJson()));
  }

  @Test
  void aConfigurationIsPutInForceUnlessSomethingIsInTheWay() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    String more =
        CONFIG.replace("]}", ",{\"name\":\"b\",\"subnet\":\"10.0.0.0/16\",\"prefix\":24}]}");

    assertThat(post(master, "config", CONFIG.replace("\"a\"", "\"b\"")).status()).isEqualTo(409);
    assertThat(post(master, "config", "{}").status()).isEqualTo(400);
    assertThat(post(master, "config", more).status()).isEqualTo(200);

    assertThat(master.view().orElseThrow().allocations().config().overlay("b")).isPresent();
  }

  @Test
  void anOperatorLetsAgentsSayWhatTheyHave() {
    OverlayMaster master = rig.open();

    assertThat(post(master, "rebuild", "").status()).isEqualTo(200);

    assertThat(get(master, "state").status()).isEqualTo(503);
    rig.time.advance(Duration.ofMinutes(2));
    assertThat(get(master, "state").status()).isEqualTo(200);
  }

  @Test
  void theStatusNamesWhatAPersonShouldLookAt() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.register(master, heartbeat(held, ip(101)));
    rig.register(master, heartbeat(held));

    JsonNode status = json(get(master, "status"));

    assertThat(status.path("phase").asText()).isEqualTo("leading");
    assertThat(status.path("serving").asBoolean()).isTrue();
    assertThat(status.path("duplicateIds").path(0).path("heldAt").asText())
        .isEqualTo("203.0.113.1");
    assertThat(status.path("disputes")).isEmpty();
  }
}
