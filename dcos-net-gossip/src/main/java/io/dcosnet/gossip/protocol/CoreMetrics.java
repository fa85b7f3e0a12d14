// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.wire.BodyReader;
import java.util.Locale;

/** The figures of a core; each part adds its own here. */
final class CoreMetrics {

  final MetricsSink sink;

  CoreMetrics(MetricsSink sink) {
    this.sink = sink;
  }

  /** Part of a body was not taken. */
  void fault(BodyReader.Fault fault) {
    sink.counter(
            "dcosnet.gossip.dropped",
            "Datagrams, frames and messages that were not taken",
            "reason",
            fault.name().toLowerCase(Locale.ROOT))
        .increment();
  }
}
