// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.internal.LbMetrics;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rests a listener that cannot accept, mostly as the process is out of file descriptors; without a
 * rest it would spin. <b>Confined to</b> the event loop of its listener.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {

  static final Duration PAUSE = Duration.ofMillis(100);

  private static final Logger LOGGER = LoggerFactory.getLogger(AcceptPause.class);

  private final Scheduler scheduler;
  private final LbMetrics metrics;

  AcceptPause(Scheduler scheduler, LbMetrics metrics) {
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    metrics.acceptPauses.increment();
    LOGGER.debug("accept on {} failed, resting {}", ctx.channel().localAddress(), PAUSE, cause);
    ctx.channel().config().setAutoRead(false);
    scheduler.schedule(PAUSE, () -> ctx.channel().config().setAutoRead(true));
  }
}
