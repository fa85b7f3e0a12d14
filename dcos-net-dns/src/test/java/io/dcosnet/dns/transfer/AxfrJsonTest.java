// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.testkit.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxfrJsonTest {

  @Test
  void readsWhatMesosDnsWrites() throws IOException {
    AxfrJson zone;
    try (InputStream in = Files.newInputStream(Fixtures.find().resolve("mesos/axfr/axfr.json"))) {
      zone = AxfrJson.read(in);
    }

    assertThat(zone.domain()).hasToString("mesos.");
    assertThat(zone.serial()).isEqualTo(1522195185);
    assertThat(zone.ttlSeconds()).isEqualTo(60);
    assertThat(zone.refused()).isEmpty();
    assertThat(texts(zone))
        .contains(
            "leader.mesos. 60 IN A 172.17.0.4",
            "_leader._tcp.mesos. 60 IN SRV 0 0 5050 leader.mesos.")
        .doesNotHaveDuplicates();
    assertThat(zone.records()).hasSizeGreaterThan(80);
  }

  @Test
  void reportsRecordsThatAreNoneAndTakesTheOthers() {
    AxfrJson zone =
        read(
            """
            {"Records": {"As": {"a.mesos.": ["192.0.2.1", "nonsense", "2001:db8::1"],
                                "..": ["192.0.2.1"],
                                "a.example.org.": ["192.0.2.1"],
                                "none.mesos.": null},
                         "AAAAs": null,
                         "SRVs": {"_x._tcp.mesos.": ["[a:b].mesos.:80", "a.mesos.", "a.mesos.:-1",
                                                     "a.mesos.:65536", "a.mesos.:70000000000"]},
                         "TXTs": {"x": [1, {"y": 2}]}},
             "Else": [[{}]], "Domain": "mesos", "TTL": 7, "Serial": 4294967295}
            """);

    assertThat(texts(zone))
        .containsExactlyInAnyOrder(
            "a.mesos. 7 IN A 192.0.2.1", "_x._tcp.mesos. 7 IN SRV 0 0 80 [a:b].mesos.");
    assertThat(zone.refused())
        .extracting(refusal -> refusal.code())
        .containsExactlyInAnyOrder(
            "BAD_DATA",
            "BAD_DATA",
            "BAD_NAME",
            "OUTSIDE_ZONE",
            "BAD_DATA",
            "BAD_DATA",
            "BAD_DATA",
            "BAD_DATA");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"Domain\": \"mesos\"} {}",
        "{\"Domain\": 7}",
        "{\"Domain\": \"..\"}",
        "{\"Domain\": \"mesos\", \"TTL\": -1}",
        "{\"Domain\": \"mesos\", \"TTL\": \"60\"}",
        "{\"Domain\": \"mesos\", \"Serial\": 4294967296}",
        "{\"Domain\": \"mesos\", \"Serial\": 99999999999999999999}",
        "{\"Domain\": \"mesos\", \"Records\": []}",
        "{\"Domain\": \"mesos\", \"Records\": {\"As\": []}}",
        "{\"Domain\": \"mesos\", \"Records\": {\"As\": {\"a.mesos.\": \"192.0.2.1\"}}}",
        "{\"Domain\": \"mesos\", \"Records\": {\"As\": {\"a.mesos.\": [7]}}}",
        "{\"Domain\": \"mesos\", \"Records\": {\"As\": {\"a.mesos.\": [[]]}}}",
      })
  void refusesOtherDocuments(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(DecodeException.class);
  }

  @Test
  void readsNeitherDeepNorEndlessTexts() {
    assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(5000)))
        .isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> read("{\"x\": \"" + "y".repeat(1_000_000) + "\"}"))
        .isInstanceOf(DecodeException.class);
  }

  private static List<String> texts(AxfrJson zone) {
    return zone.records().stream().map(ZoneRecord::toString).toList();
  }

  private static AxfrJson read(String text) {
    try {
      return AxfrJson.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
