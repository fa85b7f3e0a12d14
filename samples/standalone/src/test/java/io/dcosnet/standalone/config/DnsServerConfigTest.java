// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.defend.RateLimit;
import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.Route;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.response.Rotation;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.transport.UdpTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node answers, apart from its zones. */
class DnsServerConfigTest {

  @TempDir Path folder;

  @Test
  void asksNobodyAndLimitsStrangersUnlessToldOtherwise() {
    DnsConfig dns = read("{}");

    assertThat(dns.forward().isOn()).isFalse();
    assertThat(dns.cache()).isEqualTo(CacheConfig.DEFAULTS);
    assertThat(dns.defence().rateLimit()).isEqualTo(RateLimit.DEFAULTS);
    assertThat(dns.defence().cookies()).isTrue();
    assertThat(dns.answering().rotation()).isEqualTo(Rotation.RANDOM);
    assertThat(dns.answering().truncateBit()).isTrue();
    assertThat(dns.answering().identity()).isEqualTo(ServerIdentity.UNTOLD);
    assertThat(dns.answering().queryLog()).isNull();
  }

  @Test
  void readsWhomToAsk() {
    ForwardConfig forward =
        read("""
                {forward: {
                  upstreams: [192.0.2.1, system, "192.0.2.2:853/tls#dns.example.org"],
                  policy: round-robin, budget: 2s, maxQueries: 7,
                  zones: {Corp.example.org: ["192.0.2.3:5353"], none.example.org: []},
                  policies: {corp.example.org: all}}}
                """)
            .forward();

    RoutingTable routes = forward.routes(List.of(Upstream.parse("192.0.2.9")));
    assertThat(route(routes, "www.example.net"))
        .isEqualTo(
            new Route.Ask(
                DomainName.ROOT,
                Policy.ROUND_ROBIN,
                List.of(
                    Upstream.parse("192.0.2.1"),
                    Upstream.parse("192.0.2.2:853/tls#dns.example.org"),
                    Upstream.parse("192.0.2.9"))));
    assertThat(route(routes, "www.corp.example.org"))
        .isEqualTo(
            new Route.Ask(
                DomainName.parse("corp.example.org"),
                Policy.ALL,
                List.of(Upstream.parse("192.0.2.3:5353"))));
    assertThat(((Route.Ask) route(routes, "none.example.org")).upstreams()).isEmpty();
    assertThat(forward.limits()).isEqualTo(new ForwardLimits(Duration.ofSeconds(2), 7));
  }

  @Test
  void hasADefaultRouteBeforeTheNameServersOfTheSystemAreKnown() {
    RoutingTable routes = read("{forward: {upstreams: [system]}}").forward().routes(List.of());

    assertThat(route(routes, "example.org")).isInstanceOf(Route.Ask.class); // SERVFAIL, not REFUSED
  }

  @Test
  void tellsWhatIsWrongWithServers() {
    assertThat(
            problems(
                """
                {forward: {upstreams: [localhost], policy: best, budget: 0s,
                  zones: {corp.example.org: 192.0.2.1}, policies: {other.example.org: all}}}
                """))
        .containsExactlyInAnyOrder(
            "dns.forward.upstreams[0]: localhost (expected: ADDR, ADDR:PORT, ADDR:PORT/tcp,"
                + " ADDR:PORT/tls#NAME, or system)",
            "dns.forward.policy: best (expected: one of all, dual, dual-hedged, fastest,"
                + " round-robin, random, sequential)",
            "dns.forward.zones.corp.example.org: \"192.0.2.1\" (expected: a list of ADDR,"
                + " ADDR:PORT, ADDR:PORT/tcp, ADDR:PORT/tls#NAME)",
            "dns.forward.policies: other.example.org. (expected: names that are in forward.zones)",
            "dns.forward.budget: 0s (expected: more than nothing)");
  }

  @Test
  void readsTheCache() {
    CacheConfig cache =
        requireNonNull(
            read("{forward: {maxQueries: 9}, cache: {maxBytes: 2097152, maxTtl: 10m, maxStale: 0s,"
                    + " prefetch: false}}")
                .cache());

    assertThat(cache.size().maxBytes()).isEqualTo(2 << 20);
    assertThat(cache.times().maxTtl()).isEqualTo(Duration.ofMinutes(10));
    assertThat(cache.stale().maxStale()).isZero();
    assertThat(cache.prefetch()).isFalse();
    assertThat(cache.maxFlights()).isEqualTo(9);
    assertThat(read("{cache: {enabled: false}}").cache()).isNull();
    assertThat(problems("{cache: {maxTtl: 8d}}"))
        .containsExactly("dns.cache.maxTtl: PT192H (expected: 1-604800 s)");
  }

  @Test
  void readsRulesLimitsAndSecrets() throws IOException {
    Path secrets = Files.writeString(folder.resolve("secrets"), "not read here");

    DefenceConfig defence =
        read("""
                {access: {query: [10.0.0.0/8], zones: {secret.mesos: [10.1.0.0/16]}},
                 rateLimit: {responses: 5, exempt: [10.0.0.0/8]}, cookies: {secretsFile: secrets}}
                """)
            .defence();

    assertThat(defence.rateLimit().responses()).isEqualTo(5);
    assertThat(defence.rateLimit().exempt()).containsExactly(Cidr.parse("10.0.0.0/8"));
    assertThat(defence.secretsFile()).isEqualTo(secrets);
    assertThat(read("{rateLimit: {enabled: false}}").defence().rateLimit())
        .isEqualTo(RateLimit.OFF);
    assertThat(problems("{access: {zones: {secret.mesos: [x]}}}"))
        .containsExactly("dns.access.zones.secret.mesos: [x] (expected: a list of ADDR/LENGTH)");
  }

  @Test
  void readsHowAnswersTravel() throws IOException {
    Files.writeString(folder.resolve("chain.pem"), "not read here");
    Files.writeString(folder.resolve("key.pem"), "not read here");

    AnsweringConfig answering =
        read("""
                {identity: {nsid: node7}, rotation: none, truncateBit: false,
                 udp: {transport: netty, workers: 2}, queryLog: {sample: 10, hashClients: true},
                 tls: {listen: ["127.0.0.1:853"], certificate: chain.pem, key: key.pem}}
                """)
            .answering();

    assertThat(answering.identity()).isEqualTo(new ServerIdentity("node7", "", ""));
    assertThat(answering.rotation()).isEqualTo(Rotation.NONE);
    assertThat(answering.truncateBit()).isFalse();
    assertThat(answering.transport()).isEqualTo(UdpTransport.NETTY);
    assertThat(answering.workers()).isEqualTo(2);
    assertThat(requireNonNull(answering.queryLog()).oneIn()).isEqualTo(10);
    assertThat(answering.tls().listen()).containsExactly(HostPort.parse("127.0.0.1:853"));
    assertThat(requireNonNull(answering.tls().certificate()).key())
        .isEqualTo(folder.resolve("key.pem"));
    assertThat(
            problems(
                "{https: {listen: [\"127.0.0.1:443\"]}, identity: {nsid: %s}}"
                    .formatted("x".repeat(65))))
        .containsExactlyInAnyOrder(
            "dns.identity.nsid: 65 octets (expected: 64 at most)",
            "dns.https.certificate: missing (expected: a readable file)",
            "dns.https.key: missing (expected: a readable file)");
  }

  @Test
  void takesWhomToAskFromTheConfigurationOfDcosNet() throws IOException {
    Files.writeString(
        folder.resolve("dcos-dns.json"),
        """
        {"upstream_resolvers": ["192.0.2.53"], "mesos_resolvers": ["192.0.2.1:61053"],
         "forward_zones": {"a.example.org": ["192.0.2.2:54"]},
         "handler_limit": 99, "loadbalance": "none"}
        """);

    DnsConfig agent = read("{dcosDnsConfigFile: dcos-dns.json, mesos: {enabled: false}}");
    RoutingTable routes = agent.forward().routes(List.of());
    assertThat(routes.routes().stream().filter(Route.Ask.class::isInstance))
        .containsExactlyInAnyOrder(
            new Route.Ask(DomainName.ROOT, Policy.DEFAULT, List.of(Upstream.parse("192.0.2.53"))),
            new Route.Ask(
                DomainName.parse("a.example.org"),
                Policy.DEFAULT,
                List.of(Upstream.parse("192.0.2.2:54"))),
            new Route.Ask(
                DomainName.parse("mesos"), Policy.ALL, List.of(Upstream.parse("192.0.2.1:61053"))));
    assertThat(agent.forward().limits().maxOutstanding()).isEqualTo(99);
    assertThat(agent.answering().rotation()).isEqualTo(Rotation.NONE);
    assertThat(read("{dcosDnsConfigFile: dcos-dns.json}").forward().zones())
        .as("the zone is served here")
        .isEqualTo(
            Map.of(DomainName.parse("a.example.org"), List.of(Upstream.parse("192.0.2.2:54"))));
  }

  @Test
  void takesWhomToAskFromTheConfigurationOfMesosDns() throws IOException {
    assertThat(mesosDns("{}").upstreams()).containsExactly(Upstream.parse("8.8.8.8"));
    assertThat(mesosDns("{\"externalon\": false}").isOn()).isFalse();
    assertThat(mesosDns("{\"resolvers\": []}").ofSystem()).isTrue();
    ForwardConfig forward =
        mesosDns(
            "{\"resolvers\": [\"192.0.2.53\"], \"timeout\": 2,"
                + " \"zoneResolvers\": {\"weave\": [\"192.0.2.54:5353\"]}}");
    assertThat(forward.upstreams()).containsExactly(Upstream.parse("192.0.2.53"));
    assertThat(forward.zones())
        .isEqualTo(Map.of(DomainName.parse("weave"), List.of(Upstream.parse("192.0.2.54:5353"))));
    assertThat(forward.limits().budget()).isEqualTo(Duration.ofSeconds(2));
  }

  private ForwardConfig mesosDns(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return read("{mesos: {mesosDnsConfigFile: config.json}}").forward();
  }

  private static Route route(RoutingTable routes, String name) {
    return routes.route(DomainName.parse(name));
  }

  /** Section {@code dns} in the brackets of YAML, with an address to listen on. */
  private DnsConfig read(String dns) {
    String yaml =
        "sources: {file: state.json}\ndns: "
            + dns.strip().replaceFirst("\\{", "{listen: [\"127.0.0.1:53\"], ");
    try {
      Files.writeString(folder.resolve("state.json"), "{}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Configuration.read(
            Role.MASTER, ConfigDocument.parse(yaml, false, "node.yaml", folder), Map.of())
        .dns();
  }

  private List<String> problems(String dns) {
    try {
      return List.of("no problem: " + read(dns));
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }
}
