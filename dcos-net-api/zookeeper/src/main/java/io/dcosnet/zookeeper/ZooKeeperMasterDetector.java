// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
import io.dcosnet.api.cluster.MasterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the election of Mesos masters in ZooKeeper: each master holds a node below the path, and
 * the one with the lowest sequence leads.
 *
 * <p>While ZooKeeper cannot be reached, also beyond the end of the session, what is known stays;
 * reconnecting goes on for ever. When the nodes are gone nobody leads, but the list of masters
 * stays. A node that cannot be read is counted and told by {@link #lastFailure}; if it is the one
 * that leads, then no leader is known. Nothing of this ends the process: {@link #problem} says that
 * there has been no leader for too long.
 *
 * <p>{@link #start} does not wait for ZooKeeper.
 *
 * <p><b>Thread-safe.</b> Its threads are daemons named {@code dcosnet-zookeeper…}; most of them are
 * those of ZooKeeper's client and of Curator.
 */
public final class ZooKeeperMasterDetector extends Part implements MasterDetector {

  /** How long ZooKeeper remembers a client that it does not hear. That of Mesos. */
  public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

  /** After this time without a leader there is a {@link #problem}. From Mesos-DNS. */
  public static final Duration DEFAULT_DETECTION_TIMEOUT = Duration.ofSeconds(30);

  private static final Logger LOGGER = LoggerFactory.getLogger(ZooKeeperMasterDetector.class);

  private record Config(
      ZooKeeperUrl url,
      TimeSource time,
      List<HostPort> masters,
      Duration sessionTimeout,
      Duration detectionTimeout) {}

  private final Config config;
  private final MasterPublisher publisher = MasterPublisher.create();
  private final MetricsSink.Counter leaderChanges;
  private final MetricsSink.Counter unreadableNodes;

  private volatile @Nullable NodeWatch watch;
  private volatile long noLeaderSinceNanos;
  private volatile @Nullable String nodeFailure;
  private Map<String, String> unreadable = Map.of(); // touched by the watch alone

  private ZooKeeperMasterDetector(Config config, MetricsSink metrics) {
    super("zookeeper detector");
    this.config = config;
    publisher.put(MasterListing.configured(config.masters()));
    noLeaderSinceNanos = config.time().nanos();
    metrics.gauge(
        "dcosnet.zookeeper.connected", "1 while ZooKeeper answers", () -> isConnected() ? 1 : 0);
    leaderChanges =
        metrics.counter(
            "dcosnet.zookeeper.leader.changes", "Times that another master led, or none");
    unreadableNodes =
        metrics.counter(
            "dcosnet.zookeeper.nodes.unreadable", "Nodes of masters that could not be read");
  }

  /** A detector that asks nobody yet. */
  public static Builder builder(ZooKeeperUrl url, TimeSource time) {
    return new Builder(url, time);
  }

  @Override
  protected CompletionStage<?> open() {
    noLeaderSinceNanos = config.time().nanos();
    NodeWatch opened =
        new NodeWatch(
            config.url(),
            config.sessionTimeout(),
            "",
            name -> MasterNode.parse(name) != null,
            this::seen);
    watch = opened;
    return ZooKeeperSessions.onOwnThread("", opened::open);
  }

  @Override
  protected CompletionStage<?> shut(Duration grace) {
    NodeWatch opened = watch;
    return opened == null
        ? CompletableFuture.completedFuture(null)
        : ZooKeeperSessions.onOwnThread("", opened::close);
  }

  private void seen(Map<String, byte[]> nodes) {
    Masters before = publisher.masters();
    MasterListing listing = MasterListing.of(nodes, config.masters(), before);
    noteUnreadable(listing.unreadable());
    Master leader = listing.masters().leader();
    if (!Objects.equals(leader, before.leader())) {
      leaderChanges.increment();
      noLeaderSinceNanos = config.time().nanos();
      LOGGER.info(
          "the leading master changed: leader={} before={} masters={}",
          name(leader),
          name(before.leader()),
          listing.masters().all().size());
    }
    publisher.put(listing.masters());
  }

  private void noteUnreadable(Map<String, String> now) {
    now.forEach(
        (node, reason) -> {
          if (!reason.equals(unreadable.get(node))) {
            unreadableNodes.increment();
            LOGGER.warn("a master's node cannot be read: node={} reason={}", node, reason);
          }
        });
    unreadable = now;
    nodeFailure =
        now.entrySet().stream()
            .findFirst()
            .map(entry -> "node " + entry.getKey() + ": " + entry.getValue())
            .orElse(null);
  }

  private static String name(@Nullable Master master) {
    return master == null ? "none" : master.endpoint().toString();
  }

  @Override
  public Masters masters() {
    return publisher.masters();
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<Masters> listener) {
    return publisher.subscribe(executor, listener);
  }

  /** True while ZooKeeper answers. */
  public boolean isConnected() {
    NodeWatch opened = watch;
    return opened != null && opened.isConnected();
  }

  /** What does not work now; empty when all does. There may be a leader all the same. */
  public Optional<String> lastFailure() {
    NodeWatch opened = watch;
    String connection = opened == null ? null : opened.failure();
    return Optional.ofNullable(connection != null ? connection : nodeFailure);
  }

  /**
   * For a health check: why no leader is known for longer than {@link Builder#detectionTimeout};
   * empty while all is well, or may become so soon.
   */
  public Optional<String> problem() {
    Duration timeout = config.detectionTimeout();
    if (masters().leader() != null || timeout.isZero()) {
      return Optional.empty();
    }
    Duration since = Duration.ofNanos(config.time().nanos() - noLeaderSinceNanos);
    return since.compareTo(timeout) < 0
        ? Optional.empty()
        : Optional.of(
            config.url()
                + ": no leading master for "
                + since.toSeconds()
                + " s"
                + lastFailure().map(reason -> " (" + reason + ")").orElse(""));
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final ZooKeeperUrl url;
    private final TimeSource time;
    private List<HostPort> masters = List.of();
    private Duration sessionTimeout = DEFAULT_SESSION_TIMEOUT;
    private Duration detectionTimeout = DEFAULT_DETECTION_TIMEOUT;
    private MetricsSink metrics = MetricsSink.none();

    private Builder(ZooKeeperUrl url, TimeSource time) {
      this.url = requireNonNull(url, "url");
      this.time = requireNonNull(time, "time");
    }

    /**
     * Masters that are known beforehand. They come first in the list, in this order, so that {@code
     * masterN} is always the same one; others follow sorted by address. Default: none.
     */
    public Builder masters(List<HostPort> value) {
      masters = List.copyOf(value);
      return this;
    }

    /** Shorter means that a lost connection is noticed sooner; at least one second. */
    public Builder sessionTimeout(Duration value) {
      sessionTimeout = requireNonNull(value, "sessionTimeout");
      return this;
    }

    /** Time without a leader until there is a {@link #problem}; zero for never. */
    public Builder detectionTimeout(Duration value) {
      detectionTimeout = requireNonNull(value, "detectionTimeout");
      return this;
    }

    /** Default: none. */
    public Builder metrics(MetricsSink value) {
      metrics = requireNonNull(value, "metrics");
      return this;
    }

    /**
     * Builds the detector.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public ZooKeeperMasterDetector build() {
      List<String> problems = new ArrayList<>();
      if (sessionTimeout.toMillis() < 1000 || sessionTimeout.toMillis() > 3_600_000) {
        problems.add("sessionTimeout: " + sessionTimeout + " (expected: 1 s up to 1 h)");
      }
      if (detectionTimeout.isNegative()) {
        problems.add("detectionTimeout: " + detectionTimeout + " (expected: zero or more)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new ZooKeeperMasterDetector(
          new Config(url, time, masters, sessionTimeout, detectionTimeout), metrics);
    }
  }
}
