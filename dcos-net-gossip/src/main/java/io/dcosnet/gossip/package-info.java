// SPDX-License-Identifier: Apache-2.0
/**
 * Who belongs to the cluster and who of them lives, by gossip; start reading at {@link
 * io.dcosnet.gossip.GossipCluster}.
 */
@NullMarked
package io.dcosnet.gossip;

import org.jspecify.annotations.NullMarked;
