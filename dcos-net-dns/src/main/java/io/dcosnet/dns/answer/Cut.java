// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Finds the highest name, from the apex down to the one looked up, at which others take over: a
 * delegation or a DNAME record. For zones that {@linkplain ZoneSnapshot#hasCuts have such} only.
 * One object is used for one search after the other. <b>Confined to</b> one thread.
 */
final class Cut {

  private static final int MOST_LABELS = 127;

  private final int[] labels = new int[MOST_LABELS];
  private @Nullable ZoneNode node;
  private @Nullable RecordSet set;

  /** Searches on the way to the name, which the zone need not have; tells whether there is one. */
  boolean search(ZoneSnapshot zone, LookedUpName name, int type) {
    node = null;
    set = null;
    byte[] octets = name.octets();
    int end = name.start() + name.length();
    int apex = end - zone.origin().wireLength();
    int depth = 0;
    for (int at = name.start(); at < apex; at += octets[at] + 1) {
      labels[depth++] = at;
    }
    for (int i = depth; i >= 0; i--) {
      int at = i == depth ? apex : labels[i];
      ZoneNode found = zone.find(octets, at, end - at);
      if (found == null) {
        return false; // and so there is nothing below
      }
      boolean atName = i == 0 && !name.isTooLong();
      RecordSet cutting = i == depth ? null : delegation(found, atName, type);
      if (cutting == null && !atName) {
        cutting = found.set(RecordType.DNAME);
      }
      if (cutting != null) {
        node = found;
        set = cutting;
        return true;
      }
    }
    return false;
  }

  /** DS records of a delegated zone belong to the zone above (RFC 4035 §3.1.4.1). */
  private static @Nullable RecordSet delegation(ZoneNode found, boolean atName, int type) {
    return atName && type == RecordType.DS ? null : found.set(RecordType.NS);
  }

  /** Where it was found; null when the last search found nothing. */
  @Nullable ZoneNode node() {
    return node;
  }

  /** The NS or DNAME records there; null when the last search found nothing. */
  @Nullable RecordSet set() {
    return set;
  }
}
