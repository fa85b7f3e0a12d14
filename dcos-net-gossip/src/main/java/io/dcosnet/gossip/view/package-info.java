// SPDX-License-Identifier: Apache-2.0
/**
 * What hosts see of the members, made from the events of a core alone, so that sockets and the
 * simulator share it; start reading at {@link io.dcosnet.gossip.view.MemberView}.
 */
@NullMarked
package io.dcosnet.gossip.view;

import org.jspecify.annotations.NullMarked;
