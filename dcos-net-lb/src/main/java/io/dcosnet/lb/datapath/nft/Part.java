// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.linux.nft.NftSet;
import java.util.Locale;

/** The sets and maps of the table whose elements say what is served. */
enum Part {
  /** Slot, address, protocol and port to the address and port of a back end. */
  BACKENDS4,
  BACKENDS6,
  /** Addresses of services, which answer nothing but what is served. */
  ADDRESSES4,
  ADDRESSES6,
  /** Address, protocol and port to the chain that draws a slot. */
  VIPS4,
  VIPS6;

  static Part backends(boolean ipv4) {
    return ipv4 ? BACKENDS4 : BACKENDS6;
  }

  static Part addresses(boolean ipv4) {
    return ipv4 ? ADDRESSES4 : ADDRESSES6;
  }

  static Part vips(boolean ipv4) {
    return ipv4 ? VIPS4 : VIPS6;
  }

  boolean isIpv4() {
    return this == BACKENDS4 || this == ADDRESSES4 || this == VIPS4;
  }

  boolean isBackends() {
    return this == BACKENDS4 || this == BACKENDS6;
  }

  boolean isVips() {
    return this == VIPS4 || this == VIPS6;
  }

  NftSet set() {
    return new NftSet(NftFamily.INET, Rules.TABLE, name().toLowerCase(Locale.ROOT));
  }
}
