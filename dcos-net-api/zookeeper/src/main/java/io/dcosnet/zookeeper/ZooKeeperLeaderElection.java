// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Part;
import io.dcosnet.api.event.Latest;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import io.dcosnet.api.spi.MetricsSink;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One candidate in an election that ZooKeeper holds: each has a node below the path of the URL that
 * goes with its session and contains its address; the lowest one leads.
 *
 * <p>A candidate does not lead from the moment on that its connection is lost, long before its
 * session ends and another one leads. When it is back it stands behind the others. A process that
 * is stopped as a whole (by its machine, or to collect garbage) hears of neither; what such a one
 * writes is stopped by the fence of its store.
 *
 * <p>Who leads stays known while ZooKeeper is away, as far as it was somebody else.
 *
 * <p>{@link #start} does not wait for ZooKeeper. <b>Thread-safe.</b> Its threads are daemons named
 * {@code dcosnet-zookeeper-election…}.
 */
public final class ZooKeeperLeaderElection extends Part implements LeaderElection {

  /** How long a leader that is not heard any more stays one. */
  public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

  private static final int MAX_ADDRESS_BYTES = 2048;
  private static final Logger LOGGER = LoggerFactory.getLogger(ZooKeeperLeaderElection.class);

  private final URI address;
  private final NodeWatch watch;
  private final LeaderLatch latch;
  private final MetricsSink.Counter elections;
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(ZooKeeperSessions.threads("-election-tell-"));
  private final Latest<Leadership> known = new Latest<>("a lead", Leadership.NONE);

  // Guards what follows and each step of known; no foreign code runs in it.
  private final Object lock = new Object();
  private @Nullable URI other;

  private ZooKeeperLeaderElection(
      ZooKeeperUrl url, URI address, Duration sessionTimeout, MetricsSink metrics) {
    super("zookeeper election");
    this.address = address;
    this.watch =
        new NodeWatch(url, sessionTimeout, "-election", Candidates::isCandidate, this::seen);
    this.latch =
        new LeaderLatch(
            watch.session(), url.path(), address.toString(), LeaderLatch.CloseMode.NOTIFY_LEADER);
    this.elections =
        metrics.counter(
            "dcosnet.zookeeper.election.elections", "Times that this process began to lead");
    metrics.gauge(
        "dcosnet.zookeeper.election.leads",
        "1 while this process leads",
        () -> leadership().leads() ? 1 : 0);
    metrics.gauge(
        "dcosnet.zookeeper.election.connected",
        "1 while ZooKeeper answers the election",
        () -> watch.isConnected() ? 1 : 0);
  }

  /**
   * A candidate that asks nobody yet.
   *
   * @param url its path is the directory of one election and of nothing else
   * @param address where others find this one when it leads, up to 2 KiB
   */
  public static Builder builder(ZooKeeperUrl url, URI address) {
    return new Builder(url, address);
  }

  @Override
  protected CompletionStage<?> open() {
    latch.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            elected();
          }

          @Override
          public void notLeader() {
            deposed();
            tellElsewhere();
          }
        });
    return ZooKeeperSessions.onOwnThread(
        "-election",
        () -> {
          watch.open();
          try {
            latch.start();
          } catch (Exception e) { // declared by Curator, thrown only for a misuse
            throw new DcosNetException("zookeeper: cannot stand for election: " + e, e);
          }
        });
  }

  @Override
  protected CompletionStage<?> shut(Duration grace) {
    return ZooKeeperSessions.onOwnThread(
        "-election",
        () -> {
          try {
            if (latch.getState() == LeaderLatch.State.STARTED) {
              latch.close();
            }
          } catch (IOException e) {
            LOGGER.warn(
                "zookeeper: the node of {} goes with its session: {}", address, e.toString());
          } finally {
            deposed();
            watch.close();
            known.tell();
            teller.shutdown();
          }
        });
  }

  private void elected() {
    synchronized (lock) {
      known.set(known.get().elected(address));
    }
    elections.increment();
    LOGGER.info("leads from now on: address={} term={}", address, leadership().term());
    tellElsewhere();
  }

  private void deposed() {
    boolean led;
    synchronized (lock) {
      led = known.get().leads();
      known.set(known.get().follows(other));
    }
    if (led) {
      LOGGER.info("leads no longer: address={} term={}", address, leadership().term());
    }
  }

  /** Curator calls with locks of its own held, which a listener that closes us would need. */
  private void tellElsewhere() {
    try {
      teller.execute(known::tell);
    } catch (RejectedExecutionException e) {
      known.tell(); // the end of all: nobody holds a lock any more
    }
  }

  private void seen(Map<String, byte[]> nodes) {
    URI lowest = addressIn(Candidates.lowest(nodes));
    synchronized (lock) {
      // Our own node says nothing: whether we lead is for the latch to tell.
      other = address.equals(lowest) ? null : lowest;
      if (!known.get().leads()) {
        known.set(known.get().follows(other));
      }
    }
    known.tell();
  }

  private static @Nullable URI addressIn(byte @Nullable [] node) {
    if (node == null || node.length > MAX_ADDRESS_BYTES) {
      return null;
    }
    String text = new String(node, StandardCharsets.UTF_8);
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      LOGGER.debug("zookeeper: the leader's node holds no address: {}", e.getMessage());
      return null;
    }
  }

  @Override
  public Leadership leadership() {
    return known.get();
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<Leadership> listener) {
    return known.subscribe(executor, listener);
  }

  /** True while ZooKeeper answers. */
  public boolean isConnected() {
    return watch.isConnected();
  }

  /** For tests that end sessions. */
  CuratorFramework session() {
    return watch.session();
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final ZooKeeperUrl url;
    private final URI address;
    private Duration sessionTimeout = DEFAULT_SESSION_TIMEOUT;
    private MetricsSink metrics = MetricsSink.none();

    private Builder(ZooKeeperUrl url, URI address) {
      this.url = requireNonNull(url, "url");
      this.address = requireNonNull(address, "address");
    }

    /** Shorter means that another one leads sooner; at least one second. */
    public Builder sessionTimeout(Duration value) {
      sessionTimeout = requireNonNull(value, "sessionTimeout");
      return this;
    }

    /** Default: none. */
    public Builder metrics(MetricsSink value) {
      metrics = requireNonNull(value, "metrics");
      return this;
    }

    /**
     * Builds the candidate.
     *
     * @throws IllegalArgumentException for a value out of its range, or the root as a path
     */
    public ZooKeeperLeaderElection build() {
      if (sessionTimeout.toMillis() < 1000 || sessionTimeout.toMillis() > 3_600_000) {
        throw new IllegalArgumentException(
            "sessionTimeout: " + sessionTimeout + " (expected: 1 s up to 1 h)");
      }
      int bytes = address.toString().getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_ADDRESS_BYTES) {
        throw new IllegalArgumentException(
            "address: %d bytes (expected: at most %d)".formatted(bytes, MAX_ADDRESS_BYTES));
      }
      if (url.path().equals("/")) {
        throw new IllegalArgumentException("path: / (expected: one of its own)");
      }
      return new ZooKeeperLeaderElection(url, address, sessionTimeout, metrics);
    }
  }
}
