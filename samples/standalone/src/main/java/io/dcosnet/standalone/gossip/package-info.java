// SPDX-License-Identifier: Apache-2.0
/**
 * Members of a cluster from the command line, and simulated ones: {@code dcos-net gossip}. Start
 * reading at {@link io.dcosnet.standalone.gossip.GossipNodeCommand}.
 */
@NullMarked
package io.dcosnet.standalone.gossip;

import org.jspecify.annotations.NullMarked;
