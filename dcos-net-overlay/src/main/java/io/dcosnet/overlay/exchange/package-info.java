// SPDX-License-Identifier: Apache-2.0
/**
 * How agents learn of each other: each writes what it has into the replicated store, and makes a
 * table of what the others wrote. No kernel and no clock here. Start reading at {@link
 * io.dcosnet.overlay.exchange.PeerTable}.
 */
@NullMarked
package io.dcosnet.overlay.exchange;

import org.jspecify.annotations.NullMarked;
