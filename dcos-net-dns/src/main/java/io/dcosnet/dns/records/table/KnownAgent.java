// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.Agent;
import java.util.List;

/**
 * What the records of tasks need of their agent. <b>Immutable</b>; the arrays are shared by the
 * records of all its tasks and left alone by everybody.
 *
 * @param addresses as record data
 */
public record KnownAgent(List<byte[]> addresses) {
  /** What matters of {@code agent}. */
  public static KnownAgent of(Agent agent) {
    return new KnownAgent(RecordCollector.encode(agent.addresses()));
  }
}
