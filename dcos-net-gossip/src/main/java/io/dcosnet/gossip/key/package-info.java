// SPDX-License-Identifier: Apache-2.0
/**
 * Keys that a cluster shares, and their rotation; start reading at {@link
 * io.dcosnet.gossip.key.KeyRing}.
 */
@NullMarked
package io.dcosnet.gossip.key;

import org.jspecify.annotations.NullMarked;
