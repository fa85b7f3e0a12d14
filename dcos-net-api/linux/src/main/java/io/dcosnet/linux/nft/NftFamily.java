// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.api.DecodeException;
import java.util.Locale;

/** For which packets a table is. */
public enum NftFamily {
  /** For both IPv4 and IPv6. */
  INET(1),
  IP(2),
  IP6(10);

  private final int number;

  NftFamily(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static NftFamily of(int number) {
    for (NftFamily family : values()) {
      if (family.number == number) {
        return family;
      }
    }
    throw new DecodeException("family of table: " + number + " (expected: 1, 2 or 10)", 0);
  }

  static boolean isKnown(int number) {
    return number == INET.number || number == IP.number || number == IP6.number;
  }

  /** As nft writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
