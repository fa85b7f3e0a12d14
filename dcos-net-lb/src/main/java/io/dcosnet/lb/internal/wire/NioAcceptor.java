// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts under the JDK's selectors. */
final class NioAcceptor implements Acceptor, NioIoHandle {

  private static final Logger LOGGER = LoggerFactory.getLogger(NioAcceptor.class);

  private final ServerSocketChannel channel;
  private @Nullable IoRegistration registration;
  private @Nullable Taker taker;

  NioAcceptor(ServerSocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public void watch(IoEventLoop loop, Taker newTaker) throws IOException {
    taker = newTaker;
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      throw new IOException("selector: not registered", registered.cause());
    }
    registration = registered.getNow();
    resume();
  }

  @Override
  public void handle(IoRegistration told, IoEvent event) {
    Taker to = requireNonNull(taker);
    for (int i = 0; i < TURN && channel.isOpen(); i++) {
      SocketChannel accepted;
      try {
        accepted = channel.accept();
      } catch (IOException e) {
        to.failed(e);
        return;
      }
      if (accepted == null) {
        return;
      }
      take(to, accepted);
    }
  }

  private static void take(Taker to, SocketChannel accepted) {
    try {
      NioSockets.prepare(accepted);
      NioWire wire = new NioWire(accepted, false);
      wire.writable = true;
      to.take(wire);
    } catch (IOException e) {
      LOGGER.debug("a client went away while it was accepted", e);
      close(accepted);
    }
  }

  @Override
  public SelectableChannel selectableChannel() {
    return channel;
  }

  @Override
  public void pause() {
    submit(NioIoOps.NONE);
  }

  @Override
  public void resume() {
    submit(NioIoOps.ACCEPT);
  }

  private void submit(NioIoOps ops) {
    if (registration != null && registration.isValid() && channel.isOpen()) {
      registration.submit(ops);
    }
  }

  @Override
  public void close() {
    if (registration != null) {
      registration.cancel();
    }
    close(channel);
  }

  private static void close(SelectableChannel open) {
    try {
      open.close();
    } catch (IOException e) {
      LOGGER.debug("closing a socket failed", e);
    }
  }
}
