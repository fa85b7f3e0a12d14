// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

/**
 * One step from a state to the next. <b>Immutable.</b>
 *
 * @param before what the listener was told last
 * @param after the state now
 * @param change the difference of the two
 */
public record ClusterUpdate(ClusterState before, ClusterState after, ClusterChange change) {}
