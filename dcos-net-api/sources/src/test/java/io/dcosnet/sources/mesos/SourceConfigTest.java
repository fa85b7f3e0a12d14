// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.testkit.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceConfigTest {

  private final VirtualTime time = new VirtualTime();

  @Test
  void listsAllThatIsWrongWithAStream() {
    assertThatThrownBy(
            () ->
                MesosStreamSource.builder(time, time, new Random(1))
                    .master(URI.create("ftp://192.0.2.1"))
                    .master(URI.create("http://me:secret@192.0.2.1:5050"))
                    .master(URI.create("http://me:secret@no_host:5050"))
                    .electionGrace(Duration.ofSeconds(-1))
                    .maxRecordBytes(0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            master: ftp://192.0.2.1 (expected: http://host:port or https://…)
            master: user:…@192.0.2.1 (expected: use authorization)
            master: http://…@no_host:5050 (expected: http://host:port or https://…)
            electionGrace: PT-1S (expected: zero or more)
            maxRecordBytes: 0 (expected: at least 1)""");
  }

  @Test
  void wantsAMaster() {
    assertThatThrownBy(() -> MesosStreamSource.builder(time, time, new Random(1)).build())
        .hasMessage("master: none (expected: at least one, or a detector)");
    assertThatThrownBy(() -> MesosSource.builder(time, time, new Random(1)).build())
        .hasMessageContaining("master: none");
  }

  @Test
  void listsAllThatIsWrongWithAnAgent() {
    assertThatThrownBy(
            () ->
                MesosAgentSource.builder(URI.create("mailto:x"), time, time, new Random(1))
                    .interval(Duration.ZERO)
                    .timeout(Duration.ofSeconds(-1))
                    .maxBytes(0)
                    .build())
        .hasMessage(
            """
            agent: mailto:x (expected: http://host:port or https://…)
            interval: PT0S (expected: more than zero)
            timeout: PT-1S (expected: more than zero)
            maxBytes: 0 (expected: at least 1)""");
  }
}
