// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.Candidate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VipsFileTest {

  @Test
  void readsVipsOfBothFamiliesAndProtocols() {
    Map<VipKey, List<Candidate>> vips =
        VipsFile.read(
            """
            {"vips": [
              {"protocol": "tcp", "address": "11.0.0.1", "port": 80, "backends": [
                {"address": "192.0.2.7", "port": 31001},
                {"address": "192.0.2.8", "port": 31002, "weight": 3}]},
              {"protocol": "udp", "address": "2001:db8::1", "port": 53, "backends": [
                {"address": "2001:db8::7", "port": 31003, "weight": 0}]},
              {"protocol": "tcp", "address": "11.0.0.2", "port": 80, "backends": []}
            ]}
            """);

    VipKey web = VipKey.addressed(Protocol.TCP, IpAddress.parse("11.0.0.1"), 80);
    VipKey names = VipKey.addressed(Protocol.UDP, IpAddress.parse("2001:db8::1"), 53);
    VipKey empty = VipKey.addressed(Protocol.TCP, IpAddress.parse("11.0.0.2"), 80);
    assertThat(vips).containsOnlyKeys(web, names, empty);
    assertThat(vips.get(web))
        .extracting(one -> one.backend().endpoint(), one -> one.backend().weight())
        .containsExactly(
            tuple(HostPort.parse("192.0.2.7:31001"), 1),
            tuple(HostPort.parse("192.0.2.8:31002"), 3));
    assertThat(requireNonNull(vips.get(names)).get(0).backend().weight()).isZero();
    assertThat(vips.get(empty)).isEmpty();
  }

  @Test
  void listsAllThatIsWrong() {
    assertThat(
            problems(
                """
                {"vips": [
                  {"protocol": "sctp", "address": "11.0.0.256", "port": 0, "backends": [
                    {"address": "192.0.2.7", "port": "80", "weight": 65536},
                    {"address": "2001:db8::1", "port": 80}],
                   "backend": []},
                  {"protocol": "tcp", "address": "11.0.0.1", "port": 80, "backends": [
                    {"address": "2001:db8::1", "port": 80},
                    {"address": "192.0.2.7", "port": 80}, {"address": "192.0.2.7", "port": 80}]},
                  {"protocol": "tcp", "address": "11.0.0.1", "port": 80, "backends": []},
                  {"protocol": "tcp", "address": "11.0.0.3", "port": 80}, 7
                ]}
                """))
        .anyMatch(line -> line.startsWith("vips[0].backend: unknown (expected: one of"))
        .contains(
            "vips[0].protocol: \"sctp\" (expected: tcp or udp)",
            "vips[0].address: \"11.0.0.256\" (expected: an IP address)",
            "vips[0].port: 0 (expected: 1-65535)",
            "vips[0].backends[0].port: \"80\" (expected: 1-65535)",
            "vips[0].backends[0].weight: 65536 (expected: 0-65535)",
            "vips[1].backends[0].address: 2001:db8::1 (expected: of the family of its VIP)",
            "vips[1].backends[2]: 192.0.2.7:80 (expected: each back end once)",
            "vips[2]: tcp 11.0.0.1:80 (expected: each VIP once)",
            "vips[3].backends: missing (expected: a list)",
            "vips[4]: 7 (expected: an object)");
  }

  @Test
  void refusesWhatIsNoJsonWithTheLine() {
    assertThat(problems("{\"vips\": [\n{\"protocol\": "))
        .singleElement()
        .asString()
        .startsWith("line ")
        .contains("expected: {\"vips\": [...]}");
    assertThat(problems("")).isNotEmpty();
    assertThat(problems("[]")).contains("file: [] (expected: an object)");
    assertThat(problems("{\"vips\": [], \"vips\": []}")).isNotEmpty();
  }

  @Test
  void tellsTheFirstOfManyFaults() {
    assertThat(problems("{\"vips\": [" + "1,".repeat(99) + "1]}"))
        .hasSize(21)
        .last()
        .asString()
        .isEqualTo("and " + (100 * 5 - 20) + " more");
  }

  private static List<String> problems(String text) {
    return catchThrowableOfType(ConfigurationException.class, () -> VipsFile.read(text)).problems();
  }
}
