// SPDX-License-Identifier: Apache-2.0
/**
 * How a scheduler that embeds us tells what it knows: {@link
 * io.dcosnet.api.cluster.ClusterPublisher}. Who leads where there is but one process: {@link
 * io.dcosnet.api.cluster.LocalElection}.
 */
@NullMarked
package io.dcosnet.api.cluster;

import org.jspecify.annotations.NullMarked;
