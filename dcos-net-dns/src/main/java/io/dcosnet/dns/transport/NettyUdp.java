// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.netty.BindFailedException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * UDP on the event loops of the runtime; everywhere.
 *
 * <p>A wildcard address is bound to each address of this host by itself: only so does an answer
 * leave from the address that was asked. Addresses that come later are not served.
 */
final class NettyUdp implements UdpListener {

  private static final int RECEIVE_BUFFER = 1 << 20;

  /** Queries are small; what is longer than this is cut and will not parse. */
  private static final int MAX_DATAGRAM = 4096;

  private final UdpParts parts;
  private final List<Channel> channels = new CopyOnWriteArrayList<>();

  NettyUdp(UdpParts parts) {
    this.parts = parts;
  }

  @Override
  public CompletionStage<Void> open(HostPort wanted) {
    List<IpAddress> addresses =
        wanted.address().isUnspecified()
            ? LocalAddresses.reachableThrough(wanted.address())
            : List.of(wanted.address());
    CompletableFuture<?>[] all =
        addresses.stream()
            .map(each -> bind(new HostPort(each, wanted.port())))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  private CompletableFuture<Void> bind(HostPort wanted) {
    ChannelFuture binding =
        new Bootstrap()
            .group(parts.net().eventLoops())
            .channelFactory(parts.net().transport().datagram())
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
            .handler(
                new UdpHandler(
                    parts.responders().apply(Protocol.UDP), parts.transfers(), parts.metrics()))
            .bind(wanted.toSocketAddress());
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
