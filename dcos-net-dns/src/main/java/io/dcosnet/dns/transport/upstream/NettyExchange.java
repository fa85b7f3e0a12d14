// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.forward.Exchange;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.query.Query;
import io.dcosnet.netty.NetRuntime;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers over UDP, TCP and TLS on the event loops of the runtime.
 *
 * <p>Over UDP each question has an id, a port and letters that nobody can guess, and an answer is
 * taken only when all of that is right. Connections are kept for the next question. A question
 * stays on the event loop that asks; others go to the loops in turn.
 *
 * <p>Nothing is opened before the first question. <b>Thread-safe.</b>
 */
public final class NettyExchange implements Exchange {

  private final NetRuntime net;
  private final ExchangeConfig config;
  private final UpstreamMetrics metrics;
  private final Map<Upstream, Server> servers = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final SocketCounts sockets = new SocketCounts();

  // Guards the making of lanes and the end.
  private final Object lock = new Object();
  private volatile Lane @Nullable [] lanes;
  private boolean closed;

  /** Open sockets by their kind. <b>Thread-safe.</b> */
  record SocketCounts(LongAdder udp, LongAdder tcp, LongAdder tls) {
    SocketCounts() {
      this(new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /** An exchange that has opened nothing yet. */
  public NettyExchange(NetRuntime net, ExchangeConfig config, UpstreamMetrics metrics) {
    this.net = requireNonNull(net, "net");
    this.config = requireNonNull(config, "config");
    this.metrics = requireNonNull(metrics, "metrics");
    metrics.sockets("udp", sockets.udp()::sum);
    metrics.sockets("tcp", sockets.tcp()::sum);
    metrics.sockets("tls", sockets.tls()::sum);
    metrics.pending(() -> servers.values().stream().mapToLong(Server::pending).sum());
  }

  @Override
  public Call ask(Upstream upstream, Query query, Carrier carrier, boolean edns, Duration timeout) {
    requireNonNull(query, "query");
    requireNonNull(carrier, "carrier");
    Lane[] all = lanes();
    Lane lane = lane(all);
    Server server = servers.get(upstream);
    if (server == null) {
      server = servers.computeIfAbsent(upstream, asked -> new Server(asked, config, all.length));
    }
    Asked question =
        new Asked(lane, server, query, carrier, edns, net.time().nanos(), timeout.toNanos());
    if (server.enter()) {
      lane.submit(question);
    } else {
      question.refuse(Kind.OVERLOADED, config.maxPending() + " questions wait already");
    }
    return question;
  }

  /**
   * Makes sure that the authorities for TLS can be used; fails with {@link
   * io.dcosnet.api.DcosNetException} when not. Questions may be asked before, too.
   */
  public CompletionStage<Void> open() {
    return config.authorities() == null
        ? CompletableFuture.completedFuture(null)
        : new UpstreamTls(config.authorities(), net.executor()).context().thenAccept(made -> {});
  }

  private Lane[] lanes() {
    Lane[] all = lanes;
    return all == null ? makeLanes() : all;
  }

  private Lane[] makeLanes() {
    synchronized (lock) {
      Lane[] all = lanes;
      if (all == null) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor each : net.eventLoops()) {
          loops.add((EventLoop) each);
        }
        UpstreamTls tls = new UpstreamTls(config.authorities(), net.executor());
        all = new Lane[loops.size()];
        for (int i = 0; i < all.length; i++) {
          all[i] = new Lane(i, all.length, loops.get(i), net, config, tls, metrics, sockets);
          if (closed) {
            var unused = all[i].close();
          }
        }
        lanes = all;
      }
      return all;
    }
  }

  private Lane lane(Lane[] all) {
    for (Lane each : all) {
      if (each.loop().inEventLoop()) {
        return each;
      }
    }
    return all[Math.floorMod(turn.getAndIncrement(), all.length)];
  }

  /**
   * Ends all questions under way, as cancelled, and closes all sockets; later questions end at
   * once. Completes when everything is closed. Idempotent.
   */
  public CompletionStage<Void> close() {
    Lane[] all;
    synchronized (lock) {
      closed = true;
      all = lanes;
    }
    if (all == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<?>[] ends = new CompletableFuture<?>[all.length];
    for (int i = 0; i < all.length; i++) {
      ends[i] = all[i].close().toCompletableFuture();
    }
    return CompletableFuture.allOf(ends);
  }
}
