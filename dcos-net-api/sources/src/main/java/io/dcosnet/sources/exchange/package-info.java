// SPDX-License-Identifier: Apache-2.0
/**
 * How every node gets to know the cluster, and keeps knowing it while masters are down. Masters
 * write facts into the replicated store with {@link io.dcosnet.sources.exchange.FactPublisher},
 * every node reads them with {@link io.dcosnet.sources.exchange.FactSource}. {@link
 * io.dcosnet.sources.exchange.PersistedSource} keeps the newest state over a restart, {@link
 * io.dcosnet.sources.exchange.MergedSource} adds the word of the node's own agent.
 */
@NullMarked
package io.dcosnet.sources.exchange;

import org.jspecify.annotations.NullMarked;
