// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.OneNode.alive;
import static io.dcosnet.gossip.protocol.OneNode.dead;
import static io.dcosnet.gossip.protocol.OneNode.left;
import static io.dcosnet.gossip.protocol.OneNode.suspect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.spi.Member.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeepingTest {

  private final OneNode one = new OneNode();

  @Test
  void allButThoseThatLeftAreKeptSoonAfterMuchChange() {
    one.hear(1, alive(1, 0));
    one.hear(1, alive(2, 0));
    one.hear(1, alive(3, 0));
    one.hear(1, dead(2, 0, 1));
    one.hear(1, left(3, 1));

    one.host.time.advance(Duration.ofSeconds(1));

    assertThat(one.host.kept).hasSize(1);
    assertThat(one.host.kept.get(0))
        .extracting(KeptMember::id, KeptMember::state)
        .containsExactlyInAnyOrder(
            tuple(ScriptedHost.id(1), State.ALIVE), tuple(ScriptedHost.id(2), State.DEAD));
    one.host.time.advance(Duration.ofMinutes(10));
    assertThat(one.host.kept).as("without a change nothing is kept again").hasSize(1);
  }

  @Test
  void littleChangeIsKeptWithinHalfAMinute() {
    one.others(30);
    one.host.time.advance(Duration.ofMinutes(1));
    one.host.kept.clear();

    one.hear(1, suspect(2, 0, 1));
    one.host.time.advance(Duration.ofSeconds(29));
    assertThat(one.host.kept).isEmpty();
    one.host.time.advance(Duration.ofSeconds(1));
    assertThat(one.host.kept).hasSize(1);

    one.hear(1, alive(2, 1));
    one.hear(1, alive(3, 1));
    one.hear(1, alive(4, 1));
    one.hear(1, alive(5, 1));
    one.host.time.advance(Duration.ofSeconds(1));
    assertThat(one.host.kept).hasSize(2);
  }
}
