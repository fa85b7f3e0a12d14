// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.Scheduler.Timer;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.transport.upstream.NettyExchange.SocketCounts;
import io.dcosnet.dns.wire.QueryWriter;
import io.dcosnet.dns.wire.ResponseReader;
import io.dcosnet.netty.NetRuntime;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of the exchange that lives on one event loop: its sockets, its questions under way, one
 * buffer for what comes in and one for what goes out.
 *
 * <p>One tick looks after all time-outs, since most questions are answered long before theirs and a
 * timer for each would cost more than its answer. A time-out may so be {@value #TICK_MILLIS} ms
 * late.
 *
 * <p><b>Confined to</b> its event loop but for {@link #submit} and {@link #close}.
 */
final class Lane {

  static final int TICK_MILLIS = 10;

  private static final Duration TICK = Duration.ofMillis(TICK_MILLIS);
  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final int LARGEST_MESSAGE = 65_535;

  private final int index;
  private final EventLoop loop;
  private final NetRuntime net;
  private final ExchangeConfig config;
  private final UpstreamTls tls;
  private final int ports;
  private final SecretRandom random;
  private final SocketCounts socketCounts;
  private final UdpPort.Figures udpFigures;
  private final Counter tcpQueries;
  private final Counter tlsQueries;
  private final Counter leftOut;
  private final Counter late;

  final UpstreamMetrics metrics;
  final byte[] message = new byte[LARGEST_MESSAGE];
  final ResponseReader reader = new ResponseReader();
  private final QueryWriter writer = new QueryWriter();

  private final List<Sockets> sockets = new ArrayList<>();
  private final Set<Channel> channels = new HashSet<>();
  private final UnderWay underWay = new UnderWay();
  private @Nullable Timer timer;
  private boolean ticking;

  /** The tick that is expected; one that was on its way when another took its place is none. */
  private int expected;

  private long sweptNanos;
  private boolean closed;

  Lane(
      int index,
      int lanes,
      EventLoop loop,
      NetRuntime net,
      ExchangeConfig config,
      UpstreamTls tls,
      UpstreamMetrics metrics,
      SocketCounts socketCounts) {
    this.index = index;
    this.loop = loop;
    this.net = net;
    this.config = config;
    this.tls = tls;
    this.metrics = metrics;
    this.socketCounts = socketCounts;
    udpFigures = UdpPort.Figures.of(metrics);
    tcpQueries = metrics.queries("tcp");
    tlsQueries = metrics.queries("tls");
    ports = (config.ports() + lanes - 1) / lanes;
    random = new SecretRandom(config.random());
    leftOut = metrics.leftOut();
    late = metrics.late();
  }

  int index() {
    return index;
  }

  EventLoop loop() {
    return loop;
  }

  NetRuntime net() {
    return net;
  }

  ExchangeConfig config() {
    return config;
  }

  UpstreamTls tls() {
    return tls;
  }

  /** UDP ports to each server. */
  int ports() {
    return ports;
  }

  SecretRandom random() {
    return random;
  }

  UdpPort.Figures udpFigures() {
    return udpFigures;
  }

  SocketCounts socketCounts() {
    return socketCounts;
  }

  Counter streamQueries(Carrier carrier) {
    return carrier == Carrier.TLS ? tlsQueries : tcpQueries;
  }

  long nanos() {
    return net.time().nanos();
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes a question over, from any thread. */
  void submit(Asked question) {
    if (loop.inEventLoop()) {
      begin(question);
      return;
    }
    try {
      loop.execute(question);
    } catch (RejectedExecutionException e) {
      question.fail(Kind.CANCELLED, "the event loop has ended");
    }
  }

  void begin(Asked question) {
    if (question.isDone()) {
      return;
    }
    if (closed) {
      question.fail(Kind.CANCELLED, "closed");
      return;
    }
    underWay.add(question);
    startTicking();
    question.server.sockets(this).send(question);
  }

  /** Begins the message in which a question leaves. */
  QueryWriter write(Asked question) {
    Query query = question.query;
    return writer.begin(
        question.id,
        question.sent,
        query.recursionDesired(),
        query.authenticData(),
        query.checkingDisabled());
  }

  /** Gives the message that the reader has just read as the reply. */
  void answered(Asked question) {
    long nanos = nanos() - question.startedNanos;
    Bailiwick bailiwick = new Bailiwick(reader, question.query);
    Answer answer = bailiwick.answer();
    if (bailiwick.leftOut() > 0) {
      leftOut.add(bailiwick.leftOut());
    }
    underWay.remove(question);
    question.succeed(new Reply(answer, reader.truncated(), nanos));
  }

  void failed(Asked question, Kind kind, String what) {
    underWay.remove(question);
    question.fail(kind, what);
  }

  /** An answer came for which nobody waits. */
  void late() {
    late.increment();
  }

  /** From now on the sockets are looked after by the ticks. */
  void know(Sockets added) {
    sockets.add(added);
  }

  /**
   * Closes the channel with the lane, and counts it while it is open.
   *
   * @return null when there is no channel, as for want of descriptors
   */
  @Nullable Channel opened(ChannelFuture connecting, LongAdder gauge) {
    if (connecting.isDone() && !connecting.isSuccess()) {
      return null;
    }
    Channel channel = connecting.channel();
    channels.add(channel);
    gauge.increment();
    var unused =
        channel
            .closeFuture()
            .addListener(
                done -> {
                  gauge.decrement();
                  channels.remove(channel);
                });
    return channel;
  }

  /** Tells how connecting ended, here: a channel that was never made tells it elsewhere. */
  void whenDone(ChannelFuture connecting, Consumer<@Nullable Throwable> then) {
    var unused =
        connecting.addListener(
            done -> {
              if (loop.inEventLoop()) {
                then.accept(done.cause());
              } else {
                loop.execute(() -> then.accept(done.cause()));
              }
            });
  }

  private void startTicking() {
    if (!ticking) {
      if (timer != null) {
        timer.cancel();
      }
      schedule(TICK);
      ticking = true; // not when that failed, so that the next question tries again
    }
  }

  private void schedule(Duration delay) {
    int number = ++expected;
    timer = net.scheduler().schedule(delay, () -> wake(number));
  }

  private void wake(int number) {
    try {
      loop.execute(() -> tick(number));
    } catch (RejectedExecutionException e) {
      // The host has ended its event loops; nothing here can go on.
    }
  }

  private void tick(int number) {
    if (closed || number != expected) {
      return;
    }
    boolean open = true;
    try {
      open = lookAfterAll(nanos());
    } finally {
      goOn(open); // a fault is logged by the event loop; without ticks nothing would end any more
    }
  }

  /** Ends what is overdue; false when nothing is left open. */
  private boolean lookAfterAll(long now) {
    underWay.endOverdue(now);
    boolean open = true;
    if (now - sweptNanos >= SWEEP.toNanos()) {
      sweptNanos = now;
      open = false;
      for (Sockets each : sockets) {
        open |= each.sweep(now);
      }
    }
    return open;
  }

  private void goOn(boolean open) {
    ticking = !underWay.isEmpty();
    if (ticking) {
      schedule(TICK);
    } else if (open) {
      schedule(SWEEP);
    } else {
      timer = null;
    }
  }

  /** Ends everything, from any thread; completes when all sockets are closed. */
  CompletionStage<Void> close() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      loop.execute(() -> closeAll(done));
    } catch (RejectedExecutionException e) {
      done.complete(null); // loops close their channels when they end
    }
    return done;
  }

  private void closeAll(CompletableFuture<Void> done) {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
    underWay.endAll(Kind.CANCELLED, "closed");
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Channel channel : List.copyOf(channels)) {
      CompletableFuture<Void> one = new CompletableFuture<>();
      all.add(one);
      var unused = channel.close().addListener(end -> one.complete(null));
    }
    var unused =
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> done.complete(null));
  }
}
