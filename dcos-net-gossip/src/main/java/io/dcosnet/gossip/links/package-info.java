// SPDX-License-Identifier: Apache-2.0
/**
 * Which members are linked to which, computed by every node alone from the members that it knows;
 * start reading at {@link io.dcosnet.gossip.links.Rings}.
 */
@NullMarked
package io.dcosnet.gossip.links;

import org.jspecify.annotations.NullMarked;
