// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who wants a record and since when: one answer to the question where a name comes from.
 * <b>Immutable.</b>
 *
 * @param type of the record
 * @param data as master-file text
 * @param kind of the subject that wants it: {@code task}, {@code agent}, {@code framework}, {@code
 *     masters}, {@code vip}, {@code file}, …
 * @param subject its id, or the name of the file with the line
 * @param event what made it so, such as {@code TASK_RUNNING}; empty when nothing tells
 * @param time of that event by the clock of who reported it, null when unknown
 */
public record RecordOrigin(
    int type, String data, String kind, String subject, String event, @Nullable Instant time) {
  public RecordOrigin {
    requireNonNull(data, "data");
    requireNonNull(kind, "kind");
    requireNonNull(subject, "subject");
    requireNonNull(event, "event");
  }
}
