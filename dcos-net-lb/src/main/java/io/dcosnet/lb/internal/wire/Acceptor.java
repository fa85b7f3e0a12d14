// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import io.netty.channel.IoEventLoop;
import java.io.IOException;

/**
 * A socket that takes connections on one event loop.
 *
 * <p><b>Confined to</b> its event loop, once it is watched.
 */
public interface Acceptor {

  /** Most connections taken before others on the loop have their turn. */
  int TURN = 64;

  /** Who gets the connections. */
  interface Taker {

    /** Here is one; it belongs to whom it is given. */
    void take(Wire wire);

    /** None could be taken, mostly for want of a file descriptor. */
    void failed(IOException cause);
  }

  /** Begins to take connections. */
  void watch(IoEventLoop loop, Taker taker) throws IOException;

  /** Takes none until {@link #resume}; the kernel keeps them waiting. */
  void pause();

  void resume();

  /** Idempotent. */
  void close();
}
