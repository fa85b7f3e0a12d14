// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.StoreKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link DurableStore} in ZooKeeper, for several masters of one cluster: each key is a node, each
 * transaction is one of ZooKeeper's that fails when anybody has taken a newer fencing token, or has
 * written at all, since this store looked last. The path of the URL is the root; {@code
 * docs/stores.md} shows the tree.
 *
 * <p>Any number of processes may have it open and write; one that was overtaken by another reads
 * what changed, which for a change of keys is everything, and judges its transaction again. So it
 * is made for one writer at a time, and for others who take over.
 *
 * <p>When the connection is lost, the transaction under way is {@link DurableStore.Unknown}, and so
 * is every later one until {@link #load} has read everything again: somebody else may lead by then.
 * {@link #load} and {@link #newEpoch} go on trying for a while; a token that was taken but not
 * confirmed is left unused, so tokens may have gaps.
 *
 * <p>One transaction is under way at a time. It takes at most {@link Builder#maxRequestBytes} as
 * ZooKeeper counts, in which each key costs its path and some hundred bytes more; a larger one is
 * refused, as it cannot be split and stay one. What is within {@link #maxBatchBytes} fits, with
 * keys of an ordinary length and path (some hundred bytes of both for each kilobyte).
 *
 * <p><b>Thread-safe.</b> Stages complete on {@code dcosnet-zookeeper-store}, or on the caller's
 * thread after the end; do not block it. The client has about four more threads, {@code
 * dcosnet-zookeeper-…}; all are daemons.
 */
public final class ZooKeeperDurableStore implements DurableStore {

  /** How long ZooKeeper remembers a client that it does not hear. */
  public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

  /** How long a read goes on trying. Longer than an election among servers takes. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

  /** What a server takes by default in one request, with some room for what is around it. */
  public static final int DEFAULT_MAX_REQUEST_BYTES = 1_000_000;

  private static final int MIN_REQUEST_BYTES = 256 * 1024;

  /** Transactions that may wait at once. */
  private static final int MAX_WAITING = 100_000;

  /** Types, lengths, versions and the longest ACL, around a path and a value. */
  private static final int OPERATION_BYTES = 192;

  private static final Logger LOGGER = LoggerFactory.getLogger(ZooKeeperDurableStore.class);

  private final String name;
  private final int maxRequestBytes;
  private final SystemScheduler scheduler = SystemScheduler.create("zookeeper-store");
  private final CuratorFramework session;
  private final StoreTransactions transactions;
  private final ZooKeeperStoreMetrics metrics;
  private final OneByOne line = new OneByOne(scheduler);
  private volatile boolean connected;
  private volatile @Nullable Thread ownThread;

  // Guards what follows; no foreign code runs in it.
  private final Object lock = new Object();
  private @Nullable CompletableFuture<Snapshot> lastLoad;
  private boolean closed;

  private ZooKeeperDurableStore(Builder builder) {
    this.name = builder.name;
    this.maxRequestBytes = builder.maxRequestBytes;
    this.session =
        ZooKeeperSessions.build(builder.url, builder.sessionTimeout, "-store-" + builder.name);
    this.metrics = new ZooKeeperStoreMetrics(builder.metrics, name, () -> connected);
    this.transactions =
        new StoreTransactions(
            builder.url.path(),
            new Requests(session, scheduler, builder.acl()),
            scheduler,
            builder.patience,
            metrics);
  }

  /** A store that is not open yet. */
  public static Builder builder(ZooKeeperUrl url) {
    return new Builder(url);
  }

  private ZooKeeperDurableStore opened() {
    session.getCuratorListenable().addListener((client, event) -> happened(event));
    scheduler.execute(
        () -> {
          ownThread = Thread.currentThread();
          session.start(); // here, since ZooKeeper's client names its threads after this one
        });
    return this;
  }

  /**
   * On the thread that also hands out answers, and in order with them: what was answered before the
   * end of a connection is handled before it.
   */
  private void happened(CuratorEvent event) {
    if (event.getWatchedEvent() == null || event.getWatchedEvent().getType() != EventType.None) {
      return;
    }
    switch (event.getWatchedEvent().getState()) {
      case SyncConnected, ConnectedReadOnly -> connected = true;
      case Disconnected, Closed -> lost("the connection is lost");
      case Expired -> lost("the session is lost");
      default -> {} // of authentication; requests that need it are refused
    }
  }

  private void lost(String what) {
    connected = false;
    synchronized (lock) {
      if (closed) {
        return;
      }
    }
    scheduler.execute(() -> transactions.lost(what));
  }

  @Override
  public CompletionStage<Snapshot> load() {
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedStage(closedException());
      }
      CompletableFuture<Snapshot> waiting = lastLoad;
      if (waiting == null) {
        // Those who ask before it begins, and nothing else in between, share one read.
        waiting = line.add(this::beginLoad);
        lastLoad = waiting;
      }
      return waiting.minimalCompletionStage();
    }
  }

  private CompletableFuture<Snapshot> beginLoad() {
    synchronized (lock) {
      lastLoad = null;
    }
    return transactions.load();
  }

  @Override
  public CompletionStage<Long> newEpoch() {
    return inLine(transactions::newEpoch);
  }

  @Override
  public CompletionStage<Outcome> commit(Batch batch) {
    requireFitting(batch);
    return inLine(() -> transactions.commit(batch).thenApply(metrics::count));
  }

  private <T> CompletionStage<T> inLine(Supplier<CompletableFuture<T>> work) {
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedStage(closedException());
      }
      if (line.size() >= MAX_WAITING) {
        return CompletableFuture.failedStage(
            new DcosNetException(
                name + ": " + MAX_WAITING + " transactions wait, not taking more"));
      }
      lastLoad = null;
      return line.add(work).minimalCompletionStage();
    }
  }

  private void requireFitting(Batch batch) {
    long bytes = 0;
    for (Map.Entry<String, Bytes> put : batch.puts().entrySet()) {
      bytes += StoreKeys.requireKey(put.getKey()) + put.getValue().size();
    }
    for (String key : batch.deletes()) {
      bytes += StoreKeys.requireKey(key);
    }
    for (Check check : batch.checks()) {
      StoreKeys.requireKey(check.key());
    }
    if (bytes > MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "batch: %d bytes (expected: at most %d)".formatted(bytes, MAX_BATCH_BYTES));
    }
    long request = StoreMirror.requestBytes(transactions.layout(), batch, OPERATION_BYTES);
    if (request > maxRequestBytes) {
      throw new IllegalArgumentException(
          "batch: %d bytes in one request of ZooKeeper (expected: at most %d; make it smaller)"
              .formatted(request, maxRequestBytes));
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException(name + ": closed");
  }

  /** A quarter of a request: paths and what stands around them take the rest. */
  @Override
  public int maxBatchBytes() {
    return maxRequestBytes / 4;
  }

  /** True while ZooKeeper answers. */
  public boolean isConnected() {
    return connected;
  }

  /** For tests that end sessions. */
  CuratorFramework session() {
    return session;
  }

  /**
   * Waits for what is under way, for a bounded time, and ends the session. On the thread of the
   * store, where stages complete, another thread does so.
   */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    transactions.end();
    if (Thread.currentThread() == ownThread) {
      ZooKeeperSessions.thread(this::end, "-store-end").start();
    } else {
      end();
    }
  }

  private void end() {
    line.awaitEnd(Lifecycle.DEFAULT_GRACE);
    session.close(); // fails what is still under way
    line.awaitEnd(Lifecycle.DEFAULT_GRACE);
    scheduler.close();
    connected = false;
    LOGGER.debug("{}: closed", name);
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final ZooKeeperUrl url;
    private String name = "zookeeper";
    private Duration sessionTimeout = DEFAULT_SESSION_TIMEOUT;
    private Duration patience = DEFAULT_PATIENCE;
    private int maxRequestBytes = DEFAULT_MAX_REQUEST_BYTES;
    private boolean readableByAll;
    private MetricsSink metrics = MetricsSink.none();

    private Builder(ZooKeeperUrl url) {
      this.url = requireNonNull(url, "url");
    }

    /** For messages, threads and figures; {@code zookeeper} by default. */
    public Builder name(String value) {
      name = requireNonNull(value, "name");
      return this;
    }

    /** Shorter means that a lost connection is noticed sooner; 1 s up to 1 h. */
    public Builder sessionTimeout(Duration value) {
      sessionTimeout = requireNonNull(value, "sessionTimeout");
      return this;
    }

    /**
     * How long {@link DurableStore#load} and {@link DurableStore#newEpoch} go on trying; zero for
     * once.
     */
    public Builder patience(Duration value) {
      patience = requireNonNull(value, "patience");
      return this;
    }

    /**
     * Largest request, 256 KiB or more; not more than {@code jute.maxbuffer} of the servers, which
     * end the connection over a larger one.
     */
    public Builder maxRequestBytes(int value) {
      maxRequestBytes = value;
      return this;
    }

    /**
     * Lets everybody read the nodes that are made with the credentials of the URL, which otherwise
     * nobody else may. Without credentials everybody may do everything.
     */
    public Builder readableByAll(boolean value) {
      readableByAll = value;
      return this;
    }

    /** Default: none. */
    public Builder metrics(MetricsSink value) {
      metrics = requireNonNull(value, "metrics");
      return this;
    }

    private List<ACL> acl() {
      if (url.credentials() == null) {
        return ZooDefs.Ids.OPEN_ACL_UNSAFE;
      }
      List<ACL> acl = new ArrayList<>(ZooDefs.Ids.CREATOR_ALL_ACL);
      if (readableByAll) {
        acl.addAll(ZooDefs.Ids.READ_ACL_UNSAFE);
      }
      return acl;
    }

    /**
     * Opens the store; does not wait for ZooKeeper. A store that is not there is made with the
     * first request.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public ZooKeeperDurableStore open() {
      List<String> problems = new ArrayList<>();
      if (sessionTimeout.toMillis() < 1000 || sessionTimeout.toMillis() > 3_600_000) {
        problems.add("sessionTimeout: " + sessionTimeout + " (expected: 1 s up to 1 h)");
      }
      if (patience.isNegative()) {
        problems.add("patience: " + patience + " (expected: zero or more)");
      }
      if (maxRequestBytes < MIN_REQUEST_BYTES) {
        problems.add(
            "maxRequestBytes: "
                + maxRequestBytes
                + " (expected: at least "
                + MIN_REQUEST_BYTES
                + ")");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new ZooKeeperDurableStore(this).opened();
    }
  }
}
