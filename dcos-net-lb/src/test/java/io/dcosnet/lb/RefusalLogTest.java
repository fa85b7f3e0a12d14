// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalLogTest {

  private final VirtualTime time = new VirtualTime();
  private final List<String> lines = new ArrayList<>();
  private final RefusalLog log = new RefusalLog(time, lines::add);

  @Test
  void saysTheFirstAtOnceInWords() {
    log.add(new Rejection("label", "web.1 VIP_0", "BAD_PORT", "80x (expected: 1-65535)"));
    assertThat(lines)
        .containsExactly(
            "refused or odd label=\"web.1 VIP_0\" reason=BAD_PORT: 80x (expected: 1-65535)");
  }

  @Test
  void saysHowManyCameAfterItOnceAMinute() {
    for (int second = 0; second < 600; second++) {
      log.add(new Rejection("label", "web." + second, "BAD_PORT", "x"));
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(lines).hasSizeBetween(10, 11);
    assertThat(lines.get(1)).startsWith("refused or odd, more count=59, the last label=\"web.59\"");
    time.advance(Duration.ofMinutes(1));
    int all = lines.size();
    time.advance(Duration.ofMinutes(10));
    assertThat(lines).as("nothing more came").hasSize(all);
  }

  @Test
  void hidesNoReasonBehindAnother() {
    log.add(new Rejection("label", "web.1", "BAD_PORT", "x"));
    log.add(new Rejection("label", "web.1", "BAD_NAME", "x"));
    log.add(new Rejection("backend", "web.1", "BAD_PORT", "x"));
    assertThat(lines).hasSize(3);
  }

  @Test
  void saysOneThatComesLaterAtOnceAgain() {
    log.add(new Rejection("label", "web.1", "BAD_PORT", "x"));
    time.advance(Duration.ofMinutes(2));
    log.add(new Rejection("label", "web.2", "BAD_PORT", "x"));
    assertThat(lines).hasSize(2).last().asString().startsWith("refused or odd label=\"web.2\"");
  }

  @Test
  void saysNothingOnceClosed() {
    log.add(new Rejection("label", "web.1", "BAD_PORT", "x"));
    log.add(new Rejection("label", "web.2", "BAD_PORT", "x"));
    log.close();
    time.advance(Duration.ofMinutes(2));
    assertThat(lines).hasSize(1);
  }
}
