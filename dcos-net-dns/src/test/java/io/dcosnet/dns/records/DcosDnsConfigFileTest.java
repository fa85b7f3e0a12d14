// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.DcosDnsConfig.Alias;
import io.dcosnet.dns.records.DcosDnsConfig.LoadBalance;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DcosDnsConfigFileTest {

  @Test
  void readsWhatDcosWrites() {
    DcosDnsConfig config =
        DcosDnsConfigFile.read(
            """
            {"upstream_resolvers": ["192.0.2.53", "192.0.2.54:5353"], "udp_port": 53, "tcp_port": 54,
             "bind_interface": "spartan", "bind_ip_blacklist": ["198.51.100.4"],
             "forward_zones": {"a.example.org": ["192.0.2.1:53", "192.0.2.2"],
                               "B.example.org": ["192.0.2.3"]}}
            """);

    assertThat(config.upstreams()).containsExactly(at("192.0.2.53:53"), at("192.0.2.54:5353"));
    assertThat(config.udpPort()).isEqualTo(53);
    assertThat(config.tcpPort()).isEqualTo(54);
    assertThat(config.bindInterface()).contains("spartan");
    assertThat(config.bindBlacklist()).containsExactly(IpAddress.parse("198.51.100.4"));
    assertThat(config.forwardZones())
        .containsEntry(name("a.example.org"), List.of(at("192.0.2.1:53"), at("192.0.2.2:53")))
        .containsEntry(name("b.example.org"), List.of(at("192.0.2.3:53")));
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void readsWhatDcosNetTakesFromItsOwnConfiguration() {
    DcosDnsConfig config =
        DcosDnsConfigFile.read(
            """
            {"enable_dns": false, "udp_server_enabled": false, "tcp_server_enabled": false,
             "handler_limit": 99, "loadbalance": "random", "mesos_resolvers": ["192.0.2.1:61053"],
             "zones": {"component.thisdcos.directory": [
               {"type": "cname", "name": "registry", "value": "master.dcos.thisdcos.directory"},
               {"type": "cname", "name": "a.b", "value": "example.org."}]},
             "udp_recbuf": 4096, "send_timeout": 1, "masters_timeout": 2, "push_zone_timeout": 3,
             "mesos_dns_timeout": 4, "masters_refresh_interval_normal": 5,
             "masters_refresh_interval_fail": 6, "exhibitor_timeout": 7, "mesos_port": 5051,
             "mesos_reconnect_timeout": 8, "mesos_reconnect_max_timeout": 9, "mesos_timeout": 10,
             "mesos_connect_timeout": 11, "mesos_agents_readiness_timeout": 12,
             "mesos_tasks_readiness_timeout": 13}
            """);

    assertThat(config.enabled()).isFalse();
    assertThat(config.udpEnabled()).isFalse();
    assertThat(config.tcpEnabled()).isFalse();
    assertThat(config.handlerLimit()).isEqualTo(99);
    assertThat(config.loadBalance()).isEqualTo(LoadBalance.RANDOM);
    assertThat(config.mesosResolvers()).containsExactly(at("192.0.2.1:61053"));
    assertThat(config.zones().get(name("component.thisdcos.directory")))
        .containsExactly(
            new Alias(
                name("registry.component.thisdcos.directory"),
                name("master.dcos.thisdcos.directory")),
            new Alias(name("a-b.component.thisdcos.directory"), name("example.org")));
    assertThat(config.udpReceiveBufferBytes()).isEqualTo(4096);
    assertThat(config.times())
        .isEqualTo(
            new DcosDnsConfig.Times(
                millis(1), millis(2), millis(3), millis(4), millis(5), millis(6), millis(7)));
    assertThat(config.mesos())
        .isEqualTo(
            new DcosDnsConfig.MesosListening(
                5051, millis(8), millis(9), millis(10), millis(11), millis(12), millis(13)));
  }

  @Test
  void hasTheDefaultsOfDcosNet() {
    DcosDnsConfig config = DcosDnsConfigFile.read("{}");

    assertThat(config.enabled()).isTrue();
    assertThat(config.udpPort()).isEqualTo(5454);
    assertThat(config.upstreams()).containsExactly(at("8.8.8.8:53"), at("4.2.2.1:53"));
    assertThat(config.handlerLimit()).isEqualTo(1024);
    assertThat(config.loadBalance()).isEqualTo(LoadBalance.ROUND_ROBIN);
    assertThat(config.times().mastersRefresh()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.mesos().port()).isNull();
    assertThat(config.mesos().agents()).isEqualTo(Duration.ofMinutes(10));
    assertThat(DcosDnsConfig.defaults().tcpPort()).isEqualTo(5454);
  }

  @Test
  void listensOnTheInterfaceUnlessToldAddresses() {
    List<IpAddress> machine = addresses("198.51.100.4", "198.51.100.1", "fe80::1", "2001:db8::1");

    assertThat(
            DcosDnsConfigFile.read("{\"bind_ip_blacklist\": [\"198.51.100.4\"]}").listenOn(machine))
        .isEqualTo(addresses("198.51.100.1", "2001:db8::1"));
    assertThat(DcosDnsConfigFile.read("{\"bind_ips\": [\"192.0.2.1\"]}").listenOn(machine))
        .isEqualTo(addresses("192.0.2.1"));
  }

  @ParameterizedTest
  @CsvSource({"round_robin, ROUND_ROBIN", "random, RANDOM", "off, NONE", "'', NONE"})
  void takesAnyOtherWordForNoLoadBalancing(String word, LoadBalance expected) {
    assertThat(DcosDnsConfigFile.read("{\"loadbalance\": \"" + word + "\"}").loadBalance())
        .isEqualTo(expected);
  }

  @Test
  void tellsAllProblemsAtOnce() {
    ConfigurationException thrown =
        refused(
            """
            {"udp_port": 0, "tcp_port": "53", "bind_ips": ["x", "192.0.2.1"],
             "upstream_resolvers": ["host", "192.0.2.1:5454"], "forward_zones": {"a": []},
             "handler_limit": 0, "send_timeout": -1, "enable_dns": "yes"}
            """);

    assertThat(thrown.problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(':')))
        .containsExactlyInAnyOrder(
            "udp_port",
            "tcp_port",
            "bind_ips",
            "upstream_resolvers",
            "upstream_resolvers",
            "forward_zones.a",
            "handler_limit",
            "send_timeout",
            "enable_dns");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'dcos.thisdcos.directory': []",
        "'a.l4lb.thisdcos.directory': []",
        "'thisdcos.directory': []",
        "'example.org': []",
        "'c.thisdcos.directory': {}",
        "'c.thisdcos.directory': ['x']",
        "'c.thisdcos.directory': [{'type': 'a', 'name': 'x', 'value': 'y'}]",
        "'c.thisdcos.directory': [{'type': 'cname', 'name': '-', 'value': 'y'}]",
        "'c.thisdcos.directory': [{'type': 'cname', 'name': 'x', 'value': 'y..z'}]",
        "'c.thisdcos.directory': [{'type': 'cname', 'name': 'x', 'value': 'y'},"
            + " {'type': 'cname', 'name': 'X', 'value': 'z'}]",
        "'c..thisdcos.directory': []"
      })
  void refusesZonesThatCannotBe(String zones) {
    assertThat(refused("{\"zones\": {" + zones.replace('\'', '"') + "}}").problems()).hasSize(1);
  }

  @Test
  void warnsOfKeysThatItDoesNotKnow() {
    assertThat(DcosDnsConfigFile.read("{\"udp_prot\": 53}").warnings())
        .containsExactly("udp_prot: not a key of dcos-net, ignored (did you mean udp_port?)");
  }

  private static ConfigurationException refused(String json) {
    return Objects.requireNonNull(
        catchThrowableOfType(ConfigurationException.class, () -> DcosDnsConfigFile.read(json)));
  }

  private static List<IpAddress> addresses(String... texts) {
    return Arrays.stream(texts).map(IpAddress::parse).toList();
  }

  private static HostPort at(String text) {
    return HostPort.parse(text);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
