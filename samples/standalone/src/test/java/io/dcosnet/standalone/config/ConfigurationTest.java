// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.IpSource;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.standalone.config.SourcesConfig.SourceKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

  @TempDir Path folder;

  @Test
  void readsAllSections() throws IOException {
    Files.writeString(folder.resolve("token"), "0123456789abcdef");

    Configuration config =
        read(
            """
            node: {address: 192.0.2.7, region: north}
            admin:
              listen: "192.0.2.7:62080"
              tokenFile: token          # beside this file
              lameduck: 3s
            sources:
              masters: ["http://192.0.2.1:5050", "http://192.0.2.2:5050"]
              refresh: 30s
            dns:
              listen: ["198.51.100.1:53", "[2001:db8::1]:53"]
              mesos: {domain: example, ttl: 5, ipSources: [host], health: exclude-unhealthy}
            """);

    assertThat(config.node().region()).isEqualTo("north");
    assertThat(config.admin().tokenFile()).isEqualTo(folder.resolve("token"));
    assertThat(config.admin().lameduck()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.sources().kind()).isEqualTo(SourceKind.STREAM);
    assertThat(config.sources().persist()).isTrue();
    assertThat(config.sources().masters())
        .containsExactly(URI.create("http://192.0.2.1:5050"), URI.create("http://192.0.2.2:5050"));
    assertThat(config.sources().refresh()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.dns().listen())
        .containsExactly(HostPort.parse("198.51.100.1:53"), HostPort.parse("[2001:db8::1]:53"));
    MesosDnsConfig mesos = config.dns().mesos();
    assertThat(mesos).isNotNull();
    assertThat(mesos.domain()).isEqualTo("example");
    assertThat(mesos.ttlSeconds()).isEqualTo(5);
    assertThat(mesos.ipSources()).containsExactly(IpSource.HOST);
    assertThat(mesos.healthPolicy()).isEqualTo(HealthPolicy.EXCLUDE_UNHEALTHY);
  }

  @Test
  void needsNothingOfAMaster() {
    Configuration config = read("");

    assertThat(config.admin().listen()).isEqualTo(AdminConfig.DEFAULT_LISTEN);
    assertThat(config.dns().listen()).isEmpty();
    assertThat(config.sources().kind()).isNull();
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertThat(
            problems(
                """
                admin: {listen: 62080, lameduck: 1h}
                sources: {masters: ["ftp://192.0.2.1", "http://user:pw@192.0.2.1:5050"], refresh: 0s}
                dns:
                  listen: ["127.0.0.1:53"]
                  lissen: []
                  mesos: {ttl: "30", ipSources: [hst], domain: "not a domain"}
                ndoe: {}
                """))
        .containsExactly(
            "admin.listen: 62080 (expected: ADDR:PORT, in quotes)",
            "admin.lameduck: 1h (expected: at most 10s)",
            "sources.masters[0]: ftp://192.0.2.1 (expected: http://HOST:PORT or https://HOST:PORT)",
            "sources.masters[1]: http://user:pw@192.0.2.1:5050"
                + " (expected: http://HOST:PORT or https://HOST:PORT)",
            "sources.refresh: 0s (expected: more than zero)",
            "dns.mesos.ttl: \"30\" (expected: 0 or more)",
            "dns.mesos.ipSources[0]: hst (expected: one of host, netinfo, mesos, docker)",
            "dns.mesos.domain: \"not a domain\" (expected: labels of a-z, 0-9 and - between dots)",
            "ndoe: unknown (did you mean node?)",
            "dns.lissen: unknown (did you mean listen?)");
  }

  @Test
  void listsTheKeysWhereNoneIsNear() {
    assertThat(problems("node: {colour: blue}"))
        .containsExactly("node.colour: unknown (expected: address, dataDir, region, zone, device)");
  }

  @Test
  void refusesAnUnknownKeyWithoutAValue() {
    assertThat(problems("dns:\n  listen: [\"127.0.0.1:53\"]\n  lissen:\nsources: {masters: []}"))
        .contains("dns.lissen: unknown (did you mean listen?)");
  }

  @Test
  void refusesWhatHasNoPartBehindIt() {
    Map<String, String> notConnected =
        Map.of("dns.dcos", "not set; no part", "sources.kind=stream", "state or file; no stream");

    assertThatThrownBy(
            () ->
                Configuration.read(
                    Role.MASTER,
                    document(
                        """
                        sources: {kind: stream, masters: ["http://192.0.2.1:5050"]}
                        dns: {listen: ["127.0.0.1:53"], dcos: {ttl: 7}}
                        """),
                    notConnected))
        .asInstanceOf(InstanceOfAssertFactories.type(ConfigurationException.class))
        .extracting(ConfigurationException::problems)
        .isEqualTo(
            List.of(
                "sources.kind: stream (expected: state or file; no stream)",
                "dns.dcos: a section (expected: not set; no part)"));
    assertThat(
            Configuration.read(
                    Role.MASTER,
                    document("sources: {kind: state, masters: [\"http://192.0.2.1:5050\"]}"),
                    notConnected)
                .sources()
                .kind())
        .isEqualTo(SourceKind.STATE);
  }

  @Test
  void wantsToKnowWhereAnAgentIs() {
    assertThatThrownBy(() -> Configuration.read(Role.AGENT, ConfigDocument.empty(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("node.address: missing (expected: the address of this agent)");
  }

  @Test
  void wantsASourceForZonesThatFollowTasks() {
    assertThat(problems("dns: {listen: [\"127.0.0.1:53\"]}"))
        .containsExactly(
            "sources: missing"
                + " (expected: masters, zk, file or agent, or a member with gossip.store, for the"
                + " zones that follow tasks)");
    String without =
        "dns: {listen: [\"127.0.0.1:53\"], mesos: {enabled: false}, dcos: {enabled: false}}";
    assertThat(read(without).dns().mesos()).isNull();
    assertThat(read(without).dns().dcos()).isNull();
  }

  @Test
  void keepsTheAdminServerFromStrangers() throws IOException {
    Files.writeString(folder.resolve("token"), "0123456789abcdef");

    assertThat(problems("admin: {listen: \"0.0.0.0:62080\"}"))
        .containsExactly(
            "admin.listen: 0.0.0.0:62080 (expected: a loopback address, or a tokenFile or"
                + " tls.clientAuthorities beside it)");
    assertThat(read("admin: {listen: \"0.0.0.0:62080\", tokenFile: token}").admin().tokenFile())
        .isNotNull();
  }

  @Test
  void isContentWithTheAgentBesideIt() {
    Configuration config =
        read(
            """
            sources: {agent: {url: "http://192.0.2.7:5051"}}
            dns: {listen: ["127.0.0.1:53"]}
            """);

    assertThat(config.sources().kind()).isNull();
    assertThat(config.sources().agent()).isNotNull();
    assertThat(config.sources().agent().refresh()).isEqualTo(Duration.ofSeconds(2));
    assertThat(problems("sources: {agent: {refresh: 5s}}\ndns: {listen: [\"127.0.0.1:53\"]}"))
        .first()
        .asString()
        .startsWith("sources: missing");
  }

  @Test
  void followsNoEventsWhereOnlyAStateIsGiven() {
    String state = "masters: [\"http://192.0.2.1:5050/master/state\"]";

    assertThat(problems("sources: {" + state + "}"))
        .containsExactly(
            "sources.masters: http://192.0.2.1:5050/master/state"
                + " (expected: without /state, or kind: state)");
    assertThat(read("sources: {kind: state, " + state + "}").sources().kind())
        .isEqualTo(SourceKind.STATE);
  }

  @Test
  void takesTheValuesOfAMesosDnsConfigurationUnlessTold() throws IOException {
    Files.writeString(
        folder.resolve("mesos-dns.json"),
        "{\"ttl\": 17, \"domain\": \"old\", \"SOARname\": \"me.old\"}");

    Configuration config =
        read(
            """
            sources: {masters: ["http://192.0.2.1:5050"]}
            dns:
              listen: ["127.0.0.1:53"]
              mesos: {mesosDnsConfigFile: mesos-dns.json, domain: example}
            """);

    assertThat(config.dns().mesos()).isNotNull();
    assertThat(config.dns().mesos().ttlSeconds()).isEqualTo(17);
    assertThat(config.dns().mesos().domain()).isEqualTo("example");
    assertThat(config.toJson()).contains("\"ttl\" : 17");
  }

  @Test
  void showsNoSecret() {
    Configuration config = read("sources: {zk: \"zk://me:secret@192.0.2.1:2181/mesos\"}");

    assertThat(config.sources().zooKeeper()).isNotNull();
    assertThat(config.sources().zooKeeper().credentials()).isEqualTo("me:secret");
    assertThat(config.toJson())
        .contains("zk://(redacted)@192.0.2.1:2181/mesos")
        .doesNotContain("secret@");
    assertThat(problems("sources: {zk: \"zk://me:secret@192.0.2.1\"}"))
        .first()
        .asString()
        .startsWith("sources.zk: (redacted) (expected: zk://");
  }

  @Test
  void readsItsOwnPrintAgain() {
    Configuration config =
        read(
            """
            node: {zone: a}
            sources: {masters: ["http://192.0.2.1:5050"], electionGrace: 90s}
            dns: {listen: ["127.0.0.1:53"], mesos: {includeStates: [running, staging]}}
            """);

    Configuration again =
        Configuration.read(
            Role.MASTER,
            ConfigDocument.parse(config.toJson(), true, "print.json", folder),
            Map.of());

    assertThat(again.toJson()).isEqualTo(config.toJson());
  }

  private Configuration read(String yaml) {
    return Configuration.read(Role.MASTER, document(yaml), Map.of());
  }

  private ConfigDocument document(String yaml) {
    return ConfigDocument.parse(yaml, false, "node.yaml", folder);
  }

  private List<String> problems(String yaml) {
    try {
      return List.of("no problem: " + read(yaml).toJson());
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }
}
