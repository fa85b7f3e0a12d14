// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;

/**
 * The data of one record with its names as the client knows them. <b>Confined to</b> one thread.
 */
final class RenamedData {

  /** Two names and what stands before or behind them. */
  private static final int MOST_OCTETS = 2 * DomainName.MAX_WIRE_OCTETS + 20;

  private final byte[] plain = new byte[MOST_OCTETS];
  private final byte[] octets = new byte[MOST_OCTETS];
  private int length;

  /** True for types whose data may hold a name that an alias covers. */
  static boolean hasNames(int type) {
    return nameCount(type) > 0;
  }

  private static int nameCount(int type) {
    return switch (type) {
      case RecordType.SOA -> 2;
      case RecordType.NS,
          RecordType.CNAME,
          RecordType.PTR,
          RecordType.SRV,
          RecordType.DNAME,
          RecordType.MX ->
          1;
      default -> 0;
    };
  }

  private static int namesOffset(int type) {
    return switch (type) {
      case RecordType.SRV -> Rdata.SRV_TARGET_OFFSET;
      case RecordType.MX -> 2; // preference
      default -> 0;
    };
  }

  /** Takes a record of a type that {@linkplain #hasNames has names}. */
  void take(RecordSet set, int index, Alias alias) {
    int end = set.dataLength(index);
    set.copyData(index, plain, 0);
    int at = namesOffset(set.type());
    System.arraycopy(plain, 0, octets, 0, at);
    length = at;
    for (int i = 0; i < nameCount(set.type()); i++) {
      int size = WireNames.length(plain, at);
      length += name(at, size, alias);
      at += size;
    }
    System.arraycopy(plain, at, octets, length, end - at);
    length += end - at;
  }

  /** A name that would become too long stays as zones have it. */
  private int name(int start, int size, Alias alias) {
    if (alias.coversInternal(plain, start, size)) {
      int shown = alias.toAsked(plain, start, size, octets, length);
      if (shown != Alias.TOO_LONG) {
        return shown;
      }
    }
    System.arraycopy(plain, start, octets, length, size);
    return size;
  }

  byte[] octets() {
    return octets;
  }

  int length() {
    return length;
  }
}
