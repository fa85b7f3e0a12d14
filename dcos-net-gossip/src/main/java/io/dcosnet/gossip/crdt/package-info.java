// SPDX-License-Identifier: Apache-2.0
/**
 * What the replicated store can hold besides plain entries: registers, counters, flags, sets and
 * maps that several nodes may write to at a time. Start reading at {@link
 * io.dcosnet.gossip.crdt.CrdtOp} and {@link io.dcosnet.gossip.crdt.CrdtValue}.
 */
@NullMarked
package io.dcosnet.gossip.crdt;

import org.jspecify.annotations.NullMarked;
