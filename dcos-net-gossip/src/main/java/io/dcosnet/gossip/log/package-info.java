// SPDX-License-Identifier: Apache-2.0
/**
 * What a node keeps on disk between its starts; start reading at {@link
 * io.dcosnet.gossip.log.EpochFile}.
 */
@NullMarked
package io.dcosnet.gossip.log;

import org.jspecify.annotations.NullMarked;
