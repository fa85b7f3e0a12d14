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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster as its Mesos masters tell it, in the best way that they offer: by the stream of their
 * events, as {@link MesosStreamSource} does, and where there is none (masters that are old, or
 * hidden behind a proxy) by reading their state again and again, as {@link MesosStateSource} does.
 * While it polls it asks for a stream every few minutes; {@link #lastFailure} says why there is
 * none.
 *
 * <p>Both publish through this source, so that whoever listens hears only what differs.
 *
 * <p><b>Thread-safe.</b> Its work runs where that of the two runs.
 */
public final class MesosSource extends Part implements ClusterSource {

  private static final Logger LOGGER = LoggerFactory.getLogger(MesosSource.class);

  private final ClusterPublisher publisher;
  private final MesosStreamSource stream;
  private final Supplier<MesosStateSource> pollers;

  // Guards the two fields below; the poller is started and stopped outside of it.
  private final Object lock = new Object();
  private @Nullable MesosStateSource poller;
  private boolean stopped;

  private MesosSource(
      ClusterPublisher publisher,
      MesosStreamSource.Builder stream,
      Supplier<MesosStateSource> pollers) {
    super("mesos");
    this.publisher = publisher;
    this.pollers = pollers;
    this.stream = stream.build(publisher, new Switch());
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

  /** Lets exactly one of the two publish. */
  private final class Switch implements EventStreaming.Watcher {
    @Override
    public void subscribed() {
      MesosStateSource ended = takePoller(false);
      if (ended != null) {
        LOGGER.info("there is a stream of events again, polling ends");
        var unused = ended.stop(Duration.ZERO); // it publishes nothing from here on
      }
    }

    @Override
    public void unsupported() {
      MesosStateSource begun;
      synchronized (lock) {
        if (poller != null || stopped) {
          return;
        }
        begun = pollers.get();
        poller = begun;
      }
      LOGGER.warn("the masters offer no stream of events, their state is polled meanwhile");
      stream.pause();
      var unused = begun.start();
    }
  }

  /** Builds a poller when one is needed; its figures begin with the first and go on. */
  private static final class Pollers implements Supplier<MesosStateSource> {
    private final MesosStateSource.Builder builder;
    private final ClusterPublisher publisher;
    private @Nullable SourceHealth health;

    Pollers(MesosStateSource.Builder builder, ClusterPublisher publisher) {
      this.builder = builder;
      this.publisher = publisher;
    }

    @Override
    public MesosStateSource get() {
      if (health == null) {
        health = builder.health();
      }
      return builder.build(publisher, health);
    }
  }

  private @Nullable MesosStateSource takePoller(boolean forGood) {
    synchronized (lock) {
      MesosStateSource taken = poller;
      poller = null;
      stopped |= forGood;
      return taken;
    }
  }

  @Override
  protected CompletionStage<Void> open() {
    return stream.start();
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    MesosStateSource polling = takePoller(true);
    CompletableFuture<Void> streamEnd = stream.stop(grace).toCompletableFuture();
    return polling == null
        ? streamEnd
        : CompletableFuture.allOf(streamEnd, polling.stop(grace).toCompletableFuture());
  }

  private @Nullable MesosStateSource poller() {
    synchronized (lock) {
      return poller;
    }
  }

  /** True while the state is polled because there is no stream of events. */
  public boolean isPolling() {
    return poller() != null;
  }

  /**
   * Why the stream, or while there is none the last read of the state, failed; empty when the
   * stream is well. While polling goes well it still says why there is no stream.
   */
  public Optional<SourceFailure> lastFailure() {
    MesosStateSource polling = poller();
    Optional<SourceFailure> noStream = stream.lastFailure();
    Optional<SourceFailure> noState = polling == null ? Optional.empty() : polling.lastFailure();
    if (noStream.isEmpty() || noState.isEmpty()) {
      return noState.or(() -> noStream);
    }
    SourceFailure last = noState.get();
    return Optional.of(
        new SourceFailure(
            last.at(), last.inARow(), last.reason() + "; " + noStream.get().reason()));
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
    return stream.rejections();
  }

  @Override
  public Subscription subscribe(Executor executor, ClusterListener listener) {
    return publisher.subscribe(executor, listener);
  }

  /** Its options are those of the two sources. <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Scheduler scheduler;
    private final Executor executor;
    private final MesosStreamSource.Builder stream;
    private final MesosStateSource.Builder state;
    private @Nullable HostResolver hosts;

    private Builder(Scheduler scheduler, Executor executor, RandomGenerator random) {
      this.scheduler = scheduler;
      this.executor = executor;
      stream = MesosStreamSource.builder(scheduler, executor, random);
      state = MesosStateSource.builder(scheduler, executor, random);
    }

    /**
     * Adds a master, {@code http://10.0.0.1:5050}, or what its paths are under, {@code
     * https://dcos.example.org/mesos}. Their order is the order in which they are asked and
     * numbered.
     */
    public Builder master(URI master) {
      stream.master(below(master, MesosStreamSource.DEFAULT_PATH));
      state.master(below(master, MesosStateSource.DEFAULT_PATH));
      return this;
    }

    private static URI below(URI master, String path) {
      String base = String.valueOf(master.getRawPath());
      boolean slash = base.endsWith("/");
      String whole = (slash ? base.substring(0, base.length() - 1) : base) + path;
      return master.isOpaque() ? master : master.resolve(whole);
    }

    /** {@link MesosStreamSource.Builder#electionGrace}, for both. */
    public Builder electionGrace(Duration value) {
      stream.electionGrace(value);
      state.electionGrace(value);
      return this;
    }

    /** {@link MesosStreamSource.Builder#maxRecordBytes}. */
    public Builder maxRecordBytes(int value) {
      stream.maxRecordBytes(value);
      return this;
    }

    /** {@link MesosStateSource.Builder#refresh}. */
    public Builder refresh(Duration value) {
      state.refresh(value);
      return this;
    }

    /** {@link MesosStateSource.Builder#timeout}. */
    public Builder timeout(Duration value) {
      state.timeout(value);
      return this;
    }

    /** {@link MesosStateSource.Builder#maxBytes}. */
    public Builder maxBytes(long value) {
      state.maxBytes(value);
      return this;
    }

    /** Default: none. */
    public Builder metrics(MetricsSink value) {
      stream.metrics(value);
      state.metrics(value);
      return this;
    }

    /** Addresses of hosts; default: a resolver of our own that asks the machine's. */
    public Builder hosts(HostResolver value) {
      hosts = requireNonNull(value, "hosts");
      return this;
    }

    /** Tells which master leads, beside the list of masters or in place of it. */
    public Builder detector(MasterDetector value) {
      stream.detector(value);
      state.detector(value);
      return this;
    }

    /** {@link MesosStreamSource.Builder#authorization(Authorization)}, for both. */
    public Builder authorization(Authorization value) {
      stream.authorization(value);
      state.authorization(value);
      return this;
    }

    /** One more {@code host:port} that credentials may be sent to. */
    public Builder trustedHost(String hostAndPort) {
      stream.trustedHost(hostAndPort);
      state.trustedHost(hostAndPort);
      return this;
    }

    /** Turns where a redirect or a leader leads into what can be reached from here. */
    public Builder rewrite(UnaryOperator<URI> value) {
      stream.rewrite(value);
      state.rewrite(value);
      return this;
    }

    /** For masters over https; default: the JDK's. */
    public Builder tls(SSLContext value) {
      stream.tls(value);
      state.tls(value);
      return this;
    }

    /**
     * Builds the source.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public MesosSource build() {
      HostResolver resolver =
          hosts != null ? hosts : HostResolver.create(scheduler, executor, HostLookup.system());
      stream.hosts(resolver);
      state.hosts(resolver);
      ClusterPublisher publisher = ClusterPublisher.create(scheduler.time());
      // Says what is wrong with it now rather than when it is needed.
      var unused =
          state.build(
              publisher, new SourceHealth("mesos", "", scheduler.time(), MetricsSink.none()));
      return new MesosSource(publisher, stream, new Pollers(state, publisher));
    }
  }
}
