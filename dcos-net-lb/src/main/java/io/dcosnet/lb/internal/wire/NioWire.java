// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import io.dcosnet.api.net.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection under the JDK's selectors. They tell as long as something lasts; here they are asked
 * only for what is not known yet, which makes edges of it.
 */
final class NioWire extends Wire implements NioIoHandle {

  private static final Logger LOGGER = LoggerFactory.getLogger(NioWire.class);

  private final SocketChannel channel;
  private final @Nullable HostPort peer;
  private @Nullable IoRegistration registration;
  private NioIoOps asked = NioIoOps.NONE;
  private boolean connecting;

  NioWire(SocketChannel channel, boolean connecting) throws IOException {
    this.channel = channel;
    this.connecting = connecting;
    peer = channel.getRemoteAddress() instanceof InetSocketAddress at ? HostPort.of(at) : null;
  }

  @Override
  void register(IoEventLoop loop) throws IOException {
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      throw new IOException("selector: not registered", registered.cause());
    }
    registration = registered.getNow();
    ask();
  }

  @Override
  public void handle(IoRegistration told, IoEvent event) {
    NioIoOps ops = ((NioIoEvent) event).ops();
    if (ops.contains(NioIoOps.READ)) {
      readable = true;
    }
    if (ops.contains(NioIoOps.WRITE) || ops.contains(NioIoOps.CONNECT)) {
      connecting = false;
      writable = true;
    }
    tellReady();
    ask();
  }

  private void ask() {
    if (closed || registration == null || !registration.isValid()) {
      return;
    }
    NioIoOps wanted = NioIoOps.NONE;
    if (connecting) {
      wanted = NioIoOps.CONNECT;
    } else {
      if (!readable && !ended) {
        wanted = wanted.with(NioIoOps.READ);
      }
      if (!writable) {
        wanted = wanted.with(NioIoOps.WRITE);
      }
    }
    if (!wanted.equals(asked)) {
      asked = wanted;
      registration.submit(wanted);
    }
  }

  @Override
  void setReadable(boolean now) {
    readable = now;
    ask();
  }

  @Override
  void setWritable(boolean now) {
    writable = now;
    ask();
  }

  @Override
  public SelectableChannel selectableChannel() {
    return channel;
  }

  @Override
  public void close() {
    tellLost();
  }

  @Override
  public @Nullable HostPort peer() {
    return peer;
  }

  @Override
  void connectResult() throws IOException {
    if (!channel.isConnected()) {
      channel.finishConnect();
    }
  }

  @Override
  int receive(ByteBuf into, int room) throws IOException {
    int count = channel.read(into.internalNioBuffer(into.writerIndex(), room));
    ended |= count < 0;
    return count;
  }

  @Override
  int send(ByteBuf from, int size) throws IOException {
    return channel.write(from.internalNioBuffer(from.readerIndex(), size));
  }

  @Override
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  void lingerNot() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // closed by the peer already: there is nobody left to tell
    }
  }

  @Override
  void release() {
    if (registration != null) {
      registration.cancel();
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOGGER.debug("closing a connection failed", e);
    }
  }
}
