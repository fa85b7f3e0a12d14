// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayNodeConfigTest {

  private static final String NETWORK =
      """
      {"vtep_subnet": "44.128.0.0/20", "vtep_mac_oui": "70:B3:D5:00:00:00",
       "overlays": [{"name": "dcos", "subnet": "9.0.0.0/8", "prefix": 24}]}
      """;

  private static final String MEMBER =
      """
      node: {address: 192.0.2.1}
      gossip: {bind: "192.0.2.1:7950", keyFile: key}
      """;

  private static final String MASTER =
      MEMBER + "admin: {listen: \"192.0.2.1:62080\", tokenFile: key}\n";

  @TempDir Path folder;

  @BeforeEach
  void haveAKey() throws IOException {
    Files.writeString(folder.resolve("key"), "not looked at here");
  }

  @Test
  void hasNoPartInItUnlessItIsTold() {
    OverlayNodeConfig overlay = read(Role.MASTER, "{}");

    assertThat(overlay.enabled()).isFalse();
    assertThat(overlay.master()).isNull();
  }

  @Test
  void readsAMasterWithItsNetworkInPlace() {
    OverlayNodeConfig overlay =
        read(
            Role.MASTER,
            MASTER
                + """
                overlay:
                  enabled: true
                  tokenFile: key
                  master:
                    store: zookeeper
                    zk: zk://overlay:hidden@192.0.2.9:2181/dcos-net/overlay
                    network: %s
                """
                    .formatted(NETWORK.replace("\n", "\n      ")));

    assertThat(overlay.master())
        .isEqualTo(
            new OverlayMasterConfig(
                NetworkConfig.parse(NETWORK),
                AllocationStoreKind.ZOOKEEPER,
                io.dcosnet.zookeeper.ZooKeeperUrl.parse(
                    "zk://overlay:hidden@192.0.2.9:2181/dcos-net/overlay"),
                URI.create("http://192.0.2.1:62080")));
    assertThat(overlay.tokenFile()).isEqualTo(folder.resolve("key"));
    assertThat(overlay.agent().takesPart()).as("containers are on agents").isFalse();
  }

  @Test
  void readsTheNetworkFromAFile() throws IOException {
    Files.writeString(folder.resolve("network.json"), NETWORK);

    OverlayNodeConfig overlay =
        read(
            Role.MASTER,
            MEMBER
                + """
                overlay:
                  enabled: true
                  agent: {part: gateway}
                  master: {networkFile: network.json, advertise: "https://one.example.org:62080"}
                """);

    assertThat(overlay.master()).isNotNull();
    assertThat(overlay.master().network()).isEqualTo(NetworkConfig.parse(NETWORK));
    assertThat(overlay.master().advertise()).hasHost("one.example.org");
    assertThat(overlay.agent().wants()).isEqualTo(Wants.GATEWAY);
  }

  @Test
  void readsAnAgentWithAllThatItMayBeTold() {
    OverlayNodeConfig overlay =
        read(
            Role.AGENT,
            MEMBER
                + """
                overlay:
                  enabled: true
                  agent:
                    masters: ["http://192.0.2.7:62080", "http://192.0.2.8:62080"]
                    networks: [dcos]
                    pools: [cni]
                    mtu: 1420
                    hostNetwork: none
                    heartbeat: 10s
                """);

    assertThat(overlay.master()).isNull();
    assertThat(overlay.agent())
        .isEqualTo(
            new OverlayAgentConfig(
                HostPart.CONTAINERS,
                List.of(URI.create("http://192.0.2.7:62080"), URI.create("http://192.0.2.8:62080")),
                null,
                List.of("dcos"),
                List.of("cni"),
                1420,
                HostNetworkKind.NONE,
                Duration.ofSeconds(10)));
    assertThat(overlay.agent().wants()).isEqualTo(Wants.EVERYTHING.networks("dcos").pools("cni"));
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    assertThat(
            problems(
                Role.MASTER,
                """
                overlay:
                  enabled: true
                  agent: {part: gateway, mtu: 100, heartbeat: 5m}
                  master:
                    store: zookeeper
                    network: {vtep_subnet: 44.128.0.0/20, vtep_mac_oui: "70:B3:D5:00:00:00",
                              overlais: [], overlays: [{name: host, subnet: 9.0.0.0/8, prefix: 24}]}
                """))
        .anySatisfy(line -> assertThat(line).startsWith("overlay.enabled: true (expected: gossip"))
        .anySatisfy(line -> assertThat(line).startsWith("overlay.agent.mtu: 100 "))
        .anySatisfy(line -> assertThat(line).startsWith("overlay.agent.heartbeat: 5m "))
        .anySatisfy(line -> assertThat(line).startsWith("overlay.agent.part: "))
        .anySatisfy(line -> assertThat(line).startsWith("overlay.master.zk: missing"))
        .anySatisfy(line -> assertThat(line).startsWith("overlay.master.network.overlais: unknown"))
        .anySatisfy(
            line -> assertThat(line).startsWith("overlay.master.network.overlays[0].name: host"));
  }

  @Test
  void refusesToBeMasterWithoutANetworkOrAgentWithOne() {
    assertThat(problems(Role.MASTER, MASTER + "overlay: {enabled: true}"))
        .singleElement()
        .asString()
        .startsWith("overlay.master.network: missing");
    assertThat(
            problems(
                Role.AGENT, MEMBER + "overlay: {enabled: true, master: {network: {overlays: []}}}"))
        .singleElement()
        .asString()
        .startsWith("overlay.master.network: given");
    assertThat(
            problems(
                Role.MASTER,
                MASTER
                    + "overlay: {enabled: true, master: {network: "
                    + NETWORK.replace("\n", " ")
                    + ", zk: \"zk://u:secret@h:2181/p\"}}"))
        .singleElement()
        .asString()
        .startsWith("overlay.master.zk: ")
        .doesNotContain("secret");
  }

  @Test
  void refusesToSendAgentsOfOtherHostsToTheirOwn() {
    String network = "network: " + NETWORK.replace("\n", " ");
    String refused = "overlay.master.advertise: loopback (expected: an address that agents reach)";

    assertThat(
            problems(Role.MASTER, MEMBER + "overlay: {enabled: true, master: {" + network + "}}"))
        .containsExactly(refused);
    for (String host : List.of("127.0.0.9", "[::1]", "localhost")) {
      String told = "advertise: \"http://" + host + ":62080\", ";
      assertThat(
              problems(
                  Role.MASTER,
                  MASTER + "overlay: {enabled: true, master: {" + told + network + "}}"))
          .as(host)
          .containsExactly(refused);
    }
  }

  @Test
  void letsAClusterOfOneHostTalkOnItsLoopbackDevice() {
    String overlay =
        "overlay: {enabled: true, master: {network: " + NETWORK.replace("\n", " ") + "}}";
    String gossip = "gossip: {bind: \"127.0.0.1:7950\", keyFile: key}\n";

    for (String node : List.of("", "node: {address: 127.0.0.1}\n")) {
      OverlayMasterConfig master = read(Role.MASTER, node + gossip + overlay).master();

      assertThat(master).isNotNull();
      assertThat(master.advertise()).isEqualTo(URI.create("http://127.0.0.1:62080"));
    }
  }

  @Test
  void takesTheConfigurationOfAMasterOfDcosAsItIs() throws IOException {
    Files.writeString(
        folder.resolve("master.json"),
        """
        {"replicated_log_dir": "/var/lib/dcos/mesos/master", "network": %s}
        """
            .formatted(NETWORK));

    OverlayNodeConfig overlay =
        read(Role.MASTER, MASTER + "overlay: {enabled: true, dcosOverlayConfigFile: master.json}");

    assertThat(overlay.master()).isNotNull();
    assertThat(overlay.master().network()).isEqualTo(NetworkConfig.parse(NETWORK));
  }

  @Test
  void takesTheConfigurationOfAnAgentOfDcosAsItIs() throws IOException {
    Files.writeString(
        folder.resolve("agent.json"),
        """
        {"master": "zk://192.0.2.9:2181/mesos", "cni_dir": "/opt/cni",
         "network_config": {"allocate_subnet": true, "mesos_bridge": true, "docker_bridge": false,
                            "overlay_mtu": 1420, "enable_ipv6": true},
         "max_configuration_attempts": 4}
        """);
    Files.writeString(
        folder.resolve("gateway.json"),
        """
        {"network_config": {"mesos_bridge": false, "docker_bridge": false}}
        """);

    OverlayAgentConfig agent =
        read(Role.AGENT, MEMBER + "overlay: {enabled: true, dcosOverlayConfigFile: agent.json}")
            .agent();
    OverlayAgentConfig gateway =
        read(Role.AGENT, MEMBER + "overlay: {enabled: true, dcosOverlayConfigFile: gateway.json}")
            .agent();

    assertThat(agent.wants()).isEqualTo(Wants.EVERYTHING.pools("cni"));
    assertThat(agent.mtu()).isEqualTo(1420);
    assertThat(gateway.part()).isEqualTo(HostPart.GATEWAY);
  }

  @Test
  void printsWhatItWouldReadAgain() throws IOException {
    String text =
        MASTER + "overlay: {enabled: true, master: {network: " + NETWORK.replace("\n", " ") + "}}";
    Configuration first = configuration(Role.MASTER, text);
    Files.writeString(folder.resolve("again.json"), first.toJson());

    Configuration again =
        Configuration.read(
            Role.MASTER, ConfigDocument.load(folder.resolve("again.json")), Map.of());

    assertThat(again.overlay()).isEqualTo(first.overlay());
    Configuration agent = configuration(Role.AGENT, MEMBER + "overlay: {enabled: true}");
    Files.writeString(folder.resolve("agent.json"), agent.toJson());
    assertThat(
            Configuration.read(
                    Role.AGENT, ConfigDocument.load(folder.resolve("agent.json")), Map.of())
                .overlay())
        .isEqualTo(agent.overlay());
  }

  private OverlayNodeConfig read(Role role, String text) {
    return configuration(role, text).overlay();
  }

  private Configuration configuration(Role role, String text) {
    return Configuration.read(
        role, ConfigDocument.parse(text, false, "node.yaml", folder), Map.of());
  }

  private List<String> problems(Role role, String text) {
    return catchThrowableOfType(ConfigurationException.class, () -> configuration(role, text))
        .problems();
  }
}
