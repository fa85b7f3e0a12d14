// SPDX-License-Identifier: Apache-2.0
/**
 * SWIM with Lifeguard as a state machine without clock, threads and sockets; start reading at
 * {@link io.dcosnet.gossip.protocol.GossipCore}.
 */
@NullMarked
package io.dcosnet.gossip.protocol;

import org.jspecify.annotations.NullMarked;
