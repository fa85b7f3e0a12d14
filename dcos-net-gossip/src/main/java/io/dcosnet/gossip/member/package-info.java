// SPDX-License-Identifier: Apache-2.0
/**
 * What is known of members, and what listeners are told; start reading at {@link
 * io.dcosnet.gossip.member.GossipEvent}.
 */
@NullMarked
package io.dcosnet.gossip.member;

import org.jspecify.annotations.NullMarked;
