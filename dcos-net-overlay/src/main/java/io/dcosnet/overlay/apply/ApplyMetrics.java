// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** All figures of this package. <b>Thread-safe.</b> */
final class ApplyMetrics {

  private static final String PREFIX = "dcosnet.overlay.";

  private final LongConsumer nanos;
  private final MetricsSink.Counter failures;
  private final MetricsSink.Counter overruns;
  private final Map<HostObject, MetricsSink.Counter> drift = new EnumMap<>(HostObject.class);
  private final Map<HostObject, MetricsSink.Counter> faults = new EnumMap<>(HostObject.class);

  ApplyMetrics(MetricsSink sink) {
    nanos = sink.distribution(PREFIX + "apply.nanos", "Time that one pass over the kernel took");
    failures =
        sink.counter(
            PREFIX + "apply.failures", "Passes that ended as the kernel could not be asked");
    overruns =
        sink.counter(
            PREFIX + "monitor.overruns", "Times that changes of the kernel were not told but lost");
    for (HostObject kind : HostObject.values()) {
      drift.put(
          kind,
          sink.counter(
              PREFIX + "datapath.drift",
              "Objects that others had changed or removed",
              "object",
              kind.text()));
      faults.put(
          kind,
          sink.counter(
              PREFIX + "datapath.faults",
              "Times that an object could not be made as wanted",
              "object",
              kind.text()));
    }
  }

  void pass(long tookNanos) {
    nanos.accept(tookNanos);
  }

  void failed() {
    failures.increment();
  }

  void overrun() {
    overruns.increment();
  }

  void drift(Map<HostObject, Integer> counts) {
    counts.forEach((kind, count) -> of(drift, kind).add(count));
  }

  void fault(HostFault fault) {
    of(faults, fault.kind()).increment();
  }

  private static MetricsSink.Counter of(
      Map<HostObject, MetricsSink.Counter> counters, HostObject kind) {
    MetricsSink.Counter counter = counters.get(kind);
    if (counter == null) {
      throw new IllegalStateException("no counter of " + kind);
    }
    return counter;
  }
}
