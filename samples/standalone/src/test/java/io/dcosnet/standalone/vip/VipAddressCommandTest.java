// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VipAddressCommandTest {

  @ParameterizedTest
  @CsvSource({
    "foo.bar,           11.138.58.225,  fd01:c::6d7:a93:e041:647f",
    "merp.marathon,     11.250.208.155, fd01:c::8304:3d7e:62bc:f858",
    "l4lbtest.marathon, 11.128.73.175,  fd01:c::a571:402b:82ab:ef77",
    "nginx.marathon,    11.127.55.81,   fd01:c::52d9:41e1:4a6a:9fb",
    "broker.kafka,      11.175.100.165, fd01:c::fa66:4b5:5ebe:1e9d",
  })
  void givesTheAddressesOfDcos(String name, String ipv4, String ipv6) {
    JsonNode row = CommandRun.of("vip", "address", name).json().get(name);

    assertThat(row.get("v4").asText()).isEqualTo(ipv4);
    assertThat(row.get("v6").asText()).isEqualTo(ipv6);
  }

  @Test
  void takesOtherRanges() {
    CommandRun small =
        CommandRun.of(
            "vip", "address", "--min", "11.0.0.0", "--max", "11.0.0.254", "foo.bar", "baz.qux");
    CommandRun packaged = CommandRun.of("vip", "address", "--max", "11.255.255.255", "foo.bar");

    assertThat(small.json().at("/foo.bar/v4").asText()).isEqualTo("11.0.0.37");
    assertThat(small.json().at("/baz.qux/v4").asText()).isEqualTo("11.0.0.39");
    assertThat(packaged.json().at("/foo.bar/v4").asText()).isEqualTo("11.138.58.156");
  }

  @Test
  void answersUnderTheNameAsItWasWritten() {
    CommandRun run = CommandRun.of("vip", "address", "/Nginx.marathon", "nginx.marathon");

    assertThat(run.json().size()).isEqualTo(2);
    assertThat(run.json().get("/Nginx.marathon")).isEqualTo(run.json().get("nginx.marathon"));
  }

  @Test
  void saysNullWhereTheRangeIsFull() {
    CommandRun run =
        CommandRun.of("vip", "address", "--min", "192.0.2.1", "--max", "192.0.2.1", "a.b", "c.d");

    assertThat(run.json().at("/a.b/v4").asText()).isEqualTo("192.0.2.1");
    assertThat(run.json().at("/c.d/v4").isNull()).isTrue();
    assertThat(run.json().at("/c.d/v6").asText()).startsWith("fd01:c::");
  }

  @Test
  void listsAllProblemsAtOnce() {
    CommandRun run =
        CommandRun.of(
            "vip", "address", "--min", "11.0.0", "--max", "fd01::1", "--min6", "fd01:d::", "...");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines())
        .containsExactly(
            "--min: 11.0.0 (expected: an IPv4 address)",
            "--max: fd01::1 (expected: an IPv4 address)",
            "--max6: fd01:c::ffff:ffff:ffff:ffff (expected: not before --min6 fd01:d::)",
            "NAME: ... (expected: label and framework, such as web.marathon)",
            "Try: dcos-net vip address --help");
  }

  @Test
  void needsAName() {
    CommandRun run = CommandRun.of("vip", "address");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines()).first().asString().startsWith("NAME: missing");
  }
}
