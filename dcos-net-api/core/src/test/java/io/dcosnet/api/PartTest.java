// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PartTest {

  private final List<String> calls = new ArrayList<>();

  private final class Told extends Part {
    private final CompletableFuture<Void> opened;

    Told(CompletableFuture<Void> opened) {
      super("told");
      this.opened = opened;
    }

    @Override
    protected CompletionStage<?> open() {
      calls.add("open");
      return opened;
    }

    @Override
    protected CompletionStage<?> shut(Duration grace) {
      calls.add("shut " + grace);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void isOpenedOnceAndShutOnce() {
    Part part = new Told(CompletableFuture.completedFuture(null));
    List<Lifecycle.State> states = new ArrayList<>();
    var unused = part.onStateChange((before, after) -> states.add(after));

    assertThat(part.start()).isCompleted();
    assertThat(part.state()).isEqualTo(Lifecycle.State.RUNNING);
    assertThat(part.stop(Duration.ofSeconds(3))).isCompleted();
    part.close();

    assertThat(calls).containsExactly("open", "shut PT3S");
    assertThat(states)
        .containsExactly(
            Lifecycle.State.STARTING,
            Lifecycle.State.RUNNING,
            Lifecycle.State.STOPPING,
            Lifecycle.State.STOPPED);
  }

  @Test
  void isShutAtOnceWhenItCannotBeOpened() {
    Part part = new Told(CompletableFuture.failedFuture(new DcosNetException("no")));

    assertThat(part.start()).isCompletedExceptionally();

    assertThat(calls).containsExactly("open", "shut PT0S");
    assertThat(part.state()).isEqualTo(Lifecycle.State.FAILED);
  }
}
