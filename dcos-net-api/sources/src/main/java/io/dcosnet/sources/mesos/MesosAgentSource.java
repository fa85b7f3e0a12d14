// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.HostLookup;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.sources.auth.Authorization;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What runs on one node, as the Mesos agent there tells it: the agent, its tasks and their
 * frameworks. A node that asks its own agent depends on no master.
 *
 * <p>The agent is asked every two seconds. A call that fails or is refused changes nothing: the
 * state from before stays, {@link #lastFailure} says why, and the pauses grow up to a minute. An
 * answer that is the same as the one before costs a hash.
 *
 * <p>{@link #start} does not wait for the agent; {@link #ready} tells when the first state is
 * there.
 *
 * <p><b>Thread-safe.</b> Its own work runs on the scheduler, reading and comparing on the executor;
 * one more thread belongs to the JDK's HTTP client.
 */
public final class MesosAgentSource extends Part implements ClusterSource {

  /** Time between two calls. From dcos-net. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

  /** Time for one call. From dcos-net. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Largest answer; one node runs no more than that. */
  public static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;

  /** What is asked for where the agent is given without a path. */
  public static final String DEFAULT_PATH = "/api/v1";

  private final AgentConfig config;
  private final ClusterPublisher publisher;
  private final SourceHealth health;
  private final StateFeed feed;
  private final AgentPolling polling;

  private MesosAgentSource(AgentConfig config, HostResolver hosts, MetricsSink metrics) {
    super("mesos agent");
    this.config = config;
    publisher = ClusterPublisher.create(config.scheduler().time());
    health =
        new SourceHealth(
            "mesos-agent", config.agent().toString(), config.scheduler().time(), metrics);
    feed = new StateFeed(hosts, config.scheduler(), config.executor(), publisher);
    polling = new AgentPolling(config, feed, health);
  }

  /**
   * A source that asks nobody yet.
   *
   * @param agent {@code http://10.0.0.7:5051} or the whole address of its API
   * @param executor for reading and comparing; the HTTP client and look-ups of hosts use it too
   * @param random for jitter
   */
  public static Builder builder(
      URI agent, Scheduler scheduler, Executor executor, RandomGenerator random) {
    return new Builder(agent, scheduler, executor, random);
  }

  @Override
  protected CompletionStage<Void> open() {
    String self = StateRequest.endpoint(config.agent());
    OperatorClient client =
        new OperatorClient(
            config.executor(),
            config.tls(),
            self::equals,
            config.authorization(),
            UnaryOperator.identity());
    feed.start();
    return CompletableFuture.runAsync(() -> polling.start(client), config.scheduler());
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    feed.stop();
    return CompletableFuture.runAsync(polling::stop, config.scheduler());
  }

  /** Why the last call failed; empty when it went well. */
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
    private final URI agent;
    private final Scheduler scheduler;
    private final Executor executor;
    private final RandomGenerator random;
    private Duration interval = DEFAULT_INTERVAL;
    private Duration timeout = DEFAULT_TIMEOUT;
    private long maxBytes = DEFAULT_MAX_BYTES;
    private MetricsSink metrics = MetricsSink.none();
    private @Nullable IpAddress address;
    private @Nullable HostResolver hosts;
    private @Nullable Authorization authorization;
    private @Nullable SSLContext tls;

    private Builder(URI agent, Scheduler scheduler, Executor executor, RandomGenerator random) {
      this.agent = requireNonNull(agent, "agent");
      this.scheduler = requireNonNull(scheduler, "scheduler");
      this.executor = requireNonNull(executor, "executor");
      this.random = requireNonNull(random, "random");
    }

    /**
     * Where this node is for others. Default: what the agent says of itself, if need be by looking
     * its host name up.
     */
    public Builder address(IpAddress value) {
      address = requireNonNull(value, "address");
      return this;
    }

    /** Time between two calls, ±10 %. Longer means older answers, shorter a busier agent. */
    public Builder interval(Duration value) {
      interval = requireNonNull(value, "interval");
      return this;
    }

    /** Time for one call. */
    public Builder timeout(Duration value) {
      timeout = requireNonNull(value, "timeout");
      return this;
    }

    /** Largest answer; a larger one is refused. */
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
     * The value of the header {@code Authorization}, asked for at each call; must not block. It is
     * sent to the agent only, not to where a redirect may lead.
     */
    public Builder authorization(Supplier<String> value) {
      return authorization(Authorization.of(value));
    }

    /** As {@link #authorization(Supplier)}, for credentials that are renewed. */
    public Builder authorization(Authorization value) {
      authorization = requireNonNull(value, "authorization");
      return this;
    }

    /** For an agent over https; default: the JDK's. */
    public Builder tls(SSLContext value) {
      tls = requireNonNull(value, "tls");
      return this;
    }

    /**
     * Builds the source.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public MesosAgentSource build() {
      List<String> problems = new ArrayList<>();
      boolean usable = MasterUri.isUsable("agent", agent, problems);
      requirePositive("interval", interval, problems);
      requirePositive("timeout", timeout, problems);
      if (maxBytes < 1) {
        problems.add("maxBytes: " + maxBytes + " (expected: at least 1)");
      }
      if (!usable || !problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      HostResolver resolver =
          hosts != null ? hosts : HostResolver.create(scheduler, executor, HostLookup.system());
      AgentConfig config =
          new AgentConfig(
              scheduler,
              executor,
              random,
              MasterUri.whole(agent, DEFAULT_PATH),
              address,
              interval,
              timeout,
              maxBytes,
              authorization,
              tls);
      return new MesosAgentSource(config, resolver, metrics);
    }

    private static void requirePositive(String name, Duration value, List<String> problems) {
      if (value.isNegative() || value.isZero()) {
        problems.add(name + ": " + value + " (expected: more than zero)");
      }
    }
  }
}
