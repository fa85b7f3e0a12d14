// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.spi.MetricsSink;
import java.util.function.LongConsumer;

/** What is counted of a {@link FileJournal}; tagged with the name of its directory. */
final class JournalMetrics {

  private final MetricsSink.Counter records;
  private final MetricsSink.Counter bytes;
  private final MetricsSink.Counter syncs;
  private final MetricsSink.Counter compactions;
  private final MetricsSink.Counter failures;
  private final LongConsumer syncNanos;

  JournalMetrics(MetricsSink sink, String journal, long tornBytes) {
    String[] tag = {"journal", journal};
    records = sink.counter("dcosnet.journal.records", "Records written", tag);
    bytes = sink.counter("dcosnet.journal.bytes", "Bytes of records written", tag);
    syncs = sink.counter("dcosnet.journal.syncs", "Syncs", tag);
    compactions = sink.counter("dcosnet.journal.compactions", "Snapshots put in force", tag);
    failures = sink.counter("dcosnet.journal.failures", "Journals given up after an error", tag);
    syncNanos =
        sink.distribution(
            "dcosnet.journal.sync.nanos",
            "Duration of a sync, and of the write that waits for it",
            tag);
    sink.counter("dcosnet.journal.torn.bytes", "Bytes of unfinished writes cut off at opening", tag)
        .add(tornBytes);
  }

  void written(int recordCount, long byteCount) {
    records.add(recordCount);
    bytes.add(byteCount);
  }

  void synced(long nanos) {
    syncs.increment();
    syncNanos.accept(nanos);
  }

  void compacted() {
    compactions.increment();
  }

  void failed() {
    failures.increment();
  }
}
