// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes zones as master files (RFC 1035 §5): one record a line, all names in full, the SOA record
 * first and then sorted by name, so that two texts can be compared. {@link MasterFile} reads it.
 */
public final class ZoneText {

  private ZoneText() {}

  /** The whole zone as one text. */
  public static String of(ZoneSnapshot zone) {
    StringBuilder text = new StringBuilder();
    try {
      write(zone, text);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringBuilder does not fail", e);
    }
    return text.toString();
  }

  /** Writes the zone piece by piece. */
  public static void write(ZoneSnapshot zone, Appendable out) throws IOException {
    for (ZoneNode node : zone.sorted()) {
      RecordSet soa = node.set(RecordType.SOA);
      if (soa != null) {
        write(node, soa, out);
      }
      for (RecordSet set : node.sets()) {
        if (set.type() != RecordType.SOA) {
          write(node, set, out);
        }
      }
    }
  }

  private static void write(ZoneNode node, RecordSet set, Appendable out) throws IOException {
    String head = node.name() + "\t" + set.ttlSeconds() + "\tIN\t" + RecordType.name(set.type());
    for (String data : set.toText()) {
      out.append(head).append('\t').append(data).append('\n');
    }
  }
}
