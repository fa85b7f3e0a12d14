// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.gossip.protocol.Host;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Time and work of one life of a node: it stops with the node, and ends with that life. */
final class NodeScheduler implements Scheduler, TimeSource {

  private static final Logger LOGGER = LoggerFactory.getLogger(NodeScheduler.class);

  private final NodeProcess process;

  NodeScheduler(NodeProcess process) {
    this.process = process;
  }

  @Override
  public long nanos() {
    return process.nanos();
  }

  @Override
  public long wallMillis() {
    return process.wallMillis();
  }

  @Override
  public TimeSource time() {
    return this;
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    Host.Timer timer = process.schedule(delay.toNanos(), () -> run(work));
    return timer::cancel;
  }

  @Override
  public void execute(Runnable work) {
    process.schedule(0, () -> run(work));
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | AssertionError e) {
      LOGGER.error("work of a simulated node failed node={}", process.node.name(), e);
    }
  }
}
