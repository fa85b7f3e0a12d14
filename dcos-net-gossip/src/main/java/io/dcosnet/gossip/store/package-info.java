// SPDX-License-Identifier: Apache-2.0
/**
 * The copy of the replicated store that one node has, without network, disk, clock or thread: dots
 * and the one clock over all keys, cells and how two of them join, deltas, and the octets of all of
 * these. Start reading at {@link io.dcosnet.gossip.store.StoreState}, then {@link
 * io.dcosnet.gossip.store.Cell} and {@link io.dcosnet.gossip.store.Delta}.
 *
 * <p>All types are made of {@link io.dcosnet.gossip.store.Atom}s: each write adds some, each under
 * a dot of its own, and takes away those that it saw and replaces. So one rule joins two copies
 * whatever their type is, and the type only says how the atoms that are left are read.
 */
@NullMarked
package io.dcosnet.gossip.store;

import org.jspecify.annotations.NullMarked;
