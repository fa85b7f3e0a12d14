// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reported of a task at one time. <b>Immutable.</b>
 *
 * @param timestampSeconds Unix time in seconds, with fraction; 0 where none was given
 * @param healthy null when no check has reported
 * @param networks of the container, in the agent's order; empty where it told none
 */
public record TaskStatus(
    TaskState state,
    double timestampSeconds,
    @Nullable Boolean healthy,
    List<NetworkInfo> networks,
    Labels labels) {
  public TaskStatus {
    requireNonNull(state, "state");
    networks = List.copyOf(networks);
    requireNonNull(labels, "labels");
  }
}
