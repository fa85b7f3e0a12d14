// SPDX-License-Identifier: Apache-2.0
/**
 * Envelopes of datagrams and streams: who may be heard, and what is sealed. Start reading at {@link
 * io.dcosnet.gossip.secure.DatagramSeal} and {@link io.dcosnet.gossip.secure.StreamSeal}.
 */
@NullMarked
package io.dcosnet.gossip.secure;

import org.jspecify.annotations.NullMarked;
