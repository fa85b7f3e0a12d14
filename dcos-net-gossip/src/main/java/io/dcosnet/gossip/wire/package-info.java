// SPDX-License-Identifier: Apache-2.0
/**
 * The messages that nodes exchange and their octets; start reading at {@link
 * io.dcosnet.gossip.wire.Message}.
 */
@NullMarked
package io.dcosnet.gossip.wire;

import org.jspecify.annotations.NullMarked;
