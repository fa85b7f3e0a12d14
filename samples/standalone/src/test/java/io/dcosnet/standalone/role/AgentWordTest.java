// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentWordTest {

  private final VirtualTime time = new VirtualTime();
  private boolean agentFails;
  private boolean othersFail;
  private final AgentWord word = new AgentWord(() -> agentFails, () -> othersFail, time);

  @Test
  void countsForAsLongAsTheAgentAnswers() {
    assertThat(word.getAsBoolean()).isTrue();
    time.advance(Duration.ofDays(1));

    assertThat(word.getAsBoolean()).isTrue();
  }

  @Test
  void outlivesARestartOfTheAgentButNotItsEnd() {
    agentFails = true;
    assertThat(word.getAsBoolean()).isTrue();
    time.advance(AgentWord.PATIENCE.minusMillis(1));
    assertThat(word.getAsBoolean()).isTrue();

    time.advance(Duration.ofMillis(1));
    assertThat(word.getAsBoolean()).isFalse();

    agentFails = false;
    assertThat(word.getAsBoolean()).isTrue();
    agentFails = true;
    assertThat(word.getAsBoolean()).as("the patience begins anew").isTrue();
  }

  @Test
  void countsWhileNobodyKnowsBetter() {
    agentFails = true;
    othersFail = true;
    assertThat(word.getAsBoolean()).isTrue();
    time.advance(Duration.ofDays(1));
    assertThat(word.getAsBoolean()).isTrue();

    othersFail = false;

    assertThat(word.getAsBoolean()).isFalse();
  }
}
