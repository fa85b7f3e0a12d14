// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.dcos.DcosZoneConfig;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.standalone.config.NamesHttpConfig.Flavour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsConfigTest {

  private static final String CLUSTER_ID = "y".repeat(52);

  @TempDir Path folder;

  @Test
  void readsRulesForNamesThatBothZonesTake() {
    DnsConfig dns =
        read(
            """
            dns:
              listen: ["127.0.0.1:53"]
              rules:
                - {pattern: "*.marathon", health: exclude-unhealthy, ttl: 7}
                - {pattern: "batch?.*", states: [running, killing]}
            """);

    assertThat(requireNonNull(dns.mesos()).nameRules())
        .isEqualTo(requireNonNull(dns.dcos()).nameRules());
    NamePolicy web = dns.dcos().nameRules().policy("web", "marathon", NamePolicy.DEFAULT);
    assertThat(web.health()).isEqualTo(HealthPolicy.EXCLUDE_UNHEALTHY);
    assertThat(web.ttlSeconds()).hasValue(7);
    assertThat(dns.dcos().nameRules().policy("batch1", "x", NamePolicy.DEFAULT).states())
        .isEqualTo(Set.of(TaskState.RUNNING, TaskState.KILLING));
  }

  @Test
  void tellsWhichRuleIsWrong() {
    assertThat(
            problems(
                """
                dns:
                  listen: ["127.0.0.1:53"]
                  rules: [{pattern: "*", tll: 7}, {health: good}, 5, {pattern: "", states: []}]
                """))
        .containsExactly(
            "dns.rules[1].pattern: missing (expected: a text)",
            "dns.rules[1].health: good (expected: one of ignore, exclude-unhealthy,"
                + " exclude-unhealthy-unless-all)",
            "dns.rules[2]: 5 (expected: a section with keys of its own)",
            "dns.rules[3].states: none (expected: one at least)",
            "dns.rules[0].tll: unknown (did you mean ttl?)");
    assertThat(problems("dns: {listen: [\"127.0.0.1:53\"], rules: {}}"))
        .containsExactly("dns.rules: {} (expected: a list of sections)");
  }

  @Test
  void readsTheZoneOfDcosNet() {
    DcosZoneConfig dcos =
        requireNonNull(
            read("""
                    dns:
                      listen: ["127.0.0.1:53"]
                      dcos: {domain: dcos.example.org, ttl: 3, services: false, masters: [192.0.2.1]}
                    """)
                .dcos());

    assertThat(dcos.apex().origin()).isEqualTo(DomainName.parse("dcos.example.org"));
    assertThat(dcos.ttlSeconds()).isEqualTo(3);
    assertThat(dcos.services()).isFalse();
    assertThat(dcos.masters()).hasToString("[192.0.2.1]");
    assertThat(problems("dns: {listen: [\"127.0.0.1:53\"], dcos: {includeStates: []}}"))
        .containsExactly("dns.dcos.includeStates: none (expected: one state at least)");
  }

  @Test
  void takesWhereToListenFromTheConfigurationsOfThePredecessors() throws IOException {
    Files.writeString(
        folder.resolve("mesos-dns.json"),
        "{\"listener\": \"192.0.2.7\", \"port\": 61053, \"httpport\": 8124,"
            + " \"EnumerationOn\": false}");
    Files.writeString(
        folder.resolve("dcos-dns.json"),
        """
        {"udp_port": 53, "tcp_port": 53, "bind_ips": ["198.51.100.1", "198.51.100.2"],
         "upstream_resolvers": ["192.0.2.53"],
         "zones": {"component.thisdcos.directory": [
           {"type": "cname", "name": "registry", "value": "master.dcos.thisdcos.directory"},
           {"type": "cname", "name": "other", "value": "leader.dcos.thisdcos.directory"}]}}
        """);

    DnsConfig dns =
        read(
            """
            dns:
              dcosDnsConfigFile: dcos-dns.json
              mesos: {mesosDnsConfigFile: mesos-dns.json}
              zones: {other.component.thisdcos.directory: leader.mesos}
            """);

    assertThat(dns.listen())
        .extracting(HostPort::toString)
        .containsExactly("198.51.100.1:53", "198.51.100.2:53", "192.0.2.7:61053");
    assertThat(dns.names())
        .isEqualTo(
            Map.of(
                DomainName.parse("registry.component.thisdcos.directory"),
                DomainName.parse("master.dcos.thisdcos.directory"),
                DomainName.parse("other.component.thisdcos.directory"),
                DomainName.parse("leader.mesos")));
    NamesHttpConfig http = requireNonNull(dns.http());
    assertThat(http.listen()).isEqualTo(HostPort.parse("0.0.0.0:8124"));
    assertThat(requireNonNull(http.mesosDns()).enumerationOn()).isFalse();
  }

  @Test
  void countsTheDocumentMoreThanTheConfigurationsOfThePredecessors() throws IOException {
    Files.writeString(folder.resolve("mesos-dns.json"), "{\"port\": 61053}");

    DnsConfig dns =
        read(
            """
            dns:
              listen: ["127.0.0.1:53"]
              mesos: {mesosDnsConfigFile: mesos-dns.json}
              http: {enabled: false}
            """);

    assertThat(dns.listen()).containsExactly(HostPort.parse("127.0.0.1:53"));
    assertThat(dns.http()).isNull();
  }

  @Test
  void tellsWhatIsWrongInTheConfigurationsOfThePredecessors() throws IOException {
    Files.writeString(
        folder.resolve("dcos-dns.json"), "{\"bind_ips\": [\"x\"], \"udp_port\": 70000}");
    Files.writeString(folder.resolve("other.json"), "{\"bind_interface\": \"absent0\"}");

    assertThat(problems("dns: {listen: [\"127.0.0.1:53\"], dcosDnsConfigFile: dcos-dns.json}"))
        .hasSize(2)
        .allMatch(problem -> problem.startsWith("dns.dcosDnsConfigFile: "));
    assertThat(problems("dns: {listen: [\"127.0.0.1:53\"], dcosDnsConfigFile: other.json}"))
        .containsExactly(
            "dns.dcosDnsConfigFile: bind_interface: absent0"
                + " (expected: an interface of this machine)");
  }

  @Test
  void knowsTheSuffixesOfThisCluster() {
    assertThat(read("dns: {listen: [\"127.0.0.1:53\"]}").aliases().list()).hasSize(3);
    assertThat(
            read("dns: {listen: [\"127.0.0.1:53\"], clusterId: " + CLUSTER_ID + "}")
                .aliases()
                .list())
        .hasSize(4);
    assertThat(read("dns: {listen: [\"127.0.0.1:53\"], aliases: false}").aliases())
        .isSameAs(Aliases.NONE);
    assertThat(
            problems(
                "dns: {listen: [\"127.0.0.1:53\"], aliases: false, clusterId: " + CLUSTER_ID + "}"))
        .containsExactly("dns.aliases: false (expected: true, where there is a clusterId)");
    assertThat(problems("dns: {listen: [\"127.0.0.1:53\"], clusterId: short}"))
        .containsExactly(
            "dns.clusterId: short (expected: zbase32 of the cluster's key, 52 characters)");
  }

  @Test
  void readsWhoMayCopyAndWhatIsCopied() throws IOException {
    Files.writeString(folder.resolve("key"), "not read here");

    TransferConfig transfer =
        read("""
                dns:
                  listen: ["127.0.0.1:53"]
                  transfer:
                    allow: [192.0.2.0/24]
                    keys: [key]
                    notify: ["192.0.2.53:53"]
                    secondaries:
                      - {origin: Example.org, primaries: ["192.0.2.54:53"], keyFile: key}
                """)
            .transfer();

    assertThat(transfer.allow()).hasToString("[192.0.2.0/24]");
    assertThat(transfer.keyFiles()).containsExactly(folder.resolve("key"));
    assertThat(transfer.told()).containsExactly(HostPort.parse("192.0.2.53:53"));
    assertThat(transfer.secondaries())
        .containsExactly(
            new TransferConfig.Secondary(
                DomainName.parse("example.org"),
                List.of(HostPort.parse("192.0.2.54:53")),
                folder.resolve("key")));
    assertThat(
            problems(
                "dns: {listen: [\"127.0.0.1:53\"], transfer: {secondaries: [{origin: a.org}]}}"))
        .containsExactly(
            "dns.transfer.secondaries[0].primaries: none (expected: a list of ADDR:PORT)");
  }

  @Test
  void speaksMesosDnsOnlyWhereItsZoneIs() {
    assertThat(
            problems(
                """
                dns:
                  listen: ["127.0.0.1:53"]
                  mesos: {enabled: false}
                  http: {listen: "127.0.0.1:8123"}
                """))
        .containsExactly(
            "dns.http.flavour: mesos-dns"
                + " (expected: dcos-net or native where dns.mesos is not served)");
    NamesHttpConfig http =
        requireNonNull(
            read("""
                    dns:
                      listen: ["127.0.0.1:53"]
                      mesos: {enabled: false}
                      http: {listen: "127.0.0.1:8123", flavour: dcos-net}
                    """)
                .http());
    assertThat(http.flavour()).isEqualTo(Flavour.DCOS_NET);
  }

  @Test
  void readsItsOwnPrintAgain() throws IOException {
    Files.writeString(folder.resolve("mesos-dns.json"), "{\"port\": 61053, \"ttl\": 9}");
    Files.writeString(folder.resolve("key"), "not read here");
    Configuration config =
        document(
            """
            sources: {masters: ["http://192.0.2.1:5050"]}
            dns:
              mesos: {mesosDnsConfigFile: mesos-dns.json}
              rules: [{pattern: "*", ttl: 3}]
              clusterId: %s
              zones: {a.example.org: b.example.org}
              transfer: {secondaries: [{origin: c.org, primaries: ["192.0.2.5:53"], keyFile: key}]}
            """
                .formatted(CLUSTER_ID),
            false);

    assertThat(document(config.toJson(), true).toJson()).isEqualTo(config.toJson());
    assertThat(config.toJson())
        .contains("0.0.0.0:61053", "0.0.0.0:8123", "\"ttl\" : 9", CLUSTER_ID);
  }

  private DnsConfig read(String yaml) {
    return document("sources: {masters: [\"http://192.0.2.1:5050\"]}\n" + yaml, false).dns();
  }

  private Configuration document(String text, boolean json) {
    return Configuration.read(
        Role.MASTER, ConfigDocument.parse(text, json, "node.yaml", folder), Map.of());
  }

  private List<String> problems(String yaml) {
    try {
      return List.of("no problem: " + read(yaml));
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }
}
