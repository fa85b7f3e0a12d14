// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One address and port on which DNS is spoken, over UDP and over TCP.
 *
 * <p>A wildcard address is bound to each address of this host by itself for UDP: only so does an
 * answer leave from the address that was asked. Addresses that come later are not served.
 *
 * <p><b>Thread-safe.</b>
 */
public final class DnsListener {

  private static final int UDP_RECEIVE_BUFFER = 1 << 20;

  /** Queries are small; what is longer than this is cut and will not parse. */
  private static final int MAX_DATAGRAM = 4096;

  /** Other programs may hold the same ephemeral port for UDP that we got for TCP. */
  private static final int EPHEMERAL_TRIES = 20;

  private final NetRuntime net;
  private final Function<Protocol, Responder> responders;
  private final @Nullable TransferService transfers;
  private final DnsMetrics metrics;
  private final List<Channel> channels = new CopyOnWriteArrayList<>();
  private final TcpListener tcp;
  private volatile HostPort address;

  /**
   * A listener that is not open yet.
   *
   * @param wanted port 0 takes one that is free for both UDP and TCP
   * @param responders makes a responder for each socket, since each belongs to one thread
   * @param transfers is asked before them; null when whole zones are not spoken about
   */
  public DnsListener(
      NetRuntime net,
      HostPort wanted,
      Function<Protocol, Responder> responders,
      @Nullable TransferService transfers,
      DnsMetrics metrics,
      TcpLimits limits) {
    this.net = requireNonNull(net, "net");
    this.address = requireNonNull(wanted, "wanted");
    this.responders = requireNonNull(responders, "responders");
    this.transfers = transfers;
    this.metrics = requireNonNull(metrics, "metrics");
    this.tcp =
        new TcpListener(
            net,
            () -> responders.apply(Protocol.TCP),
            transfers,
            null,
            metrics,
            requireNonNull(limits, "limits"));
  }

  /**
   * Binds; fails with {@link BindFailedException} and leaves nothing open but for {@link #close}.
   */
  public CompletionStage<Void> open() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    open(address.port() == 0 ? EPHEMERAL_TRIES : 1, done);
    return done.thenRun(
        () -> {
          metrics.connections(address.toString(), tcp::open);
          metrics.connectionsPending(address.toString(), tcp::pending);
        });
  }

  private void open(int triesLeft, CompletableFuture<Void> done) {
    HostPort wanted = address;
    tcp.bind(wanted)
        .thenCompose(bound -> bindAllUdp(bound).thenAccept(all -> address = bound))
        .whenComplete(
            (ok, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else if (triesLeft > 1) {
                var unused = closeSockets().thenRun(() -> open(triesLeft - 1, done));
              } else {
                done.completeExceptionally(
                    failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  private CompletionStage<?> bindAllUdp(HostPort wanted) {
    List<IpAddress> addresses =
        wanted.address().isUnspecified()
            ? LocalAddresses.reachableThrough(wanted.address())
            : List.of(wanted.address());
    CompletableFuture<?>[] all =
        addresses.stream()
            .map(each -> bindUdp(new HostPort(each, wanted.port())).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  private CompletionStage<Channel> bindUdp(HostPort wanted) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(net.eventLoops())
            .channelFactory(net.transport().datagram())
            .option(ChannelOption.SO_RCVBUF, UDP_RECEIVE_BUFFER)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
            .handler(new UdpHandler(responders.apply(Protocol.UDP), transfers, metrics));
    return bound(bootstrap.bind(wanted.toSocketAddress()), "udp", wanted);
  }

  private CompletionStage<Channel> bound(ChannelFuture binding, String protocol, HostPort wanted) {
    CompletableFuture<Channel> result = new CompletableFuture<>();
    var unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                channels.add(binding.channel());
                result.complete(binding.channel());
              } else {
                result.completeExceptionally(
                    BindFailedException.of(protocol, wanted, requireNonNull(done.cause())));
              }
            });
    return result;
  }

  /** Where it listens; the real port once it is open. */
  public HostPort address() {
    return address;
  }

  /** Stops accepting and ends all connections; answers under way leave first, within the grace. */
  public CompletionStage<Void> close(Duration grace) {
    return closeSockets().thenCompose(done -> tcp.close(grace));
  }

  private CompletionStage<Void> closeSockets() {
    CompletableFuture<?>[] all =
        channels.stream().map(DnsListener::closed).toArray(CompletableFuture<?>[]::new);
    channels.clear();
    return CompletableFuture.allOf(all).thenCompose(done -> tcp.unbind());
  }

  private static CompletableFuture<Void> closed(Channel channel) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    var unused = channel.close().addListener(done -> result.complete(null));
    return result;
  }
}
