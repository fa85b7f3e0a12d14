// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosDnsSettings.Authentication;
import io.dcosnet.dns.records.MesosDnsSettings.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MesosDnsSettingsTest {

  @Test
  void holdsEverythingThatAFileSays() {
    MesosDnsSettings settings =
        read(
            """
            {"zk": "zk://192.0.2.1:2181,192.0.2.2:2181/mesos", "zkDetectionTimeout": 0,
             "masters": ["192.0.2.1:5050"], "refreshSeconds": 30, "stateTimeoutSeconds": 60,
             "listener": "192.0.2.7", "port": 61053, "HTTPListener": "127.0.0.1", "HttpPort": 8124,
             "dnson": false, "HttpOn": true, "externalOn": false, "recurseon": false,
             "resolvers": ["192.0.2.53", "[2001:db8::1]:5353", "2001:db8::2"], "timeout": 2,
             "zoneResolvers": {"weave": ["192.0.2.55"], "Corp.example": ["192.0.2.56:54"]},
             "SetTruncateBit": false, "EnumerationOn": false,
             "MesosHTTPSOn": true, "CACertFile": "/etc/ca.pem", "CertFile": "c.pem",
             "KeyFile": "k.pem", "MesosAuthentication": "basic",
             "mesosCredentials": {"Principal": "me", "secret": "hush"}}
            """);

    assertThat(settings.zooKeeper()).contains("zk://192.0.2.1:2181,192.0.2.2:2181/mesos");
    assertThat(settings.zkDetectionTimeout()).isEqualTo(Duration.ZERO);
    assertThat(settings.config().masters()).containsExactly("192.0.2.1:5050");
    assertThat(settings.refresh()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.stateTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.listener()).isEqualTo(IpAddress.parse("192.0.2.7"));
    assertThat(settings.port()).isEqualTo(61053);
    assertThat(settings.httpListener()).isEqualTo(IpAddress.LOOPBACK_IPV4);
    assertThat(settings.httpPort()).isEqualTo(8124);
    assertThat(settings.dnsOn()).isFalse();
    assertThat(settings.httpOn()).isTrue();
    assertThat(settings.externalOn()).isFalse();
    assertThat(settings.recurseOn()).isFalse();
    assertThat(settings.resolvers())
        .containsExactly(at("192.0.2.53:53"), at("[2001:db8::1]:5353"), at("[2001:db8::2]:53"));
    assertThat(settings.zoneResolvers())
        .containsEntry(name("weave"), List.of(at("192.0.2.55:53")))
        .containsEntry(name("corp.example"), List.of(at("192.0.2.56:54")));
    assertThat(settings.forwardTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.truncateBit()).isFalse();
    assertThat(settings.enumerationOn()).isFalse();
    assertThat(settings.mesosHttps()).isTrue();
    assertThat(settings.caCertificate()).contains(Path.of("/etc/ca.pem"));
    assertThat(settings.certificate()).contains(Path.of("c.pem"));
    assertThat(settings.key()).contains(Path.of("k.pem"));
    assertThat(settings.authentication()).isEqualTo(Authentication.BASIC);
    assertThat(settings.credentials()).isEqualTo(new Credentials("me", "hush"));
    assertThat(settings.credentials().toString()).doesNotContain("hush");
    assertThat(settings.sourceProblem()).isEmpty();
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void hasTheDefaultsOfMesosDns() {
    MesosDnsSettings settings = read("{}");

    assertThat(settings.httpListener()).isEqualTo(IpAddress.ANY_IPV4);
    assertThat(settings.httpPort()).isEqualTo(8123);
    assertThat(settings.dnsOn()).isTrue();
    assertThat(settings.httpOn()).isTrue();
    assertThat(settings.externalOn()).isTrue();
    assertThat(settings.recurseOn()).isTrue();
    assertThat(settings.truncateBit()).isTrue();
    assertThat(settings.enumerationOn()).isTrue();
    assertThat(settings.resolvers()).containsExactly(at("8.8.8.8:53"));
    assertThat(settings.forwardTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.stateTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.zkDetectionTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.authentication()).isEqualTo(Authentication.NONE);
    assertThat(settings.sourceProblem())
        .contains("masters, zk: neither (expected: one of them at least)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'zk': 'zoo://x/mesos' | zk: ",
        "'zk': 'zk:///mesos' | zk: ",
        "'httpport': 0 | httpport: 0 (expected: 1-65535)",
        "'HTTPListener': 'here' | HTTPListener: \"here\"",
        "'zkDetectionTimeout': -1 | zkDetectionTimeout: -1 (expected: 0 or more)",
        "'resolvers': ['192.0.2.1', '192.0.2.1:53'] | resolvers: [192.0.2.1, 192.0.2.1:53] (expected: each once)",
        "'resolvers': ['192.0.2.1:70000'] | resolvers: \"192.0.2.1:70000\"",
        "'zoneResolvers': [] | zoneResolvers: [] (expected: an object)",
        "'zoneResolvers': {'a': []} | zoneResolvers.a: [] (expected: a list",
        "'zoneResolvers': {'a': 'b'} | zoneResolvers.a: b (expected: a list",
        "'zoneResolvers': {'a..b': ['192.0.2.1']} | zoneResolvers.a..b: \"a..b\" (expected: a domain name",
        "'zoneResolvers': {'a': ['192.0.2.1'], 'b.a': ['192.0.2.1']} | zoneResolvers: a. and b.a.",
        "'zoneResolvers': {'x.mesos': ['192.0.2.1']} | zoneResolvers: x.mesos. and mesos.",
        "'zoneResolvers': {'A': ['192.0.2.1'], 'a': ['192.0.2.2']} | zoneResolvers.a: twice",
        "'CertFile': 'c' | CertFile, KeyFile: only one",
        "'MesosAuthentication': 'iam' | IAMConfigFile: missing",
        "'MesosAuthentication': 'basic' | MesosCredentials: no principal",
        "'MesosAuthentication': 'Basic' | MesosAuthentication: \"Basic\"",
        "'dnson': false, 'httpon': false | dnson: false, httpon: false"
      })
  void refusesWhatCannotBe(String entries, String problem) {
    assertThat(refused("{" + entries.replace('\'', '"') + "}").problems())
        .singleElement()
        .asString()
        .startsWith(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"MesosCredentials\": \"hush\"}",
        "{\"MesosCredentials\": {\"principal\": \"me\", \"secret\": [\"hush\"]}}",
        "{\"zk\": \"zk://me:hush@/mesos\"}",
        "{\"zk\": [\"zk://me:hush@192.0.2.1/mesos\"]}",
      })
  void tellsNoSecretWithAProblem(String json) {
    ConfigurationException thrown = refused(json);

    assertThat(thrown.problems()).hasSize(1);
    assertThat(thrown.getMessage()).doesNotContain("hush");
  }

  @Test
  void warnsOfWhatIsNotUsed() {
    assertThat(
            read("{\"MesosCredentials\": {\"principal\": \"me\"}, \"IAMConfigFile\": \"f\","
                    + " \"SOASerial\": 1, \"ttll\": 3}")
                .warnings())
        .containsExactlyInAnyOrder(
            "ttll: not a key of Mesos-DNS, ignored (did you mean ttl?)",
            "MesosCredentials: not used, since MesosAuthentication is not basic",
            "IAMConfigFile: not used, since MesosAuthentication is not iam",
            "SOASerial: has no effect");
  }

  @Test
  void keepsEverythingElseWithAnotherZoneAndOtherLists() {
    MesosDnsSettings settings = read("{\"port\": 61053, \"httpport\": 8124, \"ttl\": 5}");
    MesosDnsConfig other = settings.config().toBuilder().domain("example").build();

    MesosDnsSettings changed = settings.withConfig(other).withEnumeration(false);

    assertThat(changed.config()).isSameAs(other);
    assertThat(changed.enumerationOn()).isFalse();
    assertThat(changed.port()).isEqualTo(61053);
    assertThat(changed.httpPort()).isEqualTo(8124);
    assertThat(settings.enumerationOn()).isTrue();
    assertThat(settings.config().domain()).isEqualTo("mesos");
  }

  private static MesosDnsSettings read(String json) {
    return MesosDnsConfigFile.read(json).settings();
  }

  private static ConfigurationException refused(String json) {
    return Objects.requireNonNull(
        catchThrowableOfType(ConfigurationException.class, () -> MesosDnsConfigFile.read(json)));
  }

  private static HostPort at(String text) {
    return HostPort.parse(text);
  }
}
