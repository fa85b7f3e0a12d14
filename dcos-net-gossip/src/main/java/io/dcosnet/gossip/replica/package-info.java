// SPDX-License-Identifier: Apache-2.0
/**
 * What keeps the copies of the replicated store alike: spreading of new writes over the links of
 * the rings, repair of what was missed, and the knowledge of what is everywhere. Without sockets,
 * clock or thread; start reading at {@link io.dcosnet.gossip.replica.Replica}, which is told what
 * happens and acts through its {@link io.dcosnet.gossip.replica.ReplicaHost}.
 */
@NullMarked
package io.dcosnet.gossip.replica;

import org.jspecify.annotations.NullMarked;
