// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the UDP sessions of all front ends together: each holds a socket. Beyond the bound a new
 * one takes the place of the least recently used one of its front end, unless that has less than
 * its even share; then one of the front end with the most goes.
 *
 * <p><b>Thread-safe.</b>
 */
final class UdpSessionLimit {

  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<UdpListener> listeners = ConcurrentHashMap.newKeySet();

  UdpSessionLimit(int most) {
    this.most = most;
  }

  void joined(UdpListener listener) {
    listeners.add(listener);
  }

  void left(UdpListener listener) {
    listeners.remove(listener);
  }

  /** A front end has one session more, and makes room for it where that must be. */
  void began(UdpListener by) {
    if (open.incrementAndGet() <= most) {
      return;
    }
    UdpListener pays = by;
    // Looked for only below the even share, so a flood on one front end costs no search each time.
    if ((long) by.active() * listeners.size() <= most) {
      for (UdpListener other : listeners) {
        pays = other.active() > pays.active() ? other : pays;
      }
    }
    pays.evictOldest();
  }

  void ended() {
    open.decrementAndGet();
  }

  /** Sessions of all front ends. */
  int open() {
    return open.get();
  }
}
