// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells secondaries of each new serial (RFC 1996), over UDP, again until they answer or five times.
 * Serials that come faster than a second are merged; a newer one takes the place of one that waits
 * for its answer, so there is one message under way for each zone and secondary at most.
 *
 * <p><b>Thread-safe.</b>
 */
public final class Notifier {

  private static final Logger LOGGER = LoggerFactory.getLogger(Notifier.class);

  private static final int TRIES = 5;

  /** Doubles with each try. */
  private static final Duration FIRST_WAIT = Duration.ofSeconds(2);

  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  private final NetRuntime net;
  private final List<Zone> zones;
  private final List<HostPort> secondaries;
  private final DnsMetrics metrics;
  private final List<Subscription> watching = new ArrayList<>();

  // Confined to the scheduler.
  private final Map<Integer, News> waiting = new HashMap<>();
  private boolean closed;

  private volatile @Nullable Channel ipv4;
  private volatile @Nullable Channel ipv6;

  /** A notifier that has opened nothing yet. */
  public Notifier(
      NetRuntime net,
      Collection<? extends Zone> zones,
      List<HostPort> secondaries,
      DnsMetrics metrics) {
    this.net = requireNonNull(net, "net");
    this.zones = List.copyOf(zones);
    this.secondaries = List.copyOf(secondaries);
    this.metrics = requireNonNull(metrics, "metrics");
  }

  /** Opens its sockets and begins to watch the zones. */
  public CompletionStage<Void> open() {
    boolean any4 = secondaries.stream().anyMatch(each -> each.address().isIpv4());
    boolean any6 = secondaries.stream().anyMatch(each -> each.address().isIpv6());
    // Each is kept as soon as it is there, so that close() finds it when the other one fails.
    CompletionStage<Void> four = bind(any4, IpAddress.ANY_IPV4).thenAccept(bound -> ipv4 = bound);
    CompletionStage<Void> six = bind(any6, IpAddress.parse("::")).thenAccept(bound -> ipv6 = bound);
    return four.thenCombine(
        six,
        (one, other) -> {
          zones.forEach(this::watch);
          return null;
        });
  }

  private CompletionStage<@Nullable Channel> bind(boolean wanted, IpAddress any) {
    CompletableFuture<@Nullable Channel> bound = new CompletableFuture<>();
    if (!wanted) {
      bound.complete(null);
      return bound;
    }
    HostPort address = new HostPort(any, 0);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(net.eventLoops())
            .channelFactory(net.transport().datagram())
            .handler(new Listening());
    ChannelFuture binding = bootstrap.bind(address.toSocketAddress());
    var unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                bound.complete(binding.channel());
              } else {
                Throwable cause = requireNonNull(done.cause());
                bound.completeExceptionally(BindFailedException.of("udp", address, cause));
              }
            });
    return bound;
  }

  private void watch(Zone zone) {
    for (HostPort secondary : secondaries) {
      if (zone instanceof SecondaryZone copy && copy.primaries().contains(secondary)) {
        continue; // it is where the news come from
      }
      News news = new News(zone, secondary);
      watching.add(zone.watch(net.scheduler(), (before, after) -> news.changed(before, after)));
    }
  }

  /** Ends everything; what waits for an answer is forgotten. */
  public CompletionStage<Void> close() {
    watching.forEach(Subscription::close);
    watching.clear();
    net.scheduler()
        .execute(
            () -> {
              closed = true;
              List.copyOf(waiting.values()).forEach(News::settle);
            });
    return closed(ipv4).thenCombine(closed(ipv6), (one, other) -> null);
  }

  private static CompletionStage<Void> closed(@Nullable Channel channel) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (channel == null) {
      done.complete(null);
    } else {
      var unused = channel.close().addListener(end -> done.complete(null));
    }
    return done;
  }

  /** One zone and one secondary. Confined to the scheduler. */
  private final class News {
    private final Zone zone;
    private final HostPort secondary;
    private int id = -1;
    private int tries;

    /** Messages in a row without an answer; changes may come faster than tries run out. */
    private int unanswered;

    private boolean complained;
    private long sentNanos = net.time().nanos() - SHORTEST_INTERVAL.toNanos();
    private @Nullable ZoneSnapshot snapshot;
    private Scheduler.@Nullable Timer timer;

    News(Zone zone, HostPort secondary) {
      this.zone = zone;
      this.secondary = secondary;
    }

    void changed(@Nullable ZoneSnapshot before, ZoneSnapshot after) {
      boolean known =
          before != null
              && before.serial() == after.serial()
              && before.isPartial() == after.isPartial();
      // A partial zone is given to nobody yet; that it is whole is news, whatever its serial.
      if (closed || known || after.isPartial()) {
        return;
      }
      snapshot = after;
      settle();
      long since = net.time().nanos() - sentNanos;
      Duration wait = SHORTEST_INTERVAL.minusNanos(since);
      tries = 0;
      timer = net.scheduler().schedule(wait.isNegative() ? Duration.ZERO : wait, this::send);
    }

    private void send() {
      forget();
      if (unanswered == TRIES) {
        unanswered = 0;
        metrics.notifiesSent("unanswered").increment();
        complain("does not answer");
      }
      if (tries == TRIES) {
        return;
      }
      do {
        id = net.random().nextInt(0x10000);
      } while (waiting.containsKey(id));
      waiting.put(id, this);
      sentNanos = net.time().nanos();
      Channel channel = secondary.address().isIpv4() ? ipv4 : ipv6;
      byte[] message = NotifyMessage.of(requireNonNull(snapshot), id);
      if (channel != null) {
        ByteBuf content = channel.alloc().buffer(message.length).writeBytes(message);
        var unused =
            channel.writeAndFlush(new DatagramPacket(content, secondary.toSocketAddress()));
      }
      timer = net.scheduler().schedule(FIRST_WAIT.multipliedBy(1L << tries), this::send);
      tries++;
      unanswered++;
    }

    private void answered(InetSocketAddress sender, int rcode) {
      if (!secondary.toSocketAddress().equals(sender)) {
        return; // forged, or from another address of a host that will not get better
      }
      settle();
      unanswered = 0;
      metrics.notifiesSent(rcode == 0 ? "answered" : "failed").increment();
      if (rcode == 0) {
        complained = false;
      } else {
        complain("refuses the news with code " + rcode);
      }
    }

    /** Once until it answers well again: serials may follow one another each second. */
    private void complain(String how) {
      if (!complained) {
        complained = true;
        LOGGER.warn("secondary {} zone={} secondary={}", how, zone.origin(), secondary);
      }
    }

    private void forget() {
      waiting.remove(id, this);
      id = -1;
    }

    /** Waits for nothing any more. */
    private void settle() {
      forget();
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
  }

  /** Takes answers on both sockets. */
  @Sharable
  private final class Listening extends SimpleChannelInboundHandler<DatagramPacket> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      ByteBuf content = packet.content();
      int start = content.readerIndex();
      boolean answer = content.readableBytes() >= 12 && (content.getByte(start + 2) & 0xf8) == 0xa0;
      if (answer) {
        int id = content.getUnsignedShort(start);
        int rcode = content.getByte(start + 3) & 15;
        InetSocketAddress sender = packet.sender();
        net.scheduler().execute(() -> answered(id, sender, rcode));
      }
    }

    private void answered(int id, InetSocketAddress sender, int rcode) {
      News news = waiting.get(id);
      if (news != null) {
        news.answered(sender, rcode);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // Such as an ICMP error: the secondary is down, which the missing answer says too.
      LOGGER.debug("notify: {}", cause.toString());
    }
  }
}
