// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.route.Link;
import java.util.List;
import java.util.Optional;

/**
 * The devices of the overlay as they are. <b>Immutable.</b>
 *
 * @param tunnel empty when there is none to be, or somebody else has its place
 * @param bridges those that could be made
 * @param touched whether a device was made, or switched on, so that what hung on it is gone
 * @param underlay the other devices
 */
record Placed(Optional<Link> tunnel, List<Link> bridges, boolean touched, Underlay underlay) {
  Placed {
    bridges = List.copyOf(bridges);
  }
}
