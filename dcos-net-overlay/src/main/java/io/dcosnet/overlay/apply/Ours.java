// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import java.util.Collection;

/** By what objects of ours are known, whoever of us made them. */
final class Ours {

  /** On a device that we made, whatever its name. */
  static final String TAG = "dcos-net overlay";

  private Ours() {}

  static boolean isTagged(Link link) {
    return link.alias().equals(TAG);
  }

  /** One that we made and did not get to tag: nobody has done anything with it yet. */
  static boolean isHalfMade(Link link, LinkKind wanted, Collection<Address> addresses) {
    return !link.isUp()
        && link.alias().isEmpty()
        && link.kind().equals(wanted)
        && addresses.stream().noneMatch(address -> address.link() == link.index());
  }
}
