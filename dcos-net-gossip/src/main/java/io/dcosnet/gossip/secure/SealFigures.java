// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.api.spi.MetricsSink;
import java.util.EnumMap;
import java.util.Map;

/** The figures of the envelopes. <b>Thread-safe.</b> */
final class SealFigures {

  private final Map<SealFault, MetricsSink.Counter> dropped = new EnumMap<>(SealFault.class);
  private final MetricsSink.Counter derivations;

  SealFigures(MetricsSink metrics) {
    for (SealFault fault : SealFault.values()) {
      dropped.put(
          fault,
          metrics.counter(
              "dcosnet.gossip.dropped",
              "Datagrams, frames and messages that were not taken",
              "reason",
              fault.tag()));
    }
    derivations =
        metrics.counter(
            "dcosnet.gossip.key.derivations", "Keys that were derived for senders not known yet");
  }

  void dropped(SealFault fault) {
    MetricsSink.Counter counter = dropped.get(fault);
    if (counter != null) {
      counter.increment();
    }
  }

  void derived() {
    derivations.increment();
  }
}
