// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import java.util.ArrayList;
import java.util.List;

/** What waits for the image after a failure, so much and no more. <b>Not thread-safe.</b> */
final class Held {

  private static final long MAX_OCTETS = 64L << 20;

  private final List<Runnable> works = new ArrayList<>();
  private long octets;

  /** False when it is too much now, for which the image must be given up. */
  boolean add(long size, Runnable work) {
    works.add(work);
    octets += size;
    return octets <= MAX_OCTETS;
  }

  long octets() {
    return octets;
  }

  /** Does all of it. */
  void release() {
    List<Runnable> released = List.copyOf(works);
    forget();
    released.forEach(Runnable::run);
  }

  void forget() {
    works.clear();
    octets = 0;
  }
}
