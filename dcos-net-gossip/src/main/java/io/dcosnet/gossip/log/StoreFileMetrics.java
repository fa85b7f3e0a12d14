// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.spi.MetricsSink;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** What is counted of a store on disk. <b>Thread-safe.</b> */
final class StoreFileMetrics {

  private final MetricsSink.Counter failures;
  private final MetricsSink.Counter imageFailures;
  private final LongConsumer images;
  private final AtomicLong log = new AtomicLong();
  private final AtomicLong failing = new AtomicLong();

  StoreFileMetrics(MetricsSink sink) {
    failures = sink.counter("dcosnet.gossip.kv.log.failures", "Failures of the disk of the store");
    imageFailures =
        sink.counter("dcosnet.gossip.kv.snapshot.failures", "Images that could not be written");
    images = sink.distribution("dcosnet.gossip.kv.snapshot.nanos", "Time to put an image on disk");
    sink.gauge("dcosnet.gossip.kv.log.bytes", "Octets of records behind the last image", log::get);
    sink.gauge(
        "dcosnet.gossip.kv.log.failing", "1 while the store is not kept on disk", failing::get);
  }

  static void truncated(MetricsSink sink) {
    sink.counter("dcosnet.gossip.kv.log.truncated", "Logs whose unfinished end was cut off")
        .increment();
  }

  static void setAside(MetricsSink sink, String reason) {
    sink.counter(
            "dcosnet.gossip.kv.log.set.aside",
            "Stores on disk that were not used, by reason",
            "reason",
            reason)
        .increment();
  }

  void log(long octets) {
    log.set(octets);
  }

  void image(long nanos) {
    images.accept(nanos);
  }

  void imageFailed() {
    imageFailures.increment();
  }

  void failed() {
    failures.increment();
    failing.set(1);
  }

  void healed() {
    failing.set(0);
  }
}
