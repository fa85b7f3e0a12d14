// SPDX-License-Identifier: Apache-2.0
/**
 * The messages that nodes exchange and their octets; start reading at {@link
 * io.dcosnet.gossip.wire.Message}. {@link io.dcosnet.gossip.wire.OctetReader} and {@link
 * io.dcosnet.gossip.wire.OctetWriter} are for the octets of others too.
 */
@NullMarked
package io.dcosnet.gossip.wire;

import org.jspecify.annotations.NullMarked;
