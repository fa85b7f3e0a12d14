// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.api.net.HostPort;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which back end each client was given, up to a number of clients; then whoever was away
 * longest is forgotten.
 *
 * <p>Clients are known by the hash of their address. Two with the same hash share a back end. Where
 * a hash lies in the table depends on a secret number too, so that nobody can choose addresses that
 * all lie together.
 *
 * <p><b>Thread-safe.</b> Allocates only to grow. Takes a lock, for some tens of nanoseconds.
 */
final class ClientTable {

  /** Most clients of one VIP that are remembered. */
  static final int MAX_CLIENTS = 65_536;

  private static final int FIRST_SIZE = 64;
  private static final int NOBODY = -1;

  private final int maxClients;
  private final long secret;

  // All below is guarded by this: finding a client moves it to the front of the list.
  private int size;
  private long[] keys = new long[FIRST_SIZE];
  private long[] seenNanos = new long[FIRST_SIZE];
  private HostPort[] backends = new HostPort[FIRST_SIZE];
  private int[] newer = new int[FIRST_SIZE];
  private int[] older = new int[FIRST_SIZE];
  private int[] chained = new int[FIRST_SIZE];
  private int[] buckets = filled(2 * FIRST_SIZE);
  private int newest = NOBODY;
  private int oldest = NOBODY;

  ClientTable(int maxClients, long secret) {
    this.maxClients = maxClients;
    this.secret = secret;
  }

  private static int[] filled(int length) {
    int[] array = new int[length];
    Arrays.fill(array, NOBODY);
    return array;
  }

  /**
   * The back end of a client, which counts as seen now; null for one that is not known, or was away
   * for the idle time or longer.
   */
  synchronized @Nullable HostPort find(long key, long nowNanos, long idleNanos) {
    int at = at(key);
    if (at == NOBODY || nowNanos - seenNanos[at] >= idleNanos) {
      return null;
    }
    seen(at, nowNanos);
    return backends[at];
  }

  /** Remembers the back end of a client from now on. */
  synchronized void put(long key, HostPort backend, long nowNanos, long idleNanos) {
    int at = at(key);
    if (at == NOBODY) {
      at = place(nowNanos, idleNanos);
      keys[at] = key;
      chain(at);
      toFront(at);
    }
    backends[at] = backend;
    seen(at, nowNanos);
  }

  synchronized int size() {
    return size;
  }

  private int bucket(long key) {
    return (int) FlowHash.mix(key ^ secret) & (buckets.length - 1);
  }

  private int at(long key) {
    int at = buckets[bucket(key)];
    while (at != NOBODY && keys[at] != key) {
      at = chained[at];
    }
    return at;
  }

  /** A free place: a new one while there may be more, else that of whoever was away longest. */
  private int place(long nowNanos, long idleNanos) {
    boolean isOver = size > 0 && nowNanos - seenNanos[oldest] >= idleNanos;
    if (!isOver && size < maxClients) {
      if (size == keys.length) {
        grow(Math.min(maxClients, 2 * size));
      }
      return size++;
    }
    int freed = oldest;
    unlink(freed);
    unchain(freed);
    return freed;
  }

  private void grow(int places) {
    keys = Arrays.copyOf(keys, places);
    seenNanos = Arrays.copyOf(seenNanos, places);
    backends = Arrays.copyOf(backends, places);
    newer = Arrays.copyOf(newer, places);
    older = Arrays.copyOf(older, places);
    chained = Arrays.copyOf(chained, places);
    buckets = filled(2 * Integer.highestOneBit(places));
    for (int i = 0; i < size; i++) {
      chain(i);
    }
  }

  private void chain(int at) {
    int bucket = bucket(keys[at]);
    chained[at] = buckets[bucket];
    buckets[bucket] = at;
  }

  private void unchain(int at) {
    int bucket = bucket(keys[at]);
    if (buckets[bucket] == at) {
      buckets[bucket] = chained[at];
      return;
    }
    int before = buckets[bucket];
    while (chained[before] != at) {
      before = chained[before];
    }
    chained[before] = chained[at];
  }

  private void seen(int at, long nowNanos) {
    seenNanos[at] = nowNanos;
    if (at != newest) {
      unlink(at);
      toFront(at);
    }
  }

  private void toFront(int at) {
    newer[at] = NOBODY;
    older[at] = newest;
    if (newest != NOBODY) {
      newer[newest] = at;
    }
    newest = at;
    if (oldest == NOBODY) {
      oldest = at;
    }
  }

  private void unlink(int at) {
    if (newer[at] == NOBODY) {
      newest = older[at];
    } else {
      older[newer[at]] = older[at];
    }
    if (older[at] == NOBODY) {
      oldest = newer[at];
    } else {
      newer[older[at]] = newer[at];
    }
  }
}
