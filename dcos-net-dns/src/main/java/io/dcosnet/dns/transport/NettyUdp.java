// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.netty.BindFailedException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

/**
 * UDP on the event loops of the runtime; everywhere.
 *
 * <p>A wildcard address is bound to each address of this host by itself: only so does an answer
 * leave from the address that was asked. Addresses that come later are not served.
 */
final class NettyUdp implements UdpListener {

  /** What comes while a loop is busy for a moment; with less, bursts are lost. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  private static final int MAX_BATCH = 32;

  private final UdpParts parts;
  private final int workers;
  private final Map<EventLoop, UdpAnswering> answering = new ConcurrentHashMap<>();
  private final List<Channel> channels = new CopyOnWriteArrayList<>();

  /** Not open yet; there are never more sockets for an address than event loops. */
  NettyUdp(UdpParts parts, int workers) {
    this.parts = parts;
    this.workers = workers;
  }

  @Override
  public CompletionStage<Void> open(HostPort wanted) {
    List<IpAddress> addresses =
        wanted.address().isUnspecified()
            ? LocalAddresses.reachableThrough(wanted.address())
            : List.of(wanted.address());
    List<EventLoop> loops = loops();
    CompletableFuture<?>[] all =
        addresses.stream()
            .map(each -> new HostPort(each, wanted.port()))
            .flatMap(each -> loops.stream().map(loop -> bind(each, loop, loops.size() > 1)))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  /** Those that get a socket for each address. */
  private List<EventLoop> loops() {
    int most = parts.net().transport().spreadsDatagrams() ? workers : 1;
    return StreamSupport.stream(parts.net().eventLoops().spliterator(), false)
        .limit(most)
        .map(EventLoop.class::cast)
        .toList();
  }

  private CompletableFuture<Void> bind(HostPort wanted, EventLoop loop, boolean shared) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(parts.net().transport().datagram())
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .handler(new UdpHandler(answering(loop)));
    parts.net().transport().batchDatagrams(bootstrap, UdpAnswering.MAX_DATAGRAM, MAX_BATCH);
    if (shared) {
      bootstrap.option(parts.net().transport().reusePort(), true);
    }
    ChannelFuture binding = bootstrap.bind(wanted.toSocketAddress());
    CompletableFuture<Void> result = new CompletableFuture<>();
    var unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                channels.add(binding.channel());
                result.complete(null);
              } else {
                result.completeExceptionally(
                    BindFailedException.of("udp", wanted, requireNonNull(done.cause())));
              }
            });
    return result;
  }

  /** Sockets of one event loop share it: each holds 64 KiB for the largest answer. */
  private UdpAnswering answering(EventLoop loop) {
    return answering.computeIfAbsent(loop, key -> new UdpAnswering(parts));
  }

  @Override
  public CompletionStage<Void> close() {
    CompletableFuture<?>[] all =
        channels.stream().map(NettyUdp::closed).toArray(CompletableFuture<?>[]::new);
    channels.clear();
    return CompletableFuture.allOf(all);
  }

  private static CompletableFuture<Void> closed(Channel channel) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    var unused = channel.close().addListener(done -> result.complete(null));
    return result;
  }
}
