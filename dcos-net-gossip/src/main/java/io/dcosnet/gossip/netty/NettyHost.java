// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.protocol.CoreInput;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.KeptMember;
import io.dcosnet.gossip.protocol.MemberKey;
import io.dcosnet.gossip.secure.DatagramSeal;
import io.dcosnet.gossip.secure.SealFault;
import io.dcosnet.gossip.secure.SealSetup;
import io.dcosnet.gossip.secure.StreamSetup;
import io.dcosnet.gossip.seed.SeedProvider;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The world of one core: its sockets, the clock, and timers on an event loop.
 *
 * <p>Datagrams are handed to the core as they are read, so none waits anywhere but in the receive
 * buffer of the socket. They are also sent at once, so that the core hears when the system refuses;
 * what is written to streams goes out together at the end of a turn of the loop.
 *
 * <p><b>Not thread-safe.</b> Everything happens on the event loop of the sockets.
 */
public final class NettyHost implements Host, Sockets.User {

  private static final Logger LOGGER = LoggerFactory.getLogger(NettyHost.class);

  private static final Duration SEEDS_WITHIN = Duration.ofSeconds(30);

  private final Sockets sockets;
  private final EventLoop loop;
  private final DatagramSeal seal;
  private final StreamSetup streamSetup;
  private final SeedProvider seeds;
  private final Listener listener;
  private final HostMetrics metrics;
  private final RefusalLog refusals;
  private final Streams streams;
  private final LoopWatch watch;
  private final Set<LoopTimer> timers = new LinkedHashSet<>();
  private final byte[] incoming = new byte[Sockets.MAX_DATAGRAM_IN];
  private final byte[] outgoing = new byte[Sockets.MAX_DATAGRAM_IN + DatagramSeal.OVERHEAD];

  private @Nullable CoreInput input;
  private boolean ended;

  /** Who hears from the core. Called on the event loop. */
  public interface Listener {
    void told(GossipEvent event);

    /** Keeps these for the next start; only called where there is a place for them. */
    void keep(List<KeptMember> members);

    boolean keeps();

    /** The core goes on under this identity, as another process uses the old one. */
    void identityChanged(NodeId now);
  }

  public NettyHost(Sockets sockets, SealSetup sealing, SeedProvider seeds, Listener listener) {
    this.sockets = requireNonNull(sockets, "sockets");
    this.loop = sockets.loop();
    this.seal = new DatagramSeal(sealing);
    this.streamSetup = new StreamSetup(sealing);
    this.seeds = requireNonNull(seeds, "seeds");
    this.listener = requireNonNull(listener, "listener");
    this.metrics = new HostMetrics(sealing.metrics());
    this.refusals = new RefusalLog(this::nanos);
    this.streams = new Streams(sockets, seal, streamSetup, metrics, refusals, this::guarded);
    this.watch = new LoopWatch(this, metrics);
  }

  /** Begins to read from the sockets; whoever read before gets nothing any more. */
  public void start(CoreInput input) {
    this.input = requireNonNull(input, "input");
    streams.start(input);
    sockets.serve(this);
    watch.start(input::lagged);
  }

  /** Cancels all timers and closes all streams without a word; the sockets stay open. */
  public void end() {
    ended = true;
    input = null;
    for (LoopTimer timer : List.copyOf(timers)) {
      timer.cancel();
    }
    streams.end();
    streamSetup.close();
  }

  /** Hears and sends to these networks from now on, all when there are none. */
  public void allow(List<Cidr> networks) {
    seal.allow(networks);
    streams.endThoseNotAllowed();
  }

  /** Makes room for what belongs to so many members. */
  public void expect(int members) {
    seal.expect(members);
  }

  /** Id of the last key that was asked for and is not there; 0 for none. */
  public int unknownKey() {
    return seal.unknownKey();
  }

  /** Streams that are open or being opened. */
  public int links() {
    return streams.size();
  }

  /** Timers that have not run yet. */
  public int timers() {
    return timers.size();
  }

  @Override
  public void datagram(DatagramPacket packet) {
    ByteBuf content = packet.content();
    int length = content.readableBytes();
    metrics.datagramIn(length);
    if (length > incoming.length) {
      metrics.dropped("size");
      return;
    }
    content.readBytes(incoming, 0, length);
    HostPort from = HostPort.of(packet.sender());
    guarded(() -> received(from, length));
  }

  private void received(HostPort from, int length) {
    CoreInput user = input;
    if (user == null) {
      return;
    }
    SealFault fault = seal.open(from.address(), incoming, 0, length, nanos());
    if (fault == null) {
      user.received(from, seal.sender(), seal.body(), seal.bodyOffset(), seal.bodyLength());
    } else if (fault != SealFault.REPLAY) { // the network may repeat what it carries
      refusals.refused(fault, from);
    }
  }

  @Override
  public void accepted(Channel channel) {
    streams.accepted(channel);
  }

  /** Runs work of the core; a fault there must not end the loop or the socket. */
  public void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      metrics.fault();
      LOGGER.error("gossip failed inside; it goes on, please report this", e);
    }
  }

  @Override
  public long nanos() {
    return sockets.net().time().nanos();
  }

  @Override
  public long wallMillis() {
    return sockets.net().time().wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return sockets.net().random();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    LoopTimer timer = new LoopTimer(work);
    if (!ended) {
      timers.add(timer);
      timer.future = loop.schedule(timer, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    }
    return timer;
  }

  private final class LoopTimer implements Timer, Runnable {
    private final Runnable work;
    private @Nullable Future<?> future;

    LoopTimer(Runnable work) {
      this.work = work;
    }

    @Override
    public void run() {
      // A cancelled one may be in the queue of the loop already.
      if (timers.remove(this)) {
        guarded(work);
      }
    }

    @Override
    public void cancel() {
      Future<?> scheduled = future;
      if (timers.remove(this) && scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }

  @Override
  public boolean send(HostPort to, byte[] body, int length) {
    Channel udp = sockets.udp();
    // Members say themselves where they are, so what is not heard is not sent to either.
    if (ended || !udp.isActive() || !seal.allows(to.address())) {
      return false;
    }
    if (!udp.isWritable()) {
      metrics.sendFailed(); // the system takes no more for now, as when the network lost it
      return true;
    }
    int size = seal.seal(body, length, outgoing);
    ByteBuf content = udp.alloc().directBuffer(size).writeBytes(outgoing, 0, size);
    ChannelFuture sent = udp.writeAndFlush(new DatagramPacket(content, to.toSocketAddress()));
    metrics.datagramOut(size);
    if (sent.isDone() && !sent.isSuccess()) {
      metrics.sendFailed();
      LOGGER.debug("a datagram was refused to={}", to, sent.cause());
      return false;
    }
    return true;
  }

  @Override
  public int open(HostPort to) {
    return streams.open(to);
  }

  @Override
  public void write(int link, byte[] frame, int length) {
    streams.write(link, frame, length);
  }

  @Override
  public long pending(int link) {
    return streams.pending(link);
  }

  @Override
  public void close(int link) {
    streams.close(link);
  }

  @Override
  public void tell(GossipEvent event) {
    listener.told(event);
  }

  @Override
  public void seeds(Consumer<List<HostPort>> answer) {
    CompletableFuture<List<HostPort>> known = new CompletableFuture<>();
    // The core asks anew only after it was answered, so whatever hosts give it must be.
    Timer limit =
        schedule(
            SEEDS_WITHIN.toNanos(),
            () -> known.completeExceptionally(new TimeoutException("after " + SEEDS_WITHIN)));
    try {
      var unused =
          requireNonNull(seeds.seeds(), "stage of the seeds")
              .whenComplete(
                  (found, failure) -> {
                    if (failure != null) {
                      known.completeExceptionally(failure);
                    } else {
                      known.complete(found == null ? List.of() : found);
                    }
                  });
    } catch (RuntimeException e) {
      known.completeExceptionally(e);
    }
    var unused =
        known.whenComplete((found, failure) -> loop.execute(() -> answered(answer, known, limit)));
  }

  private void answered(
      Consumer<List<HostPort>> answer, CompletableFuture<List<HostPort>> known, Timer limit) {
    limit.cancel();
    List<HostPort> found = new ArrayList<>();
    try {
      known.join().forEach(seed -> found.add(requireNonNull(seed, "seed")));
    } catch (RuntimeException e) {
      LOGGER.debug("seeds cannot be had this time", e);
    }
    if (!ended) {
      guarded(() -> answer.accept(found));
    }
  }

  @Override
  public void keep(List<KeptMember> members) {
    listener.keep(members);
  }

  @Override
  public boolean keeps() {
    return listener.keeps();
  }

  @Override
  public void identityChanged(MemberKey now) {
    seal.identity(now.shortId());
    streamSetup.identity(now.shortId());
    listener.identityChanged(now.id());
  }
}
