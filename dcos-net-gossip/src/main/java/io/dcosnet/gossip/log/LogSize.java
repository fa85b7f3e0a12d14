// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

/**
 * How large log and image of a store are, and whether a new image is worth it. <b>Confined to</b>
 * the thread of the replica.
 */
final class LogSize {

  /** No image is written for less than this, in octets of records. */
  static final long LEAST_LOG_OCTETS = 16L << 20;

  private final StoreFileMetrics metrics;
  private long image;
  private long log;
  private long worth;

  LogSize(long image, long log, StoreFileMetrics metrics) {
    this.metrics = metrics;
    this.image = image;
    log(log);
    worth = usualWorth();
  }

  private long usualWorth() {
    return Math.max(LEAST_LOG_OCTETS, 2 * image);
  }

  private void log(long octets) {
    log = octets;
    metrics.log(octets);
  }

  /** Octets of records behind the last image. */
  long log() {
    return log;
  }

  /** A record was added. */
  void added(int octets) {
    log(log + octets);
  }

  /** The journal begins anew, without records. */
  void begunAnew() {
    log = 0;
  }

  boolean isWorthAnImage() {
    return log > worth;
  }

  /** An image took the place of records. */
  void imaged(long octets, long covered) {
    image = octets;
    worth = usualWorth();
    log(log - covered);
  }

  /** An image could not be written; the next try is worth it some records later. */
  void imageFailed() {
    worth = log + LEAST_LOG_OCTETS;
  }
}
