// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.mesos.StreamMetrics.Ignored;
import io.dcosnet.sources.mesos.stream.EventState;
import io.dcosnet.sources.mesos.stream.OperatorEvent;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import io.dcosnet.sources.mesos.stream.SchedulerPlace;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what the events of one session after the other lead to, and what time and newly found
 * addresses change in between. <b>Thread-safe.</b>
 */
final class EventFeed {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventFeed.class);

  /** Rejections of single events that are kept; the rest is only counted. */
  private static final int MAX_REJECTIONS = 100;

  // Many agents come back at about the same time, and each gets its own time to settle.
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final Scheduler scheduler;
  private final Executor executor;
  private final ClusterPublisher publisher;
  private final HostResolver hosts;
  private final KnownMasters masters;
  private final StreamMetrics metrics;

  // Guarded by this, so that each change starts from the state that the one before led to.
  private final EventState state;
  private final Deque<Rejection> rejections = new ArrayDeque<>();
  private @Nullable EventSession session;
  private @Nullable URI lastMaster;
  private @Nullable Subscription news;
  private Scheduler.@Nullable Timer asking;
  private Scheduler.@Nullable Timer expiring;
  private long expiringAt;
  private boolean connected;
  private long disconnectedNanos;
  private boolean stopped;

  private volatile int awaited;

  EventFeed(
      StreamConfig config,
      ClusterPublisher publisher,
      HostResolver hosts,
      KnownMasters masters,
      StreamMetrics metrics) {
    this.scheduler = config.scheduler();
    this.executor = config.executor();
    this.publisher = publisher;
    this.hosts = hosts;
    this.masters = masters;
    this.metrics = metrics;
    this.state = new EventState(config.electionGrace(), hosts::addresses);
    metrics.awaited(() -> awaited);
  }

  synchronized void start() {
    news = hosts.onNews(this::placesChanged);
    askAgainLater();
  }

  synchronized void stop() {
    stopped = true;
    session = null;
    if (news != null) {
      news.close();
    }
    cancel(asking);
    cancel(expiring);
  }

  private static void cancel(Scheduler.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * Takes the next event.
   *
   * @return true when it spoke of something that should be known, so that a snapshot is wanted
   */
  synchronized boolean accept(EventSession from, OperatorMessage message) {
    if (stopped || from.hasEnded()) {
      return false;
    }
    if (message.event() instanceof Subscribed first) {
      subscribed(from, first, message.rejections());
      return false;
    }
    if (from != session) {
      return false; // a session that ended while its last bytes were dealt with
    }
    return changed(message, from.arrivedNanos());
  }

  private void subscribed(EventSession from, Subscribed first, Rejections refused) {
    session = from;
    if (!connected) {
      state.paused(now() - disconnectedNanos);
      connected = true;
    }
    if (!from.from().equals(lastMaster)) {
      lastMaster = from.from();
      state.masterChanged();
    }
    masters.leader(from.from());
    ClusterState after = state.snapshot(first.snapshot(), publisher.cluster(), now());
    Masters known = masters.masters().awaiting(after.masters().awaited());
    rejections.clear();
    publisher.replace(after.with(known), refused.list());
    waitForAgents();
  }

  private boolean changed(OperatorMessage message, long arrivedNanos) {
    OperatorEvent event = message.event();
    publish(state.apply(event, publisher.cluster(), now()), arrivedNanos);
    boolean resync = state.takeResyncWanted();
    if (resync && event instanceof TaskUpdated update) {
      metrics.ignored(Ignored.UNKNOWN_TASK);
      LOGGER.debug("an update of a task that is not known: task={}", update.taskId());
    } else if (event instanceof OperatorEvent.Ignored) {
      boolean known = StreamMetrics.isKnown(message.type());
      metrics.ignored(known ? Ignored.REFUSED : Ignored.UNKNOWN_TYPE);
    } else if (event instanceof AgentAdded || event instanceof AgentRemoved) {
      waitForAgents();
    }
    for (Rejection rejection : message.rejections().list()) {
      if (rejections.size() == MAX_REJECTIONS) {
        rejections.removeFirst();
      }
      rejections.addLast(rejection);
    }
    return resync;
  }

  private void publish(ClusterChange change) {
    publish(change, ClusterUpdate.NO_TIME);
  }

  private void publish(ClusterChange change, long sinceNanos) {
    if (!change.isEmpty()) {
      publisher.apply(change, sinceNanos);
    }
  }

  private long now() {
    return scheduler.time().nanos();
  }

  /** Comes back when the next wait for an agent is over. */
  private void waitForAgents() {
    awaited = state.awaitedAgents();
    long now = now();
    OptionalLong next = state.nextDeadline(now);
    if (next.isEmpty()) {
      cancel(expiring);
      expiring = null;
      return;
    }
    long wait = Math.max(next.getAsLong() - now, SHORTEST_WAIT.toNanos());
    if (expiring != null && expiringAt - now <= wait) {
      return;
    }
    cancel(expiring);
    expiringAt = now + wait;
    expiring = scheduler.schedule(Duration.ofNanos(wait), this::expireSoon);
  }

  private void expireSoon() {
    if (!work(this::expire)) {
      tryToExpireAgain();
    }
  }

  private synchronized void tryToExpireAgain() {
    expiring = null;
    if (!stopped) {
      waitForAgents();
    }
  }

  private synchronized void expire() {
    expiring = null;
    if (connected && !stopped) {
      publish(state.expire(publisher.cluster(), now()));
      waitForAgents();
    }
  }

  /** It is known where schedulers listen. */
  synchronized void schedulers(EventSession from, Map<String, SchedulerPlace> places) {
    if (from == session && !stopped) {
      publish(state.schedulers(places, publisher.cluster()));
    }
  }

  /** Addresses of hosts were found, or other masters. */
  void placesChanged() {
    var unused = work(this::publishPlaces);
  }

  private synchronized void publishPlaces() {
    if (session != null && !stopped) {
      publish(state.addressesChanged(publisher.cluster()));
      publish(state.masters(masters.masters()));
    }
  }

  /** It may take long in a large cluster, so it is nothing for the scheduler. */
  private boolean work(Runnable work) {
    try {
      executor.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      LOGGER.warn("no thread to publish what changed beside events: {}", e.toString());
      return false;
    }
  }

  private void askAgainLater() {
    asking = scheduler.schedule(HostResolver.RETRY_AFTER, this::askAgain);
  }

  /** The resolver looks again only for names that somebody asks for; events may be rare. */
  private synchronized void askAgain() {
    if (stopped) {
      return;
    }
    if (session != null) {
      hostNames().forEach(hosts::addresses);
      masters.masters();
    }
    askAgainLater();
  }

  private Set<String> hostNames() {
    Set<String> names = new TreeSet<>(state.agentHosts().values());
    names.addAll(state.frameworkHosts().values());
    return names;
  }

  /** What was refused in events since the last snapshot, and hosts without an address. */
  synchronized List<Rejection> rejections() {
    List<Rejection> all = new ArrayList<>(rejections);
    if (session != null) {
      all.addAll(MesosState.unresolved(hostNames(), hosts::addresses));
    }
    return all;
  }

  /** Nobody tells of agents any more, so none is given up until the next snapshot. */
  synchronized void disconnected() {
    if (connected) {
      connected = false;
      disconnectedNanos = now();
    }
  }

  /** Somebody else publishes from now on, until the next snapshot. */
  synchronized void pause() {
    disconnected();
    session = null;
    rejections.clear();
  }
}
