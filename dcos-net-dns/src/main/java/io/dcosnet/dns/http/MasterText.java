// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;

/** A zone as a master file (RFC 1035 §5), a record a line, every name whole. A pure function. */
final class MasterText {

  private MasterText() {}

  static String of(ZoneSnapshot zone) {
    StringBuilder text = new StringBuilder(1024);
    for (ZoneNode node : zone.sorted()) {
      RecordSet soa = node.set(RecordType.SOA); // stands first in a file
      if (soa != null) {
        append(node, soa, text);
      }
      for (RecordSet set : node.sets()) {
        if (set.type() != RecordType.SOA) {
          append(node, set, text);
        }
      }
    }
    return text.toString();
  }

  private static void append(ZoneNode node, RecordSet set, StringBuilder text) {
    String start =
        node.name() + "\t" + set.ttlSeconds() + "\tIN\t" + RecordType.name(set.type()) + "\t";
    for (String data : set.toText()) {
      text.append(start).append(data).append('\n');
    }
  }
}
