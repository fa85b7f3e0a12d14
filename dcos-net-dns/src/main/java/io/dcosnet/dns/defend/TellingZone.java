// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.zone.RecordType;

/**
 * Finds out which zone a denial or a referral of others comes from, by the owner of the SOA or NS
 * record in its authority section.
 *
 * <p><b>Confined to</b> one thread; allocates nothing.
 */
final class TellingZone {

  private static final int POINTER = 0xc0;

  /** Type and class of the question. */
  private static final int QUESTION_REST = 4;

  /** Type, class, time to live and length of the data of a record. */
  private static final int RECORD_REST = 10;

  /** The name of the zone that was found last, from index 0. */
  final byte[] octets = new byte[DomainName.MAX_WIRE_OCTETS];

  /** Looks at a response that has a question; octets of the name, or 0 when nothing tells it. */
  int find(ResponseWriter response) {
    byte[] message = response.octets();
    int answers = response.count(Section.ANSWER);
    int authorities = response.count(Section.AUTHORITY);
    int at = afterName(message, QueryReader.HEADER_OCTETS) + QUESTION_REST;
    for (int i = 0; i < answers + authorities; i++) {
      int owner = at;
      at = afterName(message, owner);
      int type = get16(message, at);
      if (i >= answers && (type == RecordType.SOA || type == RecordType.NS)) {
        return copyName(message, owner);
      }
      at += RECORD_REST + get16(message, at + RECORD_REST - 2);
    }
    return 0;
  }

  private static int afterName(byte[] message, int start) {
    int at = start;
    while (message[at] > 0) {
      at += message[at] + 1;
    }
    return at + (message[at] == 0 ? 1 : 2);
  }

  /** Follows pointers; we wrote the message, so they lead backwards to names that end. */
  private int copyName(byte[] message, int start) {
    int from = start;
    int to = 0;
    while (message[from] != 0) {
      int length = message[from] & 0xff;
      if (length >= POINTER) {
        from = get16(message, from) & 0x3fff;
      } else {
        System.arraycopy(message, from, octets, to, length + 1);
        from += length + 1;
        to += length + 1;
      }
    }
    octets[to] = 0;
    return to + 1;
  }

  private static int get16(byte[] message, int index) {
    return (message[index] & 0xff) << 8 | (message[index + 1] & 0xff);
  }
}
