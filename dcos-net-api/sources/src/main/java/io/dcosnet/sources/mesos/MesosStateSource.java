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
import java.net.http.HttpClient;
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
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as its leading Mesos master tells it, asked again and again.
 *
 * <p>Masters are asked one after the other: the leader that a {@link Builder#detector} tells, then
 * the one that answered last; redirects and the field {@code leader} are followed to the leading
 * one. A read that fails or is refused changes nothing: the state from before stays, {@link
 * #lastFailure} says why, and the next attempt comes sooner than the next regular read. Right after
 * an election a master lacks the agents that have not come back to it; what ran there is kept for
 * {@link Builder#electionGrace}.
 *
 * <p>{@link #start} does not wait for a master; {@link #ready} tells when the first state is there.
 *
 * <p><b>Thread-safe.</b> Its own work runs on the scheduler, reading and comparing on the executor;
 * one more thread belongs to the JDK's HTTP client.
 */
public final class MesosStateSource extends Part implements ClusterSource {

  /** Time between two reads; the document is costly for a master. From Mesos-DNS. */
  public static final Duration DEFAULT_REFRESH = Duration.ofMinutes(1);

  /** Time for one whole document. From Mesos-DNS. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  /** Time that a new master gives its agents to come back. */
  public static final Duration DEFAULT_ELECTION_GRACE = Duration.ofMinutes(10);

  /** What is asked for where a master is given without a path. */
  public static final String DEFAULT_PATH = "/master/state";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final PollingConfig config;
  private final ClusterPublisher publisher;
  private final SourceHealth health;
  private final StateFeed feed;
  private final StatePolling polling;

  private MesosStateSource(
      PollingConfig config, HostResolver hosts, ClusterPublisher publisher, SourceHealth health) {
    super("mesos state");
    this.config = config;
    this.publisher = publisher;
    this.health = health;
    feed = new StateFeed(hosts, config.scheduler(), config.executor(), publisher);
    polling = new StatePolling(config, hosts, publisher, health, feed);
  }

  /**
   * A source that asks nobody yet.
   *
   * @param executor for reading and comparing; the HTTP client and look-ups of hosts use it too
   * @param random for jitter
   */
  public static Builder builder(Scheduler scheduler, Executor executor, RandomGenerator random) {
    return new Builder(scheduler, executor, random);
  }

  @Override
  protected CompletionStage<Void> open() {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(config.executor());
    SSLContext tls = config.tls();
    if (tls != null) {
      client.sslContext(tls);
    }
    StateRequest request = new StateRequest(client.build(), config);
    feed.start();
    return CompletableFuture.runAsync(() -> polling.start(request), config.scheduler());
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    feed.stop();
    return CompletableFuture.runAsync(polling::stop, config.scheduler());
  }

  /** Reads now instead of at the next regular time; at once again if a read is under way. */
  public void refreshNow() {
    config.scheduler().execute(polling::refreshNow);
  }

  /** Why the last read failed; empty when it went well. */
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
  public Subscription subscribe(Executor executor, ClusterListener listener) {
    return publisher.subscribe(executor, listener);
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Scheduler scheduler;
    private final Executor executor;
    private final RandomGenerator random;
    private final List<URI> masters = new ArrayList<>();
    private final Set<String> trustedHosts = new HashSet<>();
    private Duration refresh = DEFAULT_REFRESH;
    private Duration timeout = DEFAULT_TIMEOUT;
    private Duration electionGrace = DEFAULT_ELECTION_GRACE;
    private long maxBytes = MesosStateReader.DEFAULT_MAX_BYTES;
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
     * Adds a master, {@code http://10.0.0.1:5050} or the whole address of its state. Their order is
     * the order in which they are asked and numbered.
     */
    public Builder master(URI master) {
      masters.add(requireNonNull(master, "master"));
      return this;
    }

    /**
     * Tells who leads, instead of or beside {@link #master}s: the leader is asked first, and at
     * once when another one leads. It is asked as the first of the masters is, or without one at
     * {@link #DEFAULT_PATH}, by https if {@link #tls} is given. Credentials are sent to those that
     * the detector lists. It is started and stopped by whoever made it.
     */
    public Builder detector(MasterDetector value) {
      detector = requireNonNull(value, "detector");
      return this;
    }

    /** Time between two reads, ±10 %. Longer means older answers, shorter means a busier master. */
    public Builder refresh(Duration value) {
      refresh = requireNonNull(value, "refresh");
      return this;
    }

    /** Time for one whole document from one master, redirects included. */
    public Builder timeout(Duration value) {
      timeout = requireNonNull(value, "timeout");
      return this;
    }

    /** How long what ran on agents that a new master still waits for is kept; zero for not. */
    public Builder electionGrace(Duration value) {
      electionGrace = requireNonNull(value, "electionGrace");
      return this;
    }

    /** Largest document, before and after decompression; a larger one is refused. */
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

    /** Turns where a redirect or a leader leads into what can be reached from here. */
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
    public MesosStateSource build() {
      return build(ClusterPublisher.create(scheduler.time()), health());
    }

    /** What such a source tells of itself. */
    SourceHealth health() {
      String names = masters.stream().map(URI::toString).collect(Collectors.joining(" "));
      String told = names.isEmpty() ? "detected masters" : names;
      return new SourceHealth("mesos", told, scheduler.time(), metrics);
    }

    /** As {@link #build()}, for a source that publishes what others publish too. */
    MesosStateSource build(ClusterPublisher publisher, SourceHealth health) {
      List<String> problems = new ArrayList<>();
      MasterSet set =
          MasterSet.of(
              masters, detector, trustedHosts, rewrite, DEFAULT_PATH, tls != null, problems);
      requirePositive("refresh", refresh, problems);
      requirePositive("timeout", timeout, problems);
      if (electionGrace.isNegative()) {
        problems.add("electionGrace: " + electionGrace + " (expected: zero or more)");
      }
      if (maxBytes < 1) {
        problems.add("maxBytes: " + maxBytes + " (expected: at least 1)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      HostResolver resolver =
          hosts != null ? hosts : HostResolver.create(scheduler, executor, HostLookup.system());
      PollingConfig config =
          new PollingConfig(
              scheduler,
              executor,
              random,
              set,
              refresh,
              timeout,
              electionGrace,
              maxBytes,
              authorization,
              tls);
      return new MesosStateSource(config, resolver, publisher, health);
    }

    private static void requirePositive(String name, Duration value, List<String> problems) {
      if (value.isNegative() || value.isZero()) {
        problems.add(name + ": " + value + " (expected: more than zero)");
      }
    }
  }
}
