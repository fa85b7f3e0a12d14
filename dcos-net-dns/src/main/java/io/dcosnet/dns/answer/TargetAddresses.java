// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds the addresses of hosts that records of the response point to, each host once, as far as they
 * fit. Targets are read where they stand in the response, so that no object is made of them.
 * <b>Confined to</b> one thread.
 */
final class TargetAddresses {

  private final ZoneTable zones;
  private final Guard guard;
  private final ResponseWriter response;
  private final LookedUpName name;

  /** Hosts whose addresses are in the response under way. */
  private final IdentityHashMap<ZoneNode, ZoneNode> seen = new IdentityHashMap<>();

  TargetAddresses(ZoneTable zones, Aliases aliases, Guard guard, ResponseWriter response) {
    this.zones = zones;
    this.guard = guard;
    this.response = response;
    this.name = new LookedUpName(aliases);
  }

  /**
   * Adds the addresses of the targets of some records, as far as the sender may know them.
   *
   * @param first offset of the first record; owners are pointers
   * @param count how many follow each other
   * @param targetOffset octets before the name in their data
   */
  void add(Sender sender, int first, int count, int targetOffset) {
    seen.clear();
    byte[] octets = response.octets();
    int record = first;
    for (int i = 0; i < count; i++) {
      int data = record + ResponseWriter.SHORTEST_RECORD_OCTETS;
      int dataLength = (octets[data - 2] & 0xff) << 8 | (octets[data - 1] & 0xff);
      int target = data + targetOffset;
      int length = dataLength - targetOffset;
      ZoneNode node = find(sender, octets, target, length);
      record = data + dataLength;
      if (node == null || seen.put(node, node) != null) {
        continue;
      }
      if (!addSets(target, length, node)) {
        return;
      }
    }
  }

  private @Nullable ZoneNode find(Sender sender, byte[] octets, int target, int length) {
    name.set(octets, target, length, target);
    if (!guard.mayKnow(sender, name.octets(), name.start(), name.length())) {
      return null;
    }
    Zone zone = zones.match(name.octets(), name.start(), name.length());
    ZoneSnapshot snapshot = zone == null ? null : zone.snapshot();
    return snapshot == null || name.isTooLong()
        ? null
        : snapshot.find(name.octets(), name.start(), name.length());
  }

  /** False when there is no more room. */
  private boolean addSets(int target, int length, ZoneNode node) {
    return addSet(target, length, node.set(RecordType.A))
        && addSet(target, length, node.set(RecordType.AAAA));
  }

  /** Whole sets only (RFC 2181 §9). */
  private boolean addSet(int target, int length, @Nullable RecordSet set) {
    if (set == null) {
      return true;
    }
    int start = response.position();
    boolean reachable = ResponseWriter.isReachable(target);
    for (int i = 0; i < set.size(); i++) {
      boolean fits =
          reachable
              ? response.add(Section.ADDITIONAL, target, set, i)
              : response.addAgain(Section.ADDITIONAL, target, length, set, i);
      if (!fits) {
        response.rewind(start, Section.ADDITIONAL, i);
        return false;
      }
    }
    return true;
  }
}
