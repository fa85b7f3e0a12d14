// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import java.util.Locale;

/** Kinds of objects that a host holds for the overlay. */
public enum HostObject {
  /** The VXLAN device. */
  TUNNEL,
  BRIDGE,
  /** An address of the tunnel or of a bridge. */
  ADDRESS,
  /** An entry of the forwarding database of the tunnel. */
  FDB,
  NEIGHBOUR,
  NEXT_HOP,
  ROUTE,
  RULE,
  /** Masquerading and forwarding. */
  FILTER,
  /** A setting of the kernel, such as forwarding. */
  SETTING;

  /** Whether containers of this host cannot work without it; others concern single peers. */
  public boolean isLocal() {
    return switch (this) {
      case TUNNEL, BRIDGE, ADDRESS, RULE, FILTER, SETTING -> true;
      case FDB, NEIGHBOUR, NEXT_HOP, ROUTE -> false;
    };
  }

  /** In lower case with dashes, as in metrics and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
