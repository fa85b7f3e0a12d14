// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.function.BooleanSupplier;

class VirtualTimeContractTest extends SchedulerContract {

  private final VirtualTime time = new VirtualTime();

  @Override
  protected Scheduler scheduler() {
    return time;
  }

  @Override
  protected void passUntil(BooleanSupplier condition) {
    for (int i = 0; !condition.getAsBoolean() && i < 10_000; i++) {
      try {
        time.advance(Duration.ofMillis(1));
      } catch (AssertionError e) {
        // What work throws is reported by VirtualTime; one test of the contract throws on purpose.
        if (!e.toString().contains("on purpose")) {
          throw e;
        }
      }
    }
    if (!condition.getAsBoolean()) {
      throw new AssertionError("not within ten seconds");
    }
  }
}
