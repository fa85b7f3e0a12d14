// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimerPulseTest {

  private final VirtualTime time = new VirtualTime();
  private final StuckScheduler timers = new StuckScheduler(time);
  private final TimerPulse pulse = new TimerPulse(timers);

  @Test
  void isWellWhileTimersRun() {
    assertThat(pulse.whyNotLive()).as("not started yet").isEmpty();
    pulse.start();
    time.advance(Duration.ofHours(1));

    assertThat(pulse.state()).isEqualTo(Lifecycle.State.RUNNING);
    assertThat(pulse.whyNotLive()).isEmpty();
  }

  @Test
  void tellsThatTimersStandStill() {
    pulse.start();
    time.advance(Duration.ofSeconds(10));
    timers.stuck = true;
    time.advance(Duration.ofSeconds(29));
    assertThat(pulse.whyNotLive()).as("it may be a pause").isEmpty();

    time.advance(Duration.ofSeconds(10));

    assertThat(pulse.whyNotLive())
        .hasValueSatisfying(reason -> assertThat(reason).contains("no timer has run for 3"));
  }

  @Test
  void leavesNoTimerBehind() {
    pulse.start();
    time.advance(Duration.ofSeconds(10));

    pulse.stop(Duration.ZERO);
    time.advance(Duration.ofMinutes(5));

    assertThat(pulse.state()).isEqualTo(Lifecycle.State.STOPPED);
    assertThat(pulse.whyNotLive()).isEmpty();
  }

  /** Virtual time whose timers can be kept from running while the clock goes on. */
  private static final class StuckScheduler implements Scheduler {
    private final VirtualTime time;
    private boolean stuck;

    StuckScheduler(VirtualTime time) {
      this.time = time;
    }

    @Override
    public TimeSource time() {
      return time.time();
    }

    @Override
    public void execute(Runnable work) {
      time.execute(unlessStuck(work));
    }

    @Override
    public Timer schedule(Duration delay, Runnable work) {
      return time.schedule(delay, unlessStuck(work));
    }

    private Runnable unlessStuck(Runnable work) {
      return () -> {
        if (!stuck) {
          work.run();
        }
      };
    }
  }
}
