// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.ReloadedTls;
import io.dcosnet.netty.TlsFiles;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@link HttpHandler}s over HTTP/1.1 and HTTP/2: keep-alive, pipelining, server-sent events,
 * TLS, unix sockets, and limits on all that a client can ask for.
 *
 * <pre>{@code
 * HttpServer admin = HttpServer.builder(net)
 *     .name("admin")
 *     .listen(HostPort.parse("127.0.0.1:62080"))
 *     .mount("/v1/vips", vips.http())
 *     .build();
 * net.startAll(admin);
 * }</pre>
 *
 * <p><b>Handlers</b> are called on event loops, several at a time for different connections, and
 * must not block; requests of one connection are answered in order. A path goes to the mount with
 * the longest prefix in whole segments. HEAD reaches a handler as GET, and its body is left out. A
 * failure of a handler is answered with status 500 and an empty explanation; the reason is logged,
 * at most once per minute and kind. How long an answer takes is the handler's business: the server
 * sets no limit there.
 *
 * <p><b>Stopping</b> accepts no more, ends idle connections and event streams, lets answers under
 * way end within the grace, and cuts the rest.
 *
 * <p><b>Thread-safe.</b>
 */
public final class HttpServer implements Lifecycle {

  /** How often deadlines are looked at, and so how late a client may be found too slow. */
  private static final Duration SWEEP = Duration.ofSeconds(1);

  /** What is offered in a TLS handshake, the preferred one first. */
  private static final List<String> PROTOCOLS =
      List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1, "http/1.0");

  private final NetRuntime net;
  private final List<Endpoint> endpoints;
  private final @Nullable ReloadedTls tls;
  private final ServerState server;
  private final StartStop life;
  private volatile Scheduler.@Nullable Timer sweep;

  private HttpServer(Builder builder) {
    net = builder.net;
    tls = builder.files == null ? null : new ReloadedTls(net, builder.files, PROTOCOLS);
    endpoints = builder.endpoints(tls);
    server =
        new ServerState(
            builder.name, builder.routes(), builder.limits(), net.time(), net.metrics());
    life = new StartStop("http server " + builder.name, this::open, this::shut);
  }

  public static Builder builder(NetRuntime net) {
    return new Builder(net);
  }

  private CompletionStage<?> open() {
    CompletionStage<?> last = tls == null ? CompletableFuture.completedFuture(null) : tls.open();
    for (Endpoint endpoint : endpoints) {
      last = last.thenCompose(ready -> endpoint.open(net, server));
    }
    return last.thenRun(this::sweepLater);
  }

  private void sweepLater() {
    sweep =
        net.scheduler()
            .schedule(
                SWEEP,
                () -> {
                  server.lookAtDeadlines();
                  if (!server.isDrained()) {
                    sweepLater();
                  }
                });
  }

  private CompletionStage<?> shut(Duration grace) {
    if (tls != null) {
      tls.close();
    }
    CompletionStage<?> closed = CompletableFuture.completedFuture(null);
    for (Endpoint endpoint : endpoints) {
      closed = closed.thenCompose(ready -> endpoint.close());
    }
    return closed.thenCompose(
        done -> {
          CompletionStage<?> drained = server.drain();
          Scheduler.Timer end = net.scheduler().schedule(grace, server::cut);
          return drained.thenRun(
              () -> {
                end.cancel();
                Scheduler.Timer last = sweep;
                if (last != null) {
                  last.cancel();
                }
              });
        });
  }

  /**
   * The first TCP address, with the port that was chosen where 0 was asked for.
   *
   * @throws IllegalStateException while no TCP address is bound
   */
  public HostPort localAddress() {
    return localAddresses().stream()
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("localAddress: no TCP address bound (start first)"));
  }

  /** All TCP addresses bound, in the order of {@link Builder#listen(HostPort)}. */
  public List<HostPort> localAddresses() {
    return endpoints.stream().flatMap(endpoint -> endpoint.address().stream()).toList();
  }

  @Override
  public CompletionStage<Void> start() {
    return life.start();
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    return life.stop(grace);
  }

  @Override
  public State state() {
    return life.state();
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    return life.onStateChange(listener);
  }

  @Override
  public void close() {
    life.close();
  }

  /**
   * Where to listen, what to answer and what to allow. Options that were not set keep their
   * default. <b>Not thread-safe.</b>
   */
  public static final class Builder {

    /** Room for the cookies and tokens of a browser; nginx allows 32 KiB, Go 1 MiB. */
    public static final int DEFAULT_MAX_HEADER_BYTES = 16 * 1024;

    /** What overlay agents, CNI and Docker send stays far below. */
    public static final int DEFAULT_MAX_BODY_BYTES = 1024 * 1024;

    /** A server for administration and plug-ins has few clients. */
    public static final int DEFAULT_MAX_CONNECTIONS = 1024;

    /** What RFC 9113 recommends at least. */
    public static final int DEFAULT_MAX_STREAMS = 100;

    /** Below the 90 s after which Go's client, dockerd's for one, drops an idle connection. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(75);

    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_WRITE_TIMEOUT = Duration.ofSeconds(30);

    /** Half of the 30 s after which the shortest-tempered middle boxes forget a connection. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    private static final int MAX_TARGET_BYTES = 8 * 1024;

    private final NetRuntime net;
    private final List<Function<@Nullable Supplier<SslContext>, Endpoint>> places =
        new ArrayList<>();
    private final List<Routes.Mount> mounts = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private String name = "http";
    private @Nullable SslContext tls;
    private @Nullable TlsFiles files;
    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private int maxConnectionsPerClient = Integer.MAX_VALUE;
    private int maxStreams = DEFAULT_MAX_STREAMS;
    private int maxHeaderBytes = DEFAULT_MAX_HEADER_BYTES;
    private int maxBodyBytes = DEFAULT_MAX_BODY_BYTES;
    private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private Duration writeTimeout = DEFAULT_WRITE_TIMEOUT;
    private Duration heartbeat = DEFAULT_HEARTBEAT;

    private Builder(NetRuntime net) {
      this.net = requireNonNull(net, "net");
    }

    /** The tag {@code server} of the metrics and the name in messages. Default {@code http}. */
    public Builder name(String name) {
      this.name = requireNonNull(name, "name");
      return this;
    }

    /** Adds a TCP address; port 0 takes any free one. */
    public Builder listen(HostPort address) {
      requireNonNull(address, "address");
      places.add(encryption -> Endpoint.tcp(address, encryption));
      return this;
    }

    /** Adds a unix socket that only the own user can reach. */
    public Builder listen(Path socket) {
      return listen(socket, PosixFilePermissions.fromString("rw-------"));
    }

    /**
     * Adds a unix socket. A socket file that nobody listens on is replaced; one in use, or a file
     * of another kind, fails the start. Missing or empty Host headers are fine there, as dockerd
     * sends them.
     *
     * @param socket in a folder that exists and that we may write to
     * @param mode who may connect: those with the right to write
     */
    public Builder listen(Path socket, Set<PosixFilePermission> mode) {
      requireNonNull(socket, "socket");
      Set<PosixFilePermission> rights = Set.copyOf(mode);
      places.add(encryption -> Endpoint.unix(socket, rights));
      return this;
    }

    /**
     * Encrypts what is listened to over TCP, and speaks HTTP/2 with clients that can. The files are
     * read when the server starts, and again when they change. Default: plain text.
     */
    public Builder tls(TlsFiles files) {
      this.files = requireNonNull(files, "files");
      return this;
    }

    /**
     * As {@link #tls(TlsFiles)} with a context of the host's; HTTP/2 is spoken if that offers it.
     */
    public Builder tls(SslContext tls) {
      this.tls = requireNonNull(tls, "tls");
      return this;
    }

    /** Sends all paths at or below {@code prefix} to {@code handler}, unless a longer one fits. */
    public Builder mount(String prefix, HttpHandler handler) {
      return mount(prefix, handler, -1);
    }

    /**
     * As {@link #mount(String, HttpHandler)}, with a limit of its own for bodies.
     *
     * @param prefix plain text as handlers see it, {@code /} or {@code /v1/vips}
     */
    public Builder mount(String prefix, HttpHandler handler, int maxBodyBytes) {
      requireNonNull(handler, "handler");
      String held = prefix.equals("/") ? "" : prefix;
      boolean plain = RequestTarget.parse(prefix).filter(t -> t.path().equals(prefix)).isPresent();
      if (!plain || held.endsWith("/")) {
        problems.add("mount: " + prefix + " (expected: / or a path like /v1/vips)");
      }
      if (mounts.stream().anyMatch(mount -> mount.prefix().equals(held))) {
        problems.add("mount: " + prefix + " twice (expected: once)");
      }
      mounts.add(new Routes.Mount(held, handler, maxBodyBytes));
      return this;
    }

    /** Most connections at once; further ones are closed at once. Default 1024. */
    public Builder maxConnections(int maxConnections) {
      this.maxConnections = maxConnections;
      return this;
    }

    /**
     * Most connections of one IPv4 address or one IPv6 network of 64 bits; further ones are closed
     * at once. Default: no limit of its own.
     */
    public Builder maxConnectionsPerClient(int maxConnectionsPerClient) {
      this.maxConnectionsPerClient = maxConnectionsPerClient;
      return this;
    }

    /** Most requests under way on one connection of HTTP/2. Default 100. */
    public Builder maxStreams(int maxStreams) {
      this.maxStreams = maxStreams;
      return this;
    }

    /** Most bytes of all headers of a request, 256 B – 1 MiB; above it the answer is 431. */
    public Builder maxHeaderBytes(int maxHeaderBytes) {
      this.maxHeaderBytes = maxHeaderBytes;
      return this;
    }

    /** Most bytes of a body where the mount sets no other limit; above it the answer is 413. */
    public Builder maxBodyBytes(int maxBodyBytes) {
      this.maxBodyBytes = maxBodyBytes;
      return this;
    }

    /** How long a connection may wait for the next request. Default 75 s. */
    public Builder idleTimeout(Duration idleTimeout) {
      this.idleTimeout = requireNonNull(idleTimeout, "idleTimeout");
      return this;
    }

    /**
     * How long a request may take from its first byte to its last; then the answer is 408. Bytes in
     * between do not prolong it, so that slow senders hold nothing for long. Default 30 s.
     */
    public Builder requestTimeout(Duration requestTimeout) {
      this.requestTimeout = requireNonNull(requestTimeout, "requestTimeout");
      return this;
    }

    /** How long a client may take nothing of an answer that waits for it. Default 30 s. */
    public Builder writeTimeout(Duration writeTimeout) {
      this.writeTimeout = requireNonNull(writeTimeout, "writeTimeout");
      return this;
    }

    /** After how much silence an event stream gets a comment, which finds dead clients. */
    public Builder heartbeat(Duration heartbeat) {
      this.heartbeat = requireNonNull(heartbeat, "heartbeat");
      return this;
    }

    /**
     * Checks everything together; opens nothing.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public HttpServer build() {
      List<String> all = new ArrayList<>(problems);
      if (places.isEmpty()) {
        all.add("listen: nothing (expected: an address or a unix socket)");
      }
      within(all, "maxConnections", maxConnections, 1, 1_000_000);
      within(all, "maxConnectionsPerClient", maxConnectionsPerClient, 1, Integer.MAX_VALUE);
      within(all, "maxStreams", maxStreams, 1, 100_000);
      if (tls != null && files != null) {
        all.add("tls: files and a context (expected: one of them)");
      }
      within(all, "maxHeaderBytes", maxHeaderBytes, 256, 1024 * 1024);
      within(all, "maxBodyBytes", maxBodyBytes, 0, Integer.MAX_VALUE);
      positive(all, "idleTimeout", idleTimeout);
      positive(all, "requestTimeout", requestTimeout);
      positive(all, "writeTimeout", writeTimeout);
      positive(all, "heartbeat", heartbeat);
      if (!all.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", all));
      }
      return new HttpServer(this);
    }

    private static void within(List<String> problems, String option, int value, int low, int high) {
      if (value < low || value > high) {
        problems.add(option + ": " + value + " (expected: " + low + " to " + high + ")");
      }
    }

    private static void positive(List<String> problems, String option, Duration value) {
      if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
        problems.add(option + ": " + value + " (expected: above 0, at most a day)");
      }
    }

    private HttpLimits limits() {
      return new HttpLimits(
          maxConnections,
          maxConnectionsPerClient,
          maxStreams,
          maxHeaderBytes,
          MAX_TARGET_BYTES,
          maxBodyBytes,
          idleTimeout.toNanos(),
          requestTimeout.toNanos(),
          writeTimeout.toNanos(),
          heartbeat.toNanos());
    }

    private Routes routes() {
      return new Routes(mounts.stream().map(mount -> mount.orAllowing(maxBodyBytes)).toList());
    }

    private List<Endpoint> endpoints(@Nullable ReloadedTls reloaded) {
      SslContext given = tls;
      Supplier<SslContext> fixed = given == null ? null : () -> given;
      Supplier<SslContext> encryption = reloaded == null ? fixed : reloaded::context;
      return places.stream().map(place -> place.apply(encryption)).toList();
    }
  }
}
