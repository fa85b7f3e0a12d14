// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One place where a server accepts connections. */
abstract class Endpoint {

  private static final Logger LOGGER = LoggerFactory.getLogger(Endpoint.class);

  private volatile @Nullable Channel channel;

  private Endpoint() {}

  /** A TCP address, encrypted when {@code tls} is there. */
  static Endpoint tcp(HostPort address, @Nullable Supplier<SslContext> tls) {
    return new Tcp(address, tls);
  }

  /** A unix socket. */
  static Endpoint unix(Path path, Set<PosixFilePermission> mode) {
    return new Unix(path, mode);
  }

  /** Begins to accept; fails with a reason that names the address. */
  abstract CompletionStage<?> open(NetRuntime net, ServerState server);

  /** Accepts no more; the connections that are there stay. Harmless when nothing is open. */
  abstract CompletionStage<?> close();

  /** The address bound, for TCP from {@link #open} to {@link #close}. */
  Optional<HostPort> address() {
    Channel bound = channel;
    return bound != null
            && bound.isOpen()
            && bound.localAddress() instanceof InetSocketAddress address
        ? Optional.of(HostPort.of(address))
        : Optional.empty();
  }

  final CompletableFuture<Void> bind(
      NetRuntime net,
      ChannelFactory<? extends ServerChannel> channels,
      SocketAddress address,
      ChannelHandler connections) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(net.eventLoops())
            .channelFactory(channels)
            // A client that ends its half may still want the answer.
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(connections);
    if (address instanceof InetSocketAddress) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
    }
    CompletableFuture<Void> bound = new CompletableFuture<>();
    ChannelFuture binding = bootstrap.bind(address);
    var unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                channel = binding.channel();
                bound.complete(null);
              } else {
                bound.completeExceptionally(requireNonNull(done.cause()));
              }
            });
    return bound;
  }

  /** Completes when the address is free again. */
  final CompletableFuture<Void> unbind() {
    CompletableFuture<Void> free = new CompletableFuture<>();
    Channel open = channel;
    if (open == null || !open.isOpen()) { // a host that ends its loops early closes it with them
      free.complete(null);
      return free;
    }
    // The JDK lets go of a closed socket only when its selector has looked once more, which it has
    // when a timer runs.
    var unused =
        open.close()
            .addListener(
                closed -> {
                  try {
                    var unusedTimer =
                        open.eventLoop()
                            .schedule(() -> free.complete(null), 1, TimeUnit.MILLISECONDS);
                  } catch (RejectedExecutionException e) {
                    free.complete(null);
                  }
                });
    return free;
  }

  private static DcosNetException reason(String protocol, Object address, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable reason = failure instanceof CompletionException && cause != null ? cause : failure;
    return reason instanceof DcosNetException ready
        ? ready
        : BindFailedException.of(protocol, address, reason);
  }

  private static ChannelHandler pipeline(
      ServerState server, boolean unix, @Nullable Supplier<SslContext> tls) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        SslContext encryption = tls == null ? null : tls.get();
        if (encryption != null) {
          channel.pipeline().addLast(encryption.newHandler(channel.alloc()));
        }
        if (encryption != null && offersHttp2(encryption)) {
          channel.pipeline().addLast(new ProtocolChoice(server, channel));
        } else {
          var unused = HttpConnection.begin(server, channel, unix);
        }
      }
    };
  }

  private static boolean offersHttp2(SslContext tls) {
    return tls.applicationProtocolNegotiator()
        .protocols()
        .contains(ApplicationProtocolNames.HTTP_2);
  }

  private static final class Tcp extends Endpoint {
    private final HostPort wanted;
    private final @Nullable Supplier<SslContext> tls;

    Tcp(HostPort wanted, @Nullable Supplier<SslContext> tls) {
      this.wanted = wanted;
      this.tls = tls;
    }

    @Override
    CompletionStage<?> open(NetRuntime net, ServerState server) {
      return bind(
              net,
              net.transport().serverSocket(),
              wanted.toSocketAddress(),
              pipeline(server, false, tls))
          .handle(
              (ok, failure) -> {
                if (failure != null) {
                  throw reason("tcp", wanted, failure);
                }
                LOGGER.info("http bound address={} tls={}", address().orElse(wanted), tls != null);
                return wanted;
              });
    }

    @Override
    CompletionStage<?> close() {
      return unbind();
    }
  }

  private static final class Unix extends Endpoint {
    private final Path path;
    private final Set<PosixFilePermission> mode;
    private volatile @Nullable UnixSocketFile file;

    Unix(Path path, Set<PosixFilePermission> mode) {
      this.path = path;
      this.mode = mode;
    }

    @Override
    CompletionStage<?> open(NetRuntime net, ServerState server) {
      UnixSocketFile socket = new UnixSocketFile(path, mode, net.random());
      ChannelHandler connections = pipeline(server, true, null);
      return CompletableFuture.supplyAsync(
              () -> {
                file = socket;
                return socket.prepare();
              },
              net.executor())
          .thenCompose(
              place ->
                  bind(
                      net,
                      net.transport().unixServer(),
                      net.transport().unixAddress(place),
                      connections))
          .handleAsync(
              (ok, failure) -> {
                if (failure != null) {
                  throw reason("unix", path, failure);
                }
                socket.publish();
                LOGGER.info("http bound path={}", path);
                return path;
              },
              net.executor());
    }

    @Override
    CompletionStage<?> close() {
      UnixSocketFile socket = file;
      return socket == null ? unbind() : unbind().thenRun(socket::remove);
    }
  }
}
