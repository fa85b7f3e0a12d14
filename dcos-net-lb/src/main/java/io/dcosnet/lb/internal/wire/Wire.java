// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection on one event loop. It remembers whether it may be read and written, so that
 * whoever stops reading for a while needs no system call for that, nor for going on.
 *
 * <p>{@link Watcher#ready} is told of each change; after it, one reads until {@link #readable} is
 * false or comes back later by oneself: the same readiness is not told twice.
 *
 * <p><b>Confined to</b> its event loop, once it is watched.
 */
public abstract class Wire {

  /** Learns that a wire may be read or written again, or broke. */
  public interface Watcher {

    void ready(Wire wire);

    /** The event loop ends, and closes the wire afterwards. */
    void lost(Wire wire);
  }

  boolean readable;
  boolean writable;
  // The peer has ended its side: there is an end or an error to read behind the data.
  boolean ended;
  boolean broken;
  boolean closed;
  private @Nullable Watcher watcher;

  /**
   * Begins to tell.
   *
   * @throws IOException when the event loop cannot take it; the wire must be closed then
   */
  public final void watch(IoEventLoop loop, Watcher newWatcher) throws IOException {
    watcher = newWatcher;
    register(loop);
  }

  abstract void register(IoEventLoop loop) throws IOException;

  final void tellReady() {
    requireNonNull(watcher).ready(this);
  }

  /** Called when the event loop ends. */
  final void tellLost() {
    Watcher told = watcher;
    if (!closed && told != null) {
      told.lost(this);
    }
    finish();
  }

  public final boolean readable() {
    return readable;
  }

  public final boolean writable() {
    return writable;
  }

  /** True once the kernel or a call said that the connection is of no use any more. */
  public final boolean broken() {
    return broken;
  }

  /** The other end, as far as it is still known. */
  public abstract @Nullable HostPort peer();

  /**
   * To be called when a wire that connects became writable or broken.
   *
   * @throws IOException that says why there is no connection
   */
  public final void finishConnect() throws IOException {
    try {
      connectResult();
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  abstract void connectResult() throws IOException;

  /**
   * Reads what there is, as far as it fits.
   *
   * @return bytes read, 0 for none at the moment, -1 for the end
   */
  public final int read(ByteBuf into) throws IOException {
    int room = into.writableBytes();
    int count;
    try {
      count = receive(into, room);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
    if (count > 0) {
      into.writerIndex(into.writerIndex() + count);
    }
    // Less than asked for means that there is no more, except for an end that was told before.
    if (count < room && (count <= 0 || !ended)) {
      setReadable(false);
    }
    return count;
  }

  abstract int receive(ByteBuf into, int room) throws IOException;

  /**
   * Writes what the kernel takes; what it does not take stays in the buffer.
   *
   * @return bytes written
   */
  public final int write(ByteBuf from) throws IOException {
    int size = from.readableBytes();
    int count;
    try {
      count = send(from, size);
    } catch (IOException e) {
      broken = true;
      readable = true; // what came before the reset, of which the loop may not have told yet
      ended = true;
      throw e;
    }
    from.readerIndex(from.readerIndex() + count);
    if (count < size) {
      setWritable(false);
    }
    return count;
  }

  abstract int send(ByteBuf from, int size) throws IOException;

  void setReadable(boolean now) {
    readable = now;
  }

  void setWritable(boolean now) {
    writable = now;
  }

  /** True when data can be moved between wires inside of the kernel. */
  public boolean splices() {
    return false;
  }

  /**
   * Moves what there is into a pipe that is empty. Zero may mean the end too; {@link #read} tells.
   *
   * @return bytes moved, 0 for none
   */
  public int fill(Pipe pipe) throws IOException {
    throw new UnsupportedOperationException("splice needs epoll");
  }

  /**
   * Moves what is in a pipe, as far as the kernel takes it.
   *
   * @return bytes moved, 0 for none at the moment
   */
  public int drain(Pipe pipe) throws IOException {
    throw new UnsupportedOperationException("splice needs epoll");
  }

  /** Tells the peer that nothing more will come. */
  public final void shutdownOutput() throws IOException {
    try {
      endOutput();
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  abstract void endOutput() throws IOException;

  /** Closes in order. Idempotent. */
  public final void finish() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  /** Closes so that the peer gets a reset. Idempotent. */
  public final void reset() {
    if (!closed) {
      lingerNot();
      finish();
    }
  }

  abstract void lingerNot();

  abstract void release();
}
