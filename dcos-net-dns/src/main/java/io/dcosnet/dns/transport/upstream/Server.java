// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.forward.Upstream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all lanes know of one server: how many questions wait for it, and its habits.
 *
 * <p><b>Thread-safe.</b>
 */
final class Server {

  /** Servers are replaced, so what one could not do is tried again. */
  private static final long LETTERS_OFF_NANOS = Duration.ofHours(1).toNanos();

  private final Upstream upstream;
  private final InetSocketAddress socketAddress;
  private final int maxPending;
  private final ServerCookie cookies;
  private final AtomicInteger pending = new AtomicInteger();

  /** Each lane looks at its own place only. */
  private final @Nullable Sockets[] sockets;

  private volatile boolean lettersOff;
  private volatile long lettersOffSince;

  Server(Upstream upstream, ExchangeConfig config, int lanes) {
    this.upstream = upstream;
    this.socketAddress = upstream.address().toSocketAddress();
    this.maxPending = config.maxPending();
    this.cookies = new ServerCookie(config.random());
    this.sockets = new @Nullable Sockets[lanes];
  }

  HostPort address() {
    return upstream.address();
  }

  InetSocketAddress socketAddress() {
    return socketAddress;
  }

  /** The name that its certificate must have; null when it has none. */
  @Nullable String tlsName() {
    return upstream.tlsName();
  }

  ServerCookie cookies() {
    return cookies;
  }

  /** False when too many questions wait already. */
  boolean enter() {
    if (pending.incrementAndGet() > maxPending) {
      pending.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    pending.decrementAndGet();
  }

  int pending() {
    return pending.get();
  }

  /** False for a while after the server did not repeat letters as they were. */
  boolean repeatsLetters(long nowNanos) {
    return !lettersOff || nowNanos - lettersOffSince > LETTERS_OFF_NANOS;
  }

  void doesNotRepeatLetters(long nowNanos) {
    lettersOffSince = nowNanos;
    lettersOff = true;
  }

  /** The sockets of a lane; to be called there only. */
  Sockets sockets(Lane lane) {
    Sockets mine = sockets[lane.index()];
    if (mine == null) {
      mine = new Sockets(lane, this);
      sockets[lane.index()] = mine;
      lane.know(mine);
    }
    return mine;
  }
}
