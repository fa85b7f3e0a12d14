// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.HostLookup;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.SourceFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cluster from a file that holds the state of a Mesos master; a change of the file is read soon
 * after it was made.
 *
 * <p>A file that cannot be read or is refused changes nothing: the state from before stays, {@link
 * #lastFailure} says why. A file that is found half written gets a second look before that counts
 * as a failure; writing a new file and renaming it avoids the matter.
 *
 * <p>The stage of {@link #start} completes when the file was tried once; {@link #ready} tells
 * whether that went well.
 *
 * <p><b>Thread-safe.</b> The file is touched on the executor only.
 */
public final class StateFileSource extends Part implements ClusterSource {

  /** Time between two looks at the file. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(250);

  private final Scheduler scheduler;
  private final Executor executor;
  private final Duration interval;
  private final StateFile file;
  private final ClusterPublisher publisher = ClusterPublisher.create();
  private final SourceHealth health;
  private final StateFeed feed;
  private final CompletableFuture<Void> tried = new CompletableFuture<>();

  // Confined to the scheduler.
  private Scheduler.@Nullable Timer timer;
  private boolean looking;
  private boolean lookAgain;
  private boolean stopped;

  private StateFileSource(Builder builder) {
    super("state file");
    scheduler = builder.scheduler;
    executor = builder.executor;
    interval = builder.interval;
    HostResolver hosts =
        builder.hosts != null
            ? builder.hosts
            : HostResolver.create(scheduler, executor, HostLookup.system());
    MesosStateReader reader = MesosStateReader.create().withMaxBytes(builder.maxBytes);
    file = new StateFile(builder.file, reader, scheduler.time());
    health = new SourceHealth("file", builder.file.toString(), scheduler.time(), builder.metrics);
    feed = new StateFeed(hosts, scheduler, executor, publisher);
  }

  /**
   * A source that has not touched the file yet.
   *
   * @param executor for reading and comparing; look-ups of hosts use it too
   */
  public static Builder builder(Path file, Scheduler scheduler, Executor executor) {
    return new Builder(file, scheduler, executor);
  }

  @Override
  protected CompletionStage<Void> open() {
    feed.start();
    scheduler.execute(() -> look(true));
    return tried;
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    feed.stop();
    return CompletableFuture.runAsync(
        () -> {
          stopped = true;
          cancelTimer();
        },
        scheduler);
  }

  /** Reads the file now, whether it seems changed or not. */
  public void readNow() {
    scheduler.execute(
        () -> {
          lookAgain = looking;
          look(true);
        });
  }

  private void look(boolean force) {
    if (stopped || looking) {
      return;
    }
    cancelTimer();
    looking = true;
    try {
      executor.execute(
          () -> {
            try {
              file.look(force, this::changed, health::failed);
            } finally {
              scheduler.execute(this::looked);
            }
          });
    } catch (RejectedExecutionException e) {
      health.failed("no thread to read the file: " + e.getMessage());
      looked();
    }
  }

  private void changed(MesosState state) {
    feed.accept(state, UnaryOperator.identity());
    health.changed(state.rejectionCounts());
  }

  private void looked() {
    looking = false;
    tried.complete(null);
    if (stopped) {
      return;
    }
    boolean again = lookAgain;
    lookAgain = false;
    if (again) {
      look(true);
    } else {
      timer = scheduler.schedule(interval, () -> look(false));
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Why the file could not be read last; empty when it could. */
  public Optional<SourceFailure> lastFailure() {
    return health.lastFailure();
  }

  @Override
  public ClusterState cluster() {
    return publisher.cluster();
  }

  @Override
  public boolean ready() {
    return publisher.ready();
  }

  @Override
  public List<Rejection> rejections() {
    return publisher.rejections();
  }

  @Override
  public Subscription subscribe(Executor listenerExecutor, ClusterListener listener) {
    return publisher.subscribe(listenerExecutor, listener);
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Path file;
    private final Scheduler scheduler;
    private final Executor executor;
    private Duration interval = DEFAULT_INTERVAL;
    private long maxBytes = MesosStateReader.DEFAULT_MAX_BYTES;
    private MetricsSink metrics = MetricsSink.none();
    private @Nullable HostResolver hosts;

    private Builder(Path file, Scheduler scheduler, Executor executor) {
      this.file = requireNonNull(file, "file");
      this.scheduler = requireNonNull(scheduler, "scheduler");
      this.executor = requireNonNull(executor, "executor");
    }

    /** Time between two looks. Longer means later news, shorter more calls to the file system. */
    public Builder interval(Duration value) {
      interval = requireNonNull(value, "interval");
      return this;
    }

    /** Largest file; a larger one is refused. */
    public Builder maxBytes(long value) {
      maxBytes = value;
      return this;
    }

    /** Default: none. */
    public Builder metrics(MetricsSink value) {
      metrics = requireNonNull(value, "metrics");
      return this;
    }

    /** Addresses of hosts; default: a resolver of our own that asks the machine's. */
    public Builder hosts(HostResolver value) {
      hosts = requireNonNull(value, "hosts");
      return this;
    }

    /**
     * Builds the source.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public StateFileSource build() {
      List<String> problems = new ArrayList<>();
      if (interval.isNegative() || interval.isZero()) {
        problems.add("interval: " + interval + " (expected: more than zero)");
      }
      if (maxBytes < 1) {
        problems.add("maxBytes: " + maxBytes + " (expected: at least 1)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new StateFileSource(this);
    }
  }
}
