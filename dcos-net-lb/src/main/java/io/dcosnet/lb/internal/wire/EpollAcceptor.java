// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Accepts under epoll, told as long as somebody waits: what is left has its turn later. */
final class EpollAcceptor implements Acceptor, EpollIoHandle {

  private static final int ECONNABORTED = 103;

  private final Socket socket;
  private final byte[] address = new byte[26]; // what Netty's native code asks for
  private @Nullable IoRegistration registration;
  private @Nullable Taker taker;

  EpollAcceptor(Socket socket) {
    this.socket = socket;
  }

  @Override
  public void watch(IoEventLoop loop, Taker newTaker) throws IOException {
    taker = newTaker;
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      throw new IOException("epoll: not registered", registered.cause());
    }
    registration = registered.getNow();
    resume();
  }

  @Override
  public void handle(IoRegistration told, IoEvent event) {
    Taker to = requireNonNull(taker);
    for (int i = 0; i < TURN && socket.isOpen(); i++) {
      int descriptor;
      try {
        descriptor = socket.accept(address);
      } catch (IOException e) {
        if (e instanceof NativeIoException reason && reason.expectedErr() == -ECONNABORTED) {
          continue; // that client went away while it waited
        }
        to.failed(e);
        return;
      }
      if (descriptor < 0) {
        return;
      }
      to.take(EpollWire.accepted(new Socket(descriptor), address));
    }
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void pause() {
    // For edges only, of which none comes: epoll of Netty does not bear waiting for nothing.
    submit(EpollIoOps.EPOLLET);
  }

  @Override
  public void resume() {
    submit(EpollIoOps.EPOLLIN);
  }

  private void submit(EpollIoOps ops) {
    if (registration != null && socket.isOpen()) {
      registration.submit(ops);
    }
  }

  @Override
  public void close() {
    Closing.quietly(socket);
    if (registration != null) {
      registration.cancel();
    }
  }
}
