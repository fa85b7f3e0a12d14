// SPDX-License-Identifier: Apache-2.0
/**
 * State that outlives a process or a node. {@link io.dcosnet.api.store.ReplicatedStore} spreads
 * small entries over all nodes; {@link io.dcosnet.api.store.DurableStore} keeps what must never be
 * told before it is safe; both stand on a {@link io.dcosnet.api.store.Journal}.
 */
@NullMarked
package io.dcosnet.api.store;

import org.jspecify.annotations.NullMarked;
