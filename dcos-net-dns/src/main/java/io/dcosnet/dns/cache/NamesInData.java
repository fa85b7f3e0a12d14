// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;

/**
 * Which record types have names in their data that may be compressed: those of RFC 1035 that are
 * still in use (RFC 3597 §4). Every method is a pure function.
 */
final class NamesInData {

  private NamesInData() {}

  /** How many names there are. */
  static int count(int type) {
    return switch (type) {
      case RecordType.NS, RecordType.CNAME, RecordType.PTR, RecordType.MX -> 1;
      case RecordType.SOA -> 2;
      default -> 0;
    };
  }

  /** Octets before the first name. */
  static int offset(int type) {
    return type == RecordType.MX ? 2 : 0;
  }

  /** Octets behind the last name. */
  private static int rest(int type) {
    return type == RecordType.SOA ? 20 : 0;
  }

  /** True when uncompressed data has the form of its type, as far as names matter. */
  static boolean isSound(int type, byte[] data) {
    if (type == RecordType.DNAME) {
      return nameLength(data, 0) == data.length;
    }
    int at = offset(type);
    int names = count(type);
    if (names == 0) {
      return true;
    }
    for (int i = 0; i < names; i++) {
      int length = nameLength(data, at);
      if (length < 0) {
        return false;
      }
      at += length;
    }
    return at + rest(type) == data.length;
  }

  /** Octets of the uncompressed name that begins there, -1 when there is none. */
  static int nameLength(byte[] data, int start) {
    int at = start;
    while (at < data.length) {
      int label = data[at] & 0xff;
      if (label == 0) {
        int length = at + 1 - start;
        return length <= DomainName.MAX_WIRE_OCTETS ? length : -1;
      }
      if (label > DomainName.MAX_LABEL_OCTETS) {
        return -1;
      }
      at += label + 1;
    }
    return -1;
  }
}
