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
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.HostLookup;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.sources.auth.Authorization;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as the events of its leading Mesos master tell it: a change is known within moments of
 * its making.
 *
 * <p>Masters are asked one after the other; redirects lead to the leading one. A stream that ends,
 * is silent for three intervals of its heartbeats, or holds something else than events is begun
 * anew, with a pause that grows; what was published stays all the while, {@link #lastFailure} says
 * why. Right after an election a master lacks the agents that have not come back to it; what ran
 * there is kept for {@link Builder#electionGrace}, and agents of which nothing is known are named
 * in {@link io.dcosnet.api.model.Masters#awaited}.
 *
 * <p>Where schedulers listen is no part of the events; the summary of the master is read for that,
 * and where it is not to be had they are where their host name says and have no port. {@link
 * MesosSource} goes over to polling where there is no such API.
 *
 * <p>{@link #start} does not wait for a master; {@link #ready} tells when the first state is there.
 *
 * <p><b>Thread-safe.</b> Its own work runs on the scheduler, reading and publishing on the
 * executor; one more thread belongs to the JDK's HTTP client.
 */
public final class MesosStreamSource extends Part implements ClusterSource {

  /** Time that a new master gives its agents to come back. */
  public static final Duration DEFAULT_ELECTION_GRACE = Duration.ofMinutes(10);

  /** Largest record; the first one holds the whole cluster. */
  public static final int DEFAULT_MAX_RECORD_BYTES = 256 * 1024 * 1024;

  /** What is asked for where a master is given without a path. */
  public static final String DEFAULT_PATH = "/api/v1";

  private final StreamConfig config;
  private final ClusterPublisher publisher;
  private final SourceHealth health;
  private final EventFeed feed;
  private final EventStreaming streaming;

  private MesosStreamSource(
      StreamConfig config,
      HostResolver hosts,
      MetricsSink sink,
      ClusterPublisher publisher,
      EventStreaming.Watcher watcher) {
    super("mesos stream");
    this.config = config;
    this.publisher = publisher;
    StreamMetrics metrics = new StreamMetrics(sink);
    KnownMasters masters = new KnownMasters(config.masters(), hosts);
    health =
        new SourceHealth("mesos-stream", config.masters().names(), config.scheduler().time(), sink);
    feed = new EventFeed(config, publisher, hosts, masters, metrics);
    streaming = new EventStreaming(config, masters, feed, health, metrics, watcher);
  }

  /**
   * A source that asks nobody yet.
   *
   * @param executor for reading and publishing; the HTTP client and look-ups of hosts use it too
   * @param random for jitter
   */
  public static Builder builder(Scheduler scheduler, Executor executor, RandomGenerator random) {
    return new Builder(scheduler, executor, random);
  }

  @Override
  protected CompletionStage<Void> open() {
    OperatorClient client =
        new OperatorClient(
            config.executor(),
            config.tls(),
            config.masters()::trusts,
            config.authorization(),
            config.masters().rewrite());
    feed.start();
    return CompletableFuture.runAsync(() -> streaming.start(client), config.scheduler());
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    feed.stop();
    return CompletableFuture.runAsync(streaming::stop, config.scheduler());
  }

  /** Leaves publishing to somebody else until the next snapshot. */
  void pause() {
    feed.pause();
  }

  /** Why there is no stream now, or was none last; empty when there is one. */
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

  /** What was refused in the newest snapshot and in events since, up to a bound. */
  @Override
  public List<Rejection> rejections() {
    List<Rejection> all = new ArrayList<>(publisher.rejections());
    all.addAll(feed.rejections());
    return all;
  }

  @Override
  public Subscription subscribe(Executor executor, ClusterListener listener) {
    return publisher.subscribe(executor, listener);
  }

  private static final class Nobody implements EventStreaming.Watcher {
    @Override
    public void subscribed() {}

    @Override
    public void unsupported() {}
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Scheduler scheduler;
    private final Executor executor;
    private final RandomGenerator random;
    private final List<URI> masters = new ArrayList<>();
    private final Set<String> trustedHosts = new HashSet<>();
    private Duration electionGrace = DEFAULT_ELECTION_GRACE;
    private int maxRecordBytes = DEFAULT_MAX_RECORD_BYTES;
    private MetricsSink metrics = MetricsSink.none();
    private UnaryOperator<URI> rewrite = UnaryOperator.identity();
    private @Nullable MasterDetector detector;
    private @Nullable HostResolver hosts;
    private @Nullable Authorization authorization;
    private @Nullable SSLContext tls;

    private Builder(Scheduler scheduler, Executor executor, RandomGenerator random) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      this.executor = requireNonNull(executor, "executor");
      this.random = requireNonNull(random, "random");
    }

    /**
     * Adds a master, {@code http://10.0.0.1:5050} or the whole address of its API. Their order is
     * the order in which they are asked and numbered.
     */
    public Builder master(URI master) {
      masters.add(requireNonNull(master, "master"));
      return this;
    }

    /**
     * Tells who leads, instead of or beside {@link #master}s: the leader is asked first, and at
     * once when another one leads. Credentials are sent to those that it lists. It is started and
     * stopped by whoever made it.
     */
    public Builder detector(MasterDetector value) {
      detector = requireNonNull(value, "detector");
      return this;
    }

    /** How long what ran on agents that a new master still waits for is kept; zero for not. */
    public Builder electionGrace(Duration value) {
      electionGrace = requireNonNull(value, "electionGrace");
      return this;
    }

    /** Largest record; a larger one ends the stream. */
    public Builder maxRecordBytes(int value) {
      maxRecordBytes = value;
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
     * The value of the header {@code Authorization}, asked for at each request; must not block. It
     * is sent only to the masters given here or detected and to {@link #trustedHost}s, not to where
     * a redirect may lead.
     */
    public Builder authorization(Supplier<String> value) {
      return authorization(Authorization.of(value));
    }

    /** As {@link #authorization(Supplier)}, for credentials that are renewed. */
    public Builder authorization(Authorization value) {
      authorization = requireNonNull(value, "authorization");
      return this;
    }

    /** One more {@code host:port} that credentials may be sent to. */
    public Builder trustedHost(String hostAndPort) {
      trustedHosts.add(hostAndPort.toLowerCase(Locale.ROOT));
      return this;
    }

    /** Turns where a redirect or a detected leader is into what can be reached from here. */
    public Builder rewrite(UnaryOperator<URI> value) {
      rewrite = requireNonNull(value, "rewrite");
      return this;
    }

    /** For masters over https; default: the JDK's. */
    public Builder tls(SSLContext value) {
      tls = requireNonNull(value, "tls");
      return this;
    }

    /**
     * Builds the source.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public MesosStreamSource build() {
      return build(ClusterPublisher.create(scheduler.time()), new Nobody());
    }

    /** As {@link #build()}, for a source that publishes what others publish too. */
    MesosStreamSource build(ClusterPublisher publisher, EventStreaming.Watcher watcher) {
      List<String> problems = new ArrayList<>();
      MasterSet set =
          MasterSet.of(
              masters, detector, trustedHosts, rewrite, DEFAULT_PATH, tls != null, problems);
      if (electionGrace.isNegative()) {
        problems.add("electionGrace: " + electionGrace + " (expected: zero or more)");
      }
      if (maxRecordBytes < 1) {
        problems.add("maxRecordBytes: " + maxRecordBytes + " (expected: at least 1)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      HostResolver resolver =
          hosts != null ? hosts : HostResolver.create(scheduler, executor, HostLookup.system());
      StreamConfig config =
          new StreamConfig(
              scheduler, executor, random, set, electionGrace, maxRecordBytes, authorization, tls);
      return new MesosStreamSource(config, resolver, metrics, publisher, watcher);
    }
  }
}
