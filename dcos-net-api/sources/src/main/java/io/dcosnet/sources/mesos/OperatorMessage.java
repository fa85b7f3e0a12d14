// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.sources.mesos.stream.OperatorEvent;
import io.dcosnet.sources.mesos.stream.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * One document of the operator API: an event of a stream, or the answer to a call.
 *
 * @param type as it was written
 * @param event what it means for a state; {@link OperatorEvent.Ignored} where it means nothing
 * @param state of the answer to GET_STATE
 * @param agent of the answer to GET_AGENT
 * @param rejections parts of it that were left out
 */
record OperatorMessage(
    String type,
    OperatorEvent event,
    @Nullable Snapshot state,
    AgentParser.@Nullable Found agent,
    Rejections rejections) {}
