// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import java.util.List;
import java.util.Set;

/**
 * What one front end has, or shall have, in the kernel. <b>Immutable.</b>
 *
 * @param slots of which a connection takes one at random; empty for one that refuses
 * @param keepers for UDP, those that keep the clients which they have
 */
record Row(List<HostPort> slots, Set<HostPort> keepers) {

  /** One that refuses. */
  static final Row NOBODY = new Row(List.of(), Set.of());

  Row {
    slots = List.copyOf(slots);
    keepers = Set.copyOf(keepers);
  }
}
