// SPDX-License-Identifier: Apache-2.0
/**
 * Runs a core with real sockets on one event loop; start reading at {@link
 * io.dcosnet.gossip.netty.NettyHost}.
 */
@NullMarked
package io.dcosnet.gossip.netty;

import org.jspecify.annotations.NullMarked;
