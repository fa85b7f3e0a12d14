// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dcosnet.standalone.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a node, before a server that answers what the test says. */
class AskingIT {

  private static final String STATUS =
      """
      {"node": {"role": "agent", "version": "1.2.3", "id": "x", "address": "192.0.2.7",
                "region": "", "zone": "", "uptimeSeconds": 3700},
       "sources": [{"kind": "state", "from": "http://192.0.2.1:5050", "ready": true, "agents": 3,
                    "frameworks": 1, "tasks": 12, "leader": null,
                    "awaitedAgents": 2, "staleSeconds": 90, "problem": "zk: no leading master",
                    "failure": {"reason": "no route", "at": "2026-01-01T00:00:00Z", "inARow": 4}},
                   {"kind": "agent", "from": "http://192.0.2.7:5051", "ready": false}],
       "dns": ["127.0.0.1:53"],
       "gossip": {"state": "RUNNING", "name": "agent-192.0.2.7", "address": "192.0.2.7:7950",
                  "members": {"alive": 4, "suspect": 0, "dead": 1, "left": 2},
                  "away": [{"name": "agent-192.0.2.8", "address": "192.0.2.8:7950",
                            "state": "dead", "since": "2026-01-01T00:00:00Z"}]},
       "zones": [{"origin": "mesos.", "state": "complete", "serial": 1700000000, "names": 5,
                  "records": 9, "ageSeconds": 61},
                 {"origin": "example.org.", "state": "waiting"}],
       "ready": false,
       "failing": [{"check": "zone example.org.", "question": "ready", "holds": false,
                    "reason": "no file"}]}
      """;

  @TempDir Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  @Test
  void showsANodeOnOneScreen() {
    answer("/v1/status", 200, "application/json", STATUS);

    CommandRun run = run("status");

    assertThat(run.exitCode()).as("it is not ready").isEqualTo(1);
    assertThat(run.out())
        .isEqualTo(
            """
            dcos-net agent 1.2.3, NOT READY, up 1h 1m
              id x  address 192.0.2.7
              dns on 127.0.0.1:53
              gossip as agent-192.0.2.7 on 192.0.2.7:7950: 4 alive, 1 dead, 2 left
              DEAD: agent-192.0.2.8 at 192.0.2.8:7950 since 2026-01-01T00:00:00Z

            ZONE                             STATE         SERIAL   RECORDS        AGE
            mesos.                           complete  1700000000         9      1m 1s
            example.org.                     waiting            -         -          -

            source state http://192.0.2.1:5050: not heard yet, known from the disk since 1m 30s
              3 agents, 1 frameworks, 12 tasks, leader unknown
              waits for 2 agents that ran before the election
              PROBLEM: zk: no leading master
              FAILING, 4 in a row, last at 2026-01-01T00:00:00Z: no route

            source agent http://192.0.2.7:5051: nothing known yet
              0 agents, 0 frameworks, 0 tasks, leader unknown

            not ready: zone example.org.: no file
            """);
  }

  @Test
  void givesTheDataOfAStatusToPrograms() {
    answer(
        "/v1/status",
        200,
        "application/json",
        STATUS.replace("\"ready\": false,", "\"ready\": true,"));

    CommandRun run = run("status", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/zones/0/serial").asLong()).isEqualTo(1_700_000_000);
  }

  @Test
  void explainsHowANodeCameToItsBeliefAboutAnother() {
    answer(
        "/v1/gossip/member/agent-192.0.2.8/why",
        200,
        "application/json",
        """
        {"name": "agent-192.0.2.8", "id": "x", "address": "192.0.2.8:7950", "state": "dead",
         "since": "2026-01-01T00:00:02Z", "metadata": {"roles": "agent"},
         "steps": [{"at": "2026-01-01T00:00:00Z", "state": "alive", "epoch": 7, "incarnation": 0,
                    "channel": "sync", "from": "192.0.2.1:7950"},
                   {"at": "2026-01-01T00:00:01Z", "state": "suspect", "epoch": 7, "incarnation": 0,
                    "channel": "gossip", "from": "192.0.2.1:7950", "accuser": "m1",
                    "grade": "crash"},
                   {"at": "2026-01-01T00:00:02Z", "state": "dead", "epoch": 7, "incarnation": 0,
                    "channel": "own"}]}
        """);

    CommandRun run = run("explain", "member", "agent-192.0.2.8");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            agent-192.0.2.8 (x) at 192.0.2.8:7950: DEAD since 2026-01-01T00:00:02Z
              roles: agent
            how this node came to it:
              2026-01-01T00:00:00Z  alive   heard in an exchange from 192.0.2.1:7950, start 7, word 0
              2026-01-01T00:00:01Z  suspect accused by m1 (its link was closed and its address refuses), heard by gossip from 192.0.2.1:7950, start 7, word 0
              2026-01-01T00:00:02Z  dead    found out by this node, start 7, word 0
            """);
    assertThat(run("explain", "member", "agent-192.0.2.8", "--json").json().path("steps"))
        .hasSize(3);
  }

  @Test
  void saysThatThereIsNoMemberOfThatName() {
    answer("/v1/gossip/member/zz/why", 404, "text/plain", "zz: no such member is known here\n");

    CommandRun run = run("explain", "member", "zz");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).containsExactly("dcos-net: no member zz");
  }

  @Test
  void refusesToAskForAMemberWithoutItsName() {
    assertThat(run("explain", "member").errLines())
        .contains("NAME|ID: missing (expected: a name or an id)");
    assertThat(run("explain", "member", "a/b").exitCode()).isEqualTo(2);
  }

  @Test
  void printsAnExplanationAsItComes() {
    answer("/v1/explain", 200, "text/plain", "web.marathon.mesos. A\n  zone mesos.\n");

    CommandRun run =
        run("explain", "name", "Web.Marathon.mesos", "--type", "srv", "--client", "2001:db8::1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("web.marathon.mesos. A\n  zone mesos.\n");
    assertThat(asked)
        .containsExactly(
            "/v1/explain?name=Web.Marathon.mesos.&type=SRV&client=2001%3Adb8%3A%3A1&format=text"
                + " text/plain");
  }

  @Test
  void givesTheDataOfAnExplanation() {
    answer("/v1/explain", 200, "application/json", "{\"rcode\": \"NOERROR\"}");

    CommandRun run = run("explain", "name", "web.mesos", "--json");

    assertThat(run.json().at("/rcode").asText()).isEqualTo("NOERROR");
    assertThat(asked).containsExactly("/v1/explain?name=web.mesos. application/json");
  }

  @Test
  void explainsWhoseAnAddressIsAndSaysWhetherAnybodyKnows() {
    answer("/v1/explain/address", 200, "application/json", "{\"known\": true}");

    CommandRun run = run("explain", "address", "9.0.1.2", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/known").asBoolean()).isTrue();
    assertThat(run("explain", "address", "fd01:b::1").exitCode()).isZero();
    assertThat(asked)
        .containsExactly(
            "/v1/explain/address/9.0.1.2 application/json",
            "/v1/explain/address/fd01:b::1 application/json",
            "/v1/explain/address/fd01:b::1?format=text text/plain");
    server.removeContext("/v1/explain/address");
    answer("/v1/explain/address", 200, "application/json", "{\"known\": false}");
    assertThat(run("explain", "address", "192.0.2.1").exitCode()).isEqualTo(1);
    assertThat(run("explain", "address", "here").exitCode()).isEqualTo(2);
  }

  @Test
  void showsTheToken() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    answer("/v1/status", 200, "application/json", STATUS);

    run("status", "--token-file", token.toString());

    assertThat(shown).containsExactly("Bearer 0123456789abcdef");
  }

  @Test
  void saysWhatIsMissingWhenThereIsNoAnswer() throws IOException {
    answer("/v1/status", 401, "text/plain", "a bearer token is needed\n");
    answer("/v1/explain", 500, "text/plain", "broken\nmore");

    assertThat(run("status").exitCode()).isEqualTo(3);
    assertThat(run("status").err()).contains("--token-file");
    assertThat(run("explain", "name", "a.mesos").exitCode()).isEqualTo(1);
    assertThat(run("explain", "name", "a.mesos").err())
        .contains("answered 500 at /v1/explain: broken");
    server.removeContext("/v1/explain");
    CommandRun absent = run("explain", "name", "a.mesos");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("nothing at /v1/explain");
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    CommandRun run = CommandRun.of("status", "--admin", "http://127.0.0.1:" + port);

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("nobody listens").contains("--admin");
  }

  @Test
  void tellsAllWrongOptionsTogether() {
    CommandRun run =
        CommandRun.of(
            "explain", "name", "a..b", "--type", "?", "--client", "me", "--admin", "ftp://x");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .containsExactly(
            "NAME: a..b (expected: a domain name)",
            "--type: ? (expected: a type such as A, SRV or TYPE65)",
            "--client: me (expected: an IP address)",
            "--admin: ftp://x (expected: http://HOST:PORT)",
            "Try: dcos-net explain name --help");
  }

  private void answer(String path, int status, String type, String body) {
    server.createContext(
        path,
        exchange -> {
          note(exchange);
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("content-type", type);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private void note(HttpExchange exchange) {
    asked.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("accept"));
    String authorization = exchange.getRequestHeaders().getFirst("authorization");
    if (authorization != null) {
      shown.add(authorization);
    }
  }

  private CommandRun run(String... args) {
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--admin";
    all[args.length + 1] = "http://127.0.0.1:" + server.getAddress().getPort();
    return CommandRun.of(all);
  }
}
