// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.awaitility.Awaitility.await;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.SystemScheduler;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

class SystemSchedulerContractTest extends SchedulerContract {

  private final SystemScheduler scheduler = SystemScheduler.create("contract");

  @AfterEach
  void close() {
    scheduler.close();
  }

  @Override
  protected Scheduler scheduler() {
    return scheduler;
  }

  @Override
  protected void passUntil(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(10)).until(condition::getAsBoolean);
  }
}
