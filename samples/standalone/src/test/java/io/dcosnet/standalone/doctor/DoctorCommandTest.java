// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.CommandRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

  @Test
  void tellsProgramsOneObjectWithAllProbes() {
    CommandRun run = CommandRun.of("doctor", "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.json().get("usable").asBoolean()).isEqualTo(run.exitCode() == 0);
    assertThat(run.json().get("probes"))
        .allSatisfy(
            probe -> {
              assertThat(probe.get("status").asText())
                  .isIn("ok", "missing", "needed", "not-probed");
              assertThat(probe.has("cost"))
                  .isEqualTo(List.of("missing", "needed").contains(probe.get("status").asText()));
            });
    assertThat(run.json().get("probes").findValuesAsText("name"))
        .contains("jvm", "root", "dns-port", "loopback-range", "resolv.conf", "mtu", "clock-skew")
        .contains("dig", "curl", "haproxy", "nft", "nf_tables", "ip_vs", "cgroup-v2", "bpf");
  }

  @Test
  void tellsPersonsTheSameAsText() {
    CommandRun run = CommandRun.of("doctor");

    for (JsonNode probe : CommandRun.of("doctor", "--json").json().get("probes")) {
      assertThat(run.out()).contains(probe.get("name").asText());
    }
  }
}
