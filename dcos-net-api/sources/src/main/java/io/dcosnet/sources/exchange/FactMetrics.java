// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.spi.MetricsSink;
import java.util.function.LongSupplier;

/** The figures of facts in the store. <b>Thread-safe.</b> */
final class FactMetrics {

  private final MetricsSink sink;
  final MetricsSink.Counter puts;
  final MetricsSink.Counter deletes;
  final MetricsSink.Counter failures;
  final MetricsSink.Counter unreadable;
  final MetricsSink.Counter switches;

  FactMetrics(MetricsSink sink) {
    this.sink = sink;
    String writes = "Facts written to the store";
    puts = sink.counter("dcosnet.sources.facts.writes", writes, "op", "put");
    deletes = sink.counter("dcosnet.sources.facts.writes", writes, "op", "delete");
    failures =
        sink.counter(
            "dcosnet.sources.facts.write.failures",
            "Writes that the store refused; they are repeated");
    unreadable =
        sink.counter(
            "dcosnet.sources.facts.unreadable", "Entries of the store skipped as unreadable");
    switches =
        sink.counter(
            "dcosnet.sources.facts.switches",
            "Times that the facts of another master began to count");
  }

  void generation(LongSupplier value) {
    sink.gauge("dcosnet.sources.facts.generation", "Generation of the facts that count", value);
  }

  void entries(LongSupplier value) {
    sink.gauge("dcosnet.sources.facts.entries", "Entries of the master whose facts count", value);
  }

  void waiting(LongSupplier value) {
    sink.gauge("dcosnet.sources.facts.waiting", "Facts that wait to be written", value);
  }

  /** For facts that do not fit into an entry as they are. */
  MetricsSink.Counter refused(String code) {
    return sink.counter(
        "dcosnet.sources.facts.refused", "Facts that were left out or cut", "code", code);
  }
}
