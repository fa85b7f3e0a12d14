// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordOrigin;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What is told of the subject behind a record. Every method is a pure function. */
final class Origins {

  static final Comparator<RecordOrigin> ORDER =
      Comparator.comparingInt(RecordOrigin::type)
          .thenComparing(RecordOrigin::data)
          .thenComparing(RecordOrigin::kind)
          .thenComparing(RecordOrigin::subject);

  private Origins() {}

  static RecordOrigin of(Object subject, ClusterState state, int type, byte[] data) {
    String text = Rdata.toText(type, data);
    if (subject instanceof TaskKey key) {
      Task task = state.task(key).orElse(null);
      TaskStatus newest = task == null ? null : task.newestStatus().orElse(null);
      String event =
          newest != null ? newest.state().wireName() : task == null ? "" : task.state().wireName();
      return new RecordOrigin(type, text, "task", key.taskId(), event, time(newest));
    }
    Subject other = (Subject) subject;
    return new RecordOrigin(type, text, other.kind(), other.id(), "", null);
  }

  private static @Nullable Instant time(@Nullable TaskStatus status) {
    if (status == null || status.timestampSeconds() <= 0) {
      return null;
    }
    return Instant.ofEpochMilli(Math.round(status.timestampSeconds() * 1000));
  }
}
