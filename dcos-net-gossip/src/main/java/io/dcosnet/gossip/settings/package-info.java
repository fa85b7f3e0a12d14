// SPDX-License-Identifier: Apache-2.0
/**
 * The numbers that the protocol goes by; start reading at {@link
 * io.dcosnet.gossip.settings.GossipSettings}.
 */
@NullMarked
package io.dcosnet.gossip.settings;

import org.jspecify.annotations.NullMarked;
