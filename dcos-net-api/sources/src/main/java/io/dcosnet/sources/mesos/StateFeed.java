// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.HostResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes states as they are read, at once with the addresses that are known, and again when the
 * resolver has found more. <b>Thread-safe.</b>
 */
final class StateFeed {

  private static final Logger LOGGER = LoggerFactory.getLogger(StateFeed.class);

  private final HostResolver hosts;
  private final Scheduler scheduler;
  private final Executor executor;
  private final ClusterPublisher publisher;

  // Guarded by this, so that an older state is never published after a newer one.
  private @Nullable MesosState last;
  private UnaryOperator<ClusterState> finish = UnaryOperator.identity();
  private @Nullable Subscription news;
  private Scheduler.@Nullable Timer timer;
  private boolean stopped;

  StateFeed(
      HostResolver hosts, Scheduler scheduler, Executor executor, ClusterPublisher publisher) {
    this.hosts = hosts;
    this.scheduler = scheduler;
    this.executor = executor;
    this.publisher = publisher;
  }

  synchronized void start() {
    news = hosts.onNews(this::publishAgain);
    askAgainLater();
  }

  synchronized void stop() {
    stopped = true;
    last = null;
    if (news != null) {
      news.close();
    }
    if (timer != null) {
      timer.cancel();
    }
  }

  private void askAgainLater() {
    timer = scheduler.schedule(HostResolver.RETRY_AFTER, this::askAgain);
  }

  /** The resolver looks again only for names that somebody asks for; the input may never change. */
  private synchronized void askAgain() {
    if (stopped) {
      return;
    }
    if (last != null) {
      last.unresolvedHosts().forEach(hosts::addresses);
    }
    askAgainLater();
  }

  /**
   * Publishes a state.
   *
   * @param lastStep is applied to it each time that it is published
   */
  synchronized void accept(MesosState state, UnaryOperator<ClusterState> lastStep) {
    last = state;
    finish = lastStep;
    publish();
  }

  /**
   * Publishes the last state anew, since what is added to it has changed. Comparing large states
   * takes long, so it is no work for the scheduler that brings the news.
   */
  void publishAgain() {
    try {
      executor.execute(this::publish);
    } catch (RejectedExecutionException e) {
      LOGGER.warn("news of hosts or masters wait for the next read: {}", e.toString());
    }
  }

  private synchronized void publish() {
    MesosState state = last;
    if (state == null || stopped) {
      return;
    }
    List<Rejection> rejections = new ArrayList<>(state.rejections());
    rejections.addAll(state.unresolved(hosts::addresses));
    publisher.replace(finish.apply(state.withHosts(hosts::addresses)), rejections);
  }
}
