// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.testkit.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MesosStateSourceConfigTest {

  private static MesosStateSource.Builder builder() {
    return MesosStateSource.builder(new VirtualTime(), Runnable::run, new Random(1));
  }

  @Test
  void needsAMaster() {
    assertThatThrownBy(() -> builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("master: none");
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                builder()
                    .master(URI.create("zk://192.0.2.1/mesos"))
                    .master(URI.create("http:nowhere"))
                    .master(URI.create("http://user:secret@192.0.2.1:5050"))
                    .refresh(Duration.ZERO)
                    .timeout(Duration.ofSeconds(-1))
                    .electionGrace(Duration.ofSeconds(-1))
                    .maxBytes(0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "zk://",
            "http:nowhere",
            "use authorization",
            "refresh",
            "timeout",
            "electionGrace",
            "maxBytes")
        .hasMessageNotContaining("secret");
  }
}
