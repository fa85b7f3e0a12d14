// SPDX-License-Identifier: Apache-2.0
/**
 * Where a node looks for others at first; start reading at {@link
 * io.dcosnet.gossip.seed.SeedProvider}.
 */
@NullMarked
package io.dcosnet.gossip.seed;

import org.jspecify.annotations.NullMarked;
