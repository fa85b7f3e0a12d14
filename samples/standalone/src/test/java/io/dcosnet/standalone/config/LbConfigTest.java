// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.VipLoadBalancer.Publishing;
import io.dcosnet.lb.check.CheckRules;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.NameHash;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.ReachPolicy.Suspects;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import io.dcosnet.lb.vip.TableLimits;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.standalone.config.LbConfig.TaskSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LbConfigTest {

  /** An agent that is a member. */
  private static final String MEMBER =
      """
      node: {address: 192.0.2.7, dataDir: data}
      gossip: {bind: "192.0.2.7:7950", insecure: true}
      """;

  private static final String AGENT_SOURCE = "sources: {agent: {url: 'http://192.0.2.7:5051'}}\n";

  @TempDir Path folder;

  @Test
  void isOnWhereTheNodeIsAMember() {
    LbConfig lb = agent(MEMBER + AGENT_SOURCE);

    assertThat(lb.enabled()).isTrue();
    assertThat(lb.source()).isEqualTo(TaskSource.AGENT);
    assertThat(lb.publishing()).isEqualTo(Publishing.OWN_TASKS);
    assertThat(lb.dataPath()).isEqualTo(DataPathKind.USERSPACE);
    assertThat(lb.listenRange()).isNull();
    assertThat(lb.names().addresses()).isEqualTo(VipAddresses.defaults());
    assertThat(lb.defaults()).isEqualTo(ServiceOptions.DEFAULTS);
    assertThat(lb.limits()).isEqualTo(TableLimits.DEFAULTS);
    assertThat(lb.reach()).isEqualTo(ReachPolicy.DEFAULTS);
    assertThat(lb.health()).usingRecursiveComparison().isEqualTo(HealthRules.defaults());
    assertThat(lb.checks()).isEqualTo(CheckRules.DEFAULTS);
    assertThat(lb.proxy(null, false)).usingRecursiveComparison().isEqualTo(ProxyConfig.defaults());
  }

  @Test
  void isOffWithoutAWordWhereTheNodeIsNoMember() {
    assertThat(agent("node: {address: 192.0.2.7, dataDir: data}").enabled()).isFalse();
  }

  @Test
  void takesLabelsFromTheReplicatedStoreWhereNoAgentIsAsked() {
    assertThat(agent(MEMBER).source()).isEqualTo(TaskSource.CLUSTER);
  }

  @Test
  void publishesNothingOnAMasterThatWasNotToldTo() {
    LbConfig lb =
        read(
            Role.MASTER,
            """
            sources: {masters: ["http://192.0.2.1:5050"]}
            gossip: {bind: "192.0.2.7:7950", insecure: true}
            """);

    assertThat(lb.enabled()).isTrue();
    assertThat(lb.source()).isEqualTo(TaskSource.NONE);
    assertThat(lb.publishing()).isEqualTo(Publishing.ALL_TASKS);
  }

  @Test
  void needsGossipOrTheWishToBeAlone() {
    String single = "node: {address: 192.0.2.7, dataDir: data}\n";

    assertThat(problems(single + "lb: {enabled: true}"))
        .singleElement()
        .asString()
        .startsWith("lb.enabled: true (expected: gossip.bind with gossip.store beside it");
    assertThat(problems(single + "lb: {listenRange: 127.65.0.0/16}"))
        .singleElement()
        .asString()
        .startsWith("lb.enabled: missing (expected: gossip.bind");
    assertThat(agent(single + "lb: {alone: true}").enabled()).isTrue();
    assertThat(agent(single + "lb: {enabled: false, listenRange: 127.65.0.0/16}").enabled())
        .isFalse();
    assertThat(problems(MEMBER + "lb: {alone: true}"))
        .containsExactly("lb.alone: true (expected: false on a member with gossip.store)");
  }

  @Test
  void readsAllThatItMayBeTold() {
    LbConfig lb =
        agent(
            MEMBER
                + """
                sources: {file: state.json}
                lb:
                  source: cluster
                  publish: all-tasks
                  listenRange: 127.65.0.0/16
                  unprivilegedPortOffset: 20000
                  ipv6: false
                  forbidden: [9.0.0.0/8]
                  unreachableGrace: 5s
                  maxVips: 10
                  maxBackendsPerVip: 20
                  drainTimeout: 1m
                  terminalGrace: 2s
                  suspects: deprioritise
                  partitionGuard: 70
                  linger: 7s
                  names: {min: 10.8.0.0, max: 10.8.255.255, hash: fnv, grace: 1h, quarantine: 2m}
                  defaults:
                    policy: round-robin
                    affinity: 3h
                    locality: prefer-zone
                    proxy: v2
                    connections: 100
                    backendConnections: 5
                    check: http:/health
                  checks: {nodes: 5, interval: 5s, timeout: 1s, rise: 3, fall: 4}
                  health:
                    consecutiveFailures: 3
                    ejectionTime: 10s
                    maxEjectionTime: 1m
                    maxEjectionPercent: 20
                    successRateDeviations: 2.5
                    panicPercent: 40
                    slowStart: 30s
                    slowStartAggression: 2
                  traffic:
                    connectTimeout: 400ms
                    acceptProxyHeaderFrom: [192.0.2.0/24]
                    maxUdpSessions: 7
                """);

    assertThat(lb.source()).isEqualTo(TaskSource.CLUSTER);
    assertThat(lb.publishing()).isEqualTo(Publishing.ALL_TASKS);
    assertThat(lb.listenRange()).isEqualTo(Cidr.parse("127.65.0.0/16"));
    assertThat(lb.rules().ipv6()).isFalse();
    assertThat(lb.rules().loopbackRanges()).containsExactly(Cidr.parse("127.65.0.0/16"));
    assertThat(lb.rules().forbidden())
        .as("those given, the resolver's, and this node's")
        .contains(
            Cidr.parse("9.0.0.0/8"), Cidr.parse("198.51.100.0/24"), Cidr.parse("192.0.2.7/32"));
    assertThat(lb.unreachableGrace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(lb.limits())
        .isEqualTo(
            new TableLimits(
                10, 20, Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofSeconds(7)));
    assertThat(lb.names().addresses())
        .isEqualTo(
            new VipAddresses(
                AddressRange.of("10.8.0.0", "10.8.255.255"),
                VipAddresses.DEFAULT_IPV6,
                NameHash.FNV));
    assertThat(lb.names().grace()).isEqualTo(Duration.ofHours(1));
    assertThat(lb.names().quarantine()).isEqualTo(Duration.ofMinutes(2));
    assertThat(lb.defaults())
        .isEqualTo(
            ServiceOptions.DEFAULTS
                .with(Policy.ROUND_ROBIN)
                .withAffinity(Duration.ofHours(3))
                .with(Locality.PREFER_ZONE)
                .with(ProxyHeader.V2)
                .with(Check.http("/health"))
                .withLimits(100, 5));
    assertThat(lb.checks())
        .isEqualTo(new CheckRules(5, Duration.ofSeconds(5), Duration.ofSeconds(1), 3, 4));
    assertThat(lb.reach()).isEqualTo(new ReachPolicy(Suspects.DEPRIORITISE, 70));
    assertThat(lb.health())
        .usingRecursiveComparison()
        .isEqualTo(
            HealthRules.builder()
                .consecutiveFailures(3)
                .ejectionTime(Duration.ofSeconds(10))
                .maxEjectionTime(Duration.ofMinutes(1))
                .maxEjectionPercent(20)
                .successRateDeviations(2.5)
                .panicPercent(40)
                .slowStart(Duration.ofSeconds(30))
                .slowStartAggression(2)
                .build());
    ProxyConfig proxy = lb.proxy(lb.listenRange(), false);
    assertThat(proxy.listenRange()).contains(Cidr.parse("127.65.0.0/16"));
    assertThat(proxy.unprivilegedPortOffset()).isEqualTo(20_000);
    assertThat(proxy.vipRange()).isEqualTo(AddressRange.of("10.8.0.0", "10.8.255.255"));
    assertThat(proxy.connectTimeout()).isEqualTo(Duration.ofMillis(400));
    assertThat(proxy.acceptProxyHeaderFrom()).containsExactly(Cidr.parse("192.0.2.0/24"));
    assertThat(proxy.maxUdpSessions()).isEqualTo(7);
  }

  @Test
  void cutsAnEndedTaskNoLaterThanOneThatIsDrained() {
    assertThat(agent(MEMBER + "lb: {drainTimeout: 500ms}").limits().terminal())
        .as("nobody asked for more")
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void refusesRangesThatAreUsedForSomethingElse() {
    assertThat(
            problems(
                """
                node: {address: 11.0.0.7, dataDir: data}
                admin: {listen: "127.65.0.1:62080"}
                sources: {masters: ["http://11.0.0.1:5050"]}
                gossip: {bind: "192.0.2.7:7950", insecure: true}
                lb: {listenRange: 127.65.0.0/16, forbidden: [11.8.0.0/16]}
                """))
        .containsExactlyInAnyOrder(
            "lb.listenRange: 127.65.0.0/16 (expected: without 127.65.0.1 of admin.listen)",
            "lb.names: 11.0.0.0-11.255.255.254 (expected: without 11.0.0.7 of node.address)",
            "lb.names: 11.0.0.0-11.255.255.254 (expected: without 11.0.0.1 of sources.masters)",
            "lb.names: 11.0.0.0-11.255.255.254 (expected: outside 11.8.0.0/16 of lb.forbidden)");
    assertThat(problems(MEMBER + "lb: {names: {min: 198.51.0.0, max: 198.52.0.0}}"))
        .containsExactly(
            "lb.names: 198.51.0.0-198.52.0.0 (expected: outside 198.51.100.0/24, where dcos-net's"
                + " resolver listens)");
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    assertThat(
            problems(
                MEMBER
                    + """
                    lb:
                      source: agent
                      listenRange: "2001:db8::/64"
                      names: {min: 10.0.0.9, max: 10.0.0.1, min6: 10.0.0.1, quarantine: 1s}
                      linger: 5s
                      drainTimeout: 2s
                      terminalGrace: 3s
                      checks: {nodes: 0, timeout: 11s}
                      defaults: {policy: best, affinity: 31d, check: ping}
                      traffic: {connectTimeout: 0s, connectRetries: 101}
                      health:
                        ejectionTime: 6m
                        sweepInterval: 0s
                        successRateDeviations: -1
                        slowStartAggression: 0
                      partitionGuard: 0
                    """))
        .containsExactlyInAnyOrder(
            "lb.source: agent (expected: sources.agent.url beside it)",
            "lb.listenRange: 2001:db8::/64 (expected: IPv4, /8 to /30)",
            "lb.names.max: 10.0.0.1 (expected: an address behind min 10.0.0.9)",
            "lb.names.min6: 10.0.0.1 (expected: an IPv6 address)",
            "lb.names.quarantine: 1s (expected: 10s or more)",
            "lb.linger: 5s (expected: more than 5s)",
            "lb.defaults.policy: best (expected: one of p2c, p2c-least, round-robin,"
                + " least-connections, random, maglev)",
            "lb.defaults.affinity: 31d (expected: at most 30d)",
            "lb.traffic.connectTimeout: 0s (expected: more than zero)",
            "lb.traffic.connectRetries: 101 (expected: 0-100)",
            "lb.health.sweepInterval: 0s (expected: more than 0, at most 1d)",
            "lb.health.maxEjectionTime: 5m (expected: at least 6m)",
            "lb.health.successRateDeviations: -1 (expected: a number, 0 or more)",
            "lb.health.slowStartAggression: 0 (expected: a number above 0)",
            "lb.terminalGrace: 3s (expected: up to drainTimeout 2s)",
            "lb.checks.nodes: 0 (expected: 1-100)",
            "lb.checks.timeout: 11s (expected: 1ms or more, up to interval 10s)",
            "lb.defaults.check: ping (expected: none, tcp, http or http:/PATH)",
            "lb.partitionGuard: 0 (expected: 1-100)");
  }

  @Test
  void takesTheFilesOfDcosNetAndLetsTheDocumentCountMore() throws IOException {
    Files.writeString(
        folder.resolve("common.config"),
        """
        [{dcos_net, [{dist_port, 62501}]},
         {dcos_l4lb,
           [{enable_lb, true}, {enable_ipv6, false}, {ipset_enabled, true},
            {min_named_ip, {11,0,0,0}}, {max_named_ip, {11,255,255,255}},
            {min_named_ip6, {16#fd01,16#c,16#0,16#0,16#0,16#0,16#0,16#0}},
            {max_named_ip6, {16#fd01,16#c,16#0,16#0,16#ffff,16#ffff,16#ffff,16#ffff}}]}].
        """);
    Files.writeString(
        folder.resolve("master.config"),
        "[{dcos_l4lb, [{agent_polling_enabled, false}, {enable_networking, false}]}].");
    String files = "lb: {dcosNetConfigFiles: [common.config, master.config]%s}";

    LbConfig lb = agent(MEMBER + AGENT_SOURCE + files.formatted(""));

    assertThat(lb.enabled()).isTrue();
    assertThat(lb.source()).isEqualTo(TaskSource.NONE);
    assertThat(lb.dataPath()).isEqualTo(DataPathKind.NONE);
    assertThat(lb.rules().ipv6()).isFalse();
    assertThat(lb.names().addresses().ipv4())
        .isEqualTo(AddressRange.of("11.0.0.0", "11.255.255.255"));
    assertThat(lb.names().addresses().ipv6()).isEqualTo(VipAddresses.DEFAULT_IPV6);
    LbConfig other =
        agent(
            MEMBER
                + AGENT_SOURCE
                + files.formatted(", source: agent, ipv6: true, names: {max: 11.0.255.255}"));
    assertThat(other.source()).isEqualTo(TaskSource.AGENT);
    assertThat(other.rules().ipv6()).isTrue();
    assertThat(other.names().addresses().ipv4())
        .isEqualTo(AddressRange.of("11.0.0.0", "11.0.255.255"));
  }

  @Test
  void isOffWhereDcosNetsFileSaysSo() throws IOException {
    Files.writeString(folder.resolve("common.config"), "[{dcos_l4lb, [{enable_lb, false}]}].");

    assertThat(agent(MEMBER + "lb: {dcosNetConfigFiles: [common.config]}").enabled()).isFalse();
  }

  @Test
  void saysWhatIsWrongInAFileOfDcosNet() throws IOException {
    Files.writeString(
        folder.resolve("common.config"),
        "[{dcos_l4lb, [{enable_lb, maybe}, {min_named_ip, {11,0,256,0}}, {max_named_ip6, 7}]}].");
    Files.writeString(folder.resolve("broken.config"), "[{dcos_l4lb,");

    assertThat(problems(MEMBER + "lb: {dcosNetConfigFiles: [common.config, broken.config]}"))
        .containsExactlyInAnyOrder(
            "lb.dcosNetConfigFiles: enable_lb (expected: true or false)",
            "lb.dcosNetConfigFiles: min_named_ip (expected: an address of 4 numbers such as"
                + " {11,0,0,0})",
            "lb.dcosNetConfigFiles: max_named_ip6 (expected: an address of 8 numbers such as"
                + " {16#fd01,16#c,0,0,0,0,0,0})",
            "lb.dcosNetConfigFiles: "
                + folder.resolve("broken.config")
                + ": line 1 (expected: more)");
  }

  @Test
  void canBeReadAgainAsItIsPrinted() throws IOException {
    Configuration config =
        Configuration.read(Role.AGENT, document(MEMBER + AGENT_SOURCE), Map.of());

    Path printed = Files.writeString(folder.resolve("printed.json"), config.toJson());

    assertThat(Configuration.read(Role.AGENT, ConfigDocument.load(printed), Map.of()).lb())
        .usingRecursiveComparison()
        .isEqualTo(config.lb());
    String none = "node: {address: 192.0.2.7, dataDir: data}";
    Path off =
        Files.writeString(
            folder.resolve("off.json"),
            Configuration.read(Role.AGENT, document(none), Map.of()).toJson());
    assertThat(Configuration.read(Role.AGENT, ConfigDocument.load(off), Map.of()).lb().enabled())
        .isFalse();
  }

  private LbConfig agent(String text) {
    return read(Role.AGENT, text);
  }

  private LbConfig read(Role role, String text) {
    return Configuration.read(role, document(text), Map.of()).lb();
  }

  private List<String> problems(String text) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> agent(text));
    assertThat(refused).as("refused").isNotNull();
    return refused.problems();
  }

  private ConfigDocument document(String text) {
    try {
      Files.writeString(folder.resolve("state.json"), "{}");
      return ConfigDocument.load(Files.writeString(folder.resolve("node.yaml"), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
