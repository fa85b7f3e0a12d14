// SPDX-License-Identifier: Apache-2.0
/**
 * What a host may hand in instead of ours: time, timers, metrics, cluster sources, membership, node
 * messages. Start reading at {@link io.dcosnet.api.spi.ClusterSource}.
 */
@NullMarked
package io.dcosnet.api.spi;

import org.jspecify.annotations.NullMarked;
