// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.name.DomainName;

/**
 * Names as they lie in octets, whole and uncompressed unless said otherwise. Every method is a pure
 * function.
 */
final class WireNames {

  private WireNames() {}

  /** Octets of the name that begins there, the root's zero included. */
  static int length(byte[] octets, int start) {
    int at = start;
    while (octets[at] != 0) {
      at += octets[at] + 1;
    }
    return at + 1 - start;
  }

  /** Octets that a name takes where it stands; it may end in a pointer. */
  static int shownLength(byte[] octets, int start) {
    int at = start;
    while (octets[at] > 0) {
      at += octets[at] + 1;
    }
    return at + (octets[at] == 0 ? 1 : 2) - start;
  }

  /** True when the same name begins at both places, whatever its case. */
  static boolean same(byte[] octets, int one, int two) {
    int length = length(octets, one);
    for (int i = 0; i < length; i++) {
      if (DomainName.lower(octets[one + i]) != DomainName.lower(octets[two + i])) {
        return false;
      }
    }
    return true;
  }
}
