// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.NewLink;
import java.util.Collection;

/** By what objects of ours are known, whoever of us made them. */
final class Ours {

  /** On a device that we made, whatever its name. */
  static final String TAG = "dcos-net overlay";

  private Ours() {}

  static boolean isTagged(Link link) {
    return link.alias().equals(TAG);
  }

  /**
   * One whose tag somebody else took or wrote over: nobody else makes a tunnel with our MAC address
   * or gives a bridge an address in our name. What hangs on it is in use.
   *
   * @param protocol by which our addresses are known
   */
  static boolean hasLostTag(
      Link link, NewLink wanted, Collection<Address> addresses, int protocol) {
    if (!link.kind().equals(wanted.kind())) {
      return false;
    }
    return link.kind() instanceof LinkKind.Vxlan
        ? link.mac().isPresent() && link.mac().equals(wanted.mac())
        : addresses.stream()
            .anyMatch(address -> address.link() == link.index() && address.protocol() == protocol);
  }

  /** One that we made and did not get to tag: nobody has done anything with it yet. */
  static boolean isHalfMade(Link link, LinkKind wanted, Collection<Address> addresses) {
    return !link.isUp()
        && link.alias().isEmpty()
        && link.kind().equals(wanted)
        && addresses.stream().noneMatch(address -> address.link() == link.index());
  }
}
