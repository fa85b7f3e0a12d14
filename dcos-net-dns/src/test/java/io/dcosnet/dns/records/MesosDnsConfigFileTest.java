// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.LabelSpec;
import io.dcosnet.dns.records.MesosDnsConfigFile.Loaded;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MesosDnsConfigFileTest {

  @Test
  void readsWhatSaysHowTheZoneIsMade() {
    Loaded loaded =
        MesosDnsConfigFile.read(
            """
            {"zk": "zk://192.0.2.1:2181/mesos", "masters": ["192.0.2.1:5050", "192.0.2.2:5050"],
             "refreshSeconds": 30, "TTL": 5, "DOMAIN": "Foo.example", "port": 61053,
             "resolvers": ["192.0.2.53", "192.0.2.54:5353", "[2001:db8::1]:53", "2001:db8::2"],
             "timeout": 5, "httpon": true, "dnson": true, "httpport": 8123, "externalon": true,
             "listener": "192.0.2.7", "SOAMname": "ns.Foo.example.", "SOARname": "ops@example.org",
             "SOARefresh": 61, "SOARetry": 601, "SOAExpire": 86401, "SOAMinttl": 60,
             "IPSources": ["host", "netinfo"], "EnforceRFC952": true, "SRVRecordDefaultWeight": 9,
             "zoneResolvers": null}
            """);

    MesosDnsConfig config = loaded.config();
    assertThat(config.domain()).isEqualTo("foo.example");
    assertThat(config.ttlSeconds()).isEqualTo(5);
    assertThat(config.ipSources()).containsExactly(IpSource.HOST, IpSource.NETINFO);
    assertThat(config.labels()).isEqualTo(LabelSpec.RFC952);
    assertThat(config.masters()).containsExactly("192.0.2.1:5050", "192.0.2.2:5050");
    assertThat(config.srvWeight()).isEqualTo(9);
    assertThat(config.refreshSeconds()).isEqualTo(30);
    assertThat(config.listenerAddresses()).containsExactly(IpAddress.parse("192.0.2.7"));
    assertThat(config.apex().primary()).hasToString("ns.foo.example.");
    assertThat(config.apex().mailbox()).hasToString("ops.example.org.");
    assertThat(config.apex().refreshSeconds()).isEqualTo(61);
    assertThat(loaded.port()).isEqualTo(61053);
    assertThat(loaded.warnings())
        .containsExactlyInAnyOrder(
            "zk: has no effect on the records",
            "resolvers: has no effect on the records",
            "timeout: has no effect on the records",
            "httpport: has no effect on the records",
            "externalon: has no effect on the records",
            "SOAMinttl: has no effect on the records");
  }

  @Test
  void hasTheDefaultsOfMesosDns() {
    Loaded loaded = MesosDnsConfigFile.read("{}");

    assertThat(loaded.config().domain()).isEqualTo("mesos");
    assertThat(loaded.config().ttlSeconds()).isEqualTo(60);
    assertThat(loaded.config().ipSources())
        .containsExactly(IpSource.NETINFO, IpSource.MESOS, IpSource.HOST);
    assertThat(loaded.config().listenerAddresses()).isEmpty();
    assertThat(loaded.listener()).isEqualTo(IpAddress.ANY_IPV4);
    assertThat(loaded.port()).isEqualTo(53);
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void tellsAllProblemsAtOnce() {
    ConfigurationException thrown =
        refused(
            """
            {"ttl": "x", "domain": "a b", "IPSources": ["host", "moon"], "SRVRecordDefaultWeight": 70000,
             "dnson": false, "httpon": false, "masters": ["a", "b:1", "b:1"], "port": 0, "listener": "here",
             "CertFile": "c", "MesosAuthentication": "psychic", "resolvers": ["x", 7],
             "stateTimeoutSeconds": 0, "recurseon": 1, "SOARefresh": 1.5, "refreshSeconds": 99999999999}
            """);

    assertThat(thrown.problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(':')))
        .containsExactlyInAnyOrder(
            "ttl",
            "domain",
            "IPSources",
            "SRVRecordDefaultWeight",
            "dnson",
            "masters",
            "masters",
            "port",
            "listener",
            "CertFile, KeyFile",
            "MesosAuthentication",
            "resolvers",
            "resolvers",
            "stateTimeoutSeconds",
            "recurseon",
            "SOARefresh",
            "refreshSeconds");
  }

  @Test
  void warnsOfKeysThatItDoesNotKnow() {
    assertThat(MesosDnsConfigFile.read("{\"domian\": \"x\", \"ttl\": 1, \"TTL\": 2}").warnings())
        .containsExactly(
            "domian: not a key of Mesos-DNS, ignored (did you mean domain?)",
            "TTL: given more than once, the last one counts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{} x", "{\"ttl\": }", "nonsense"})
  void refusesWhatIsNoJsonObject(String text) {
    assertThat(refused(text).problems()).hasSize(1);
  }

  @Test
  void refusesDoubledAndEmptySources() {
    assertThat(refused("{\"IPSources\": []}").problems()).hasSize(1);
    assertThat(refused("{\"IPSources\": [\"host\", \"host\"]}").problems()).hasSize(1);
  }

  @Test
  void builderTellsAllProblemsAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                MesosDnsConfig.builder()
                    .ttlSeconds(-1)
                    .domain("..")
                    .ipSources(List.of())
                    .soaPrimary("a..b")
                    .build())
        .withMessageContainingAll("ttl: -1", "domain: \"..\"", "IPSources", "SOAMname: \"a..b\"")
        .satisfies(e -> assertThat(Objects.requireNonNull(e.getMessage()).lines()).hasSize(4));
  }

  private static ConfigurationException refused(String text) {
    return Objects.requireNonNull(
        catchThrowableOfType(ConfigurationException.class, () -> MesosDnsConfigFile.read(text)));
  }
}
