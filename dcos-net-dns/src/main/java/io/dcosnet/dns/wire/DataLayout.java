// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import io.dcosnet.dns.zone.RecordType;

/**
 * Of which parts the data of a record type consists, as far as a reader must know: where names may
 * be compressed (RFC 3597 §4), and how long data of a fixed form is. All other types are opaque.
 *
 * <p>Every method is a pure function.
 */
final class DataLayout {

  /** A name, compressed or not. */
  static final char NAME = 'n';

  /** Octets behind their number in one octet. */
  static final char TEXT = 's';

  /** All that is left. */
  static final char REST = '*';

  private static final String OPAQUE = "*";

  private DataLayout() {}

  /** The parts in order: {@link #NAME}, {@link #TEXT}, {@link #REST}, or a number of octets. */
  static String of(int type) {
    return switch (type) {
      case RecordType.A -> "4";
      case RecordType.AAAA -> "88";
      case RecordType.NS, RecordType.CNAME, RecordType.PTR, RecordType.DNAME -> "n";
      case 3, 4, 7, 8, 9 -> "n"; // MD, MF, MB, MG, MR
      case RecordType.SOA -> "nn44444";
      case 14, 17 -> "nn"; // MINFO, RP
      case RecordType.MX, 18, 21, 36 -> "2n"; // AFSDB, RT, KX
      case 24 -> "882n*"; // SIG
      case 26 -> "2nn"; // PX
      case 30 -> "n*"; // NXT
      case RecordType.SRV -> "6n";
      case 35 -> "4sssn"; // NAPTR
      default -> OPAQUE;
    };
  }
}
