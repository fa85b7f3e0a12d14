// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.gossip.protocol.CoreInput;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.secure.DatagramSeal;
import io.dcosnet.gossip.secure.StreamSeal;
import io.dcosnet.gossip.secure.StreamSetup;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The links of a core as TCP connections, by their numbers, with limits on what strangers can hold
 * open. For the event loop.
 */
final class Streams {

  /** Most connections that others opened. */
  static final int MAX_ACCEPTED = 1024;

  /** Most of these that have not proven yet that they belong to the cluster. */
  static final int MAX_STRANGERS = 64;

  /** Most of these from one address; all nodes of one machine share the loopback address. */
  static final int MAX_STRANGERS_OF_ADDRESS = 8;

  private static final int PIECE = 16 << 10;

  /** How long a connection or a handshake may take. */
  static final int HANDSHAKE_MILLIS = 3000;

  private final Sockets sockets;
  private final DatagramSeal sources;
  private final StreamSetup setup;
  private final SecureRandom random = new SecureRandom();
  private final byte[] piece = new byte[PIECE];
  private final HostMetrics metrics;
  private final RefusalLog refusals;
  private final Consumer<Runnable> guarded;
  private final Map<Integer, StreamHandler> links = new LinkedHashMap<>();
  private final Map<IpAddress, Integer> strangers = new LinkedHashMap<>();
  private final List<StreamHandler> written = new ArrayList<>();

  private @Nullable CoreInput input;
  private int nextLink = 1;
  private int accepted;
  private int strangerCount;

  /**
   * @param sources knows which addresses are heard
   */
  Streams(
      Sockets sockets,
      DatagramSeal sources,
      StreamSetup setup,
      HostMetrics metrics,
      RefusalLog refusals,
      Consumer<Runnable> guarded) {
    this.sockets = sockets;
    this.sources = sources;
    this.setup = setup;
    this.metrics = metrics;
    this.refusals = refusals;
    this.guarded = guarded;
  }

  void start(CoreInput input) {
    this.input = input;
  }

  int size() {
    return links.size();
  }

  /** Room for what is being read; for the time of one call. */
  byte[] piece() {
    return piece;
  }

  RefusalLog refusals() {
    return refusals;
  }

  HostMetrics metrics() {
    return metrics;
  }

  int open(HostPort to) {
    int link = nextLink++;
    StreamHandler handler =
        new StreamHandler(this, link, to, StreamSeal.opening(setup, random), true);
    links.put(link, handler);
    if (!sources.allows(to.address())) {
      sockets.loop().execute(() -> handler.ended(LinkEnd.UNREACHABLE));
      return link;
    }
    Bootstrap bootstrap =
        new Bootstrap()
            .group(sockets.loop())
            .channelFactory(sockets.net().transport().socket())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, HANDSHAKE_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(handler);
    IpAddress bound = sockets.address().address();
    if (!bound.isUnspecified() && bound.isIpv6() == to.address().isIpv6()) {
      // Others know us by this address.
      bootstrap.localAddress(new InetSocketAddress(bound.toInetAddress(), 0));
    }
    ChannelFuture connecting = bootstrap.connect(to.toSocketAddress());
    handler.connecting(connecting.channel());
    connecting.addListener(
        (ChannelFuture done) -> {
          if (!done.isSuccess()) {
            // Later, as the core may be in the call that opens the link.
            sockets.loop().execute(() -> handler.ended(LinkEnds.ofConnect(done.cause())));
          }
        });
    return link;
  }

  void accepted(Channel channel) {
    HostPort remote = HostPort.of((InetSocketAddress) channel.remoteAddress());
    int sameAddress = strangers.getOrDefault(remote.address(), 0);
    boolean crowded = sameAddress >= MAX_STRANGERS_OF_ADDRESS && !remote.address().isLoopback();
    boolean full = strangerCount >= MAX_STRANGERS || accepted >= MAX_ACCEPTED;
    if (input == null || !sources.allows(remote.address()) || crowded || full) {
      if (crowded || full) {
        metrics.dropped("streams");
      }
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = channel.close();
      return;
    }
    accepted++;
    strangerCount++;
    strangers.merge(remote.address(), 1, Integer::sum);
    int link = nextLink++;
    StreamHandler handler =
        new StreamHandler(this, link, remote, StreamSeal.accepting(setup, random), false);
    links.put(link, handler);
    channel.closeFuture().addListener(closed -> accepted--);
    channel.pipeline().addLast(handler);
  }

  /** An accepted connection has proven itself, or is no more. */
  void noStranger(HostPort remote) {
    strangerCount--;
    strangers.computeIfPresent(remote.address(), (address, count) -> count == 1 ? null : count - 1);
  }

  void write(int link, byte[] frame, int length) {
    StreamHandler handler = links.get(link);
    if (handler != null && handler.write(frame, length)) {
      if (written.isEmpty()) {
        sockets.loop().execute(this::flush);
      }
      written.add(handler);
    }
  }

  /** Octets that were written on a link and that the system has not taken. */
  long pending(int link) {
    StreamHandler handler = links.get(link);
    return handler == null ? 0 : handler.pending();
  }

  private void flush() {
    written.forEach(StreamHandler::flush);
    written.clear();
  }

  void close(int link) {
    StreamHandler handler = links.remove(link);
    if (handler != null) {
      handler.closeInOrder();
    }
  }

  /** Whether the core still knows this link; it does not any more after this. */
  boolean forget(int link) {
    return links.remove(link) != null;
  }

  void tell(Consumer<CoreInput> what) {
    CoreInput user = input;
    if (user != null) {
      guarded.accept(() -> what.accept(user));
    }
  }

  void closed(int link, LinkEnd end) {
    tell(user -> user.closed(link, end));
  }

  /** Ends the streams with addresses that are not heard any more. */
  void endThoseNotAllowed() {
    for (StreamHandler handler : List.copyOf(links.values())) {
      if (!sources.allows(handler.remote().address())) {
        // Later, as nothing may be told to the core within a call of it.
        sockets.loop().execute(handler::cut);
      }
    }
  }

  /** Closes everything without a word to the core. */
  void end() {
    input = null;
    for (StreamHandler handler : List.copyOf(links.values())) {
      handler.closeAtOnce();
    }
    links.clear();
  }
}
