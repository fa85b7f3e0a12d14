// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.internal.wire.Pipe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share: the buffer that they read into, pipes, and one
 * timer for all that wait for a back end.
 *
 * <p><b>Confined to</b> the event loop, except for {@link #load}.
 */
final class ProxyLoop {

  private static final Logger LOGGER = LoggerFactory.getLogger(ProxyLoop.class);

  /** Idle pipes kept; each holds two descriptors. */
  private static final int IDLE_PIPES = 16;

  private static final Duration LONGEST_STEP = Duration.ofMillis(50);

  private final IoEventLoop events;
  private final TimeSource time;
  private final int chunkSize;
  private final long stepNanos;
  private final Choice choice = new Choice();
  private final Deque<Pipe> pipes = new ArrayDeque<>();
  // Those that wait for a back end; who is done is taken out with the next step.
  private List<ProxyConnection> connecting = new ArrayList<>();
  private boolean timing;
  private @Nullable ByteBuf chunk;
  private volatile int load;

  ProxyLoop(IoEventLoop events, TimeSource time, ProxyConfig config) {
    this.events = events;
    this.time = time;
    chunkSize = config.highWaterBytes();
    Duration tenth = config.connectTimeout().dividedBy(10);
    stepNanos = (tenth.compareTo(LONGEST_STEP) < 0 ? tenth : LONGEST_STEP).toNanos();
  }

  IoEventLoop events() {
    return events;
  }

  /** Connections that it carries. */
  int load() {
    return load;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this loop writes
  void opened() {
    load++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this loop writes
  void closed() {
    load--;
  }

  /** For one choice at a time. */
  Choice choice() {
    return choice;
  }

  int chunkSize() {
    return chunkSize;
  }

  /** An empty buffer for the next read; whoever leaves something in it takes it. */
  ByteBuf chunk() {
    ByteBuf current = chunk;
    if (current == null) {
      current = ByteBufAllocator.DEFAULT.directBuffer(chunkSize, chunkSize);
      chunk = current;
    }
    return current.clear();
  }

  /** The buffer belongs to a connection now. */
  void chunkTaken() {
    chunk = null;
  }

  @Nullable Pipe borrowPipe() {
    Pipe idle = pipes.poll();
    if (idle != null) {
      return idle;
    }
    try {
      return Pipe.open();
    } catch (IOException e) {
      LOGGER.debug("no pipe, bytes are copied", e);
      return null;
    }
  }

  void giveBack(Pipe pipe) {
    if (pipe.held() == 0 && pipes.size() < IDLE_PIPES) {
      pipes.push(pipe);
    } else {
      pipe.close();
    }
  }

  /** Tells the connection when its time for connecting is over. */
  void awaitConnect(ProxyConnection connection) {
    connecting.add(connection);
    if (!timing) {
      timing = true;
      schedule();
    }
  }

  private void schedule() {
    var unused = events.schedule(this::step, stepNanos, TimeUnit.NANOSECONDS);
  }

  private void step() {
    long now = time.nanos();
    List<ProxyConnection> before = connecting;
    connecting = new ArrayList<>();
    for (ProxyConnection connection : before) {
      if (connection.stillConnecting(now)) {
        connecting.add(connection);
      }
    }
    timing = !connecting.isEmpty();
    if (timing) {
      schedule();
    }
  }

  /** Gives back what it keeps; it may be used again. */
  void release() {
    ByteBuf current = chunk;
    if (current != null) {
      current.release();
      chunk = null;
    }
    for (Pipe pipe = pipes.poll(); pipe != null; pipe = pipes.poll()) {
      pipe.close();
    }
  }
}
