// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Records that others told, as sets in the order in which the first record of each came. What of a
 * set has different TTLs gets the smallest (RFC 2181 §5.2). A pure function.
 */
final class GivenSets {

  /** Records of one owner and type. */
  record OwnedSet(DomainName owner, RecordSet set) {}

  private record Key(DomainName owner, int type) {}

  private GivenSets() {}

  /** The sets whose owner is wanted. */
  static List<OwnedSet> of(List<ZoneRecord> records, Predicate<DomainName> wanted) {
    Map<Key, List<ZoneRecord>> groups = new LinkedHashMap<>();
    for (ZoneRecord record : records) {
      if (wanted.test(record.owner())) {
        Key key = new Key(record.owner(), record.type());
        groups.computeIfAbsent(key, none -> new ArrayList<>()).add(record);
      }
    }
    List<OwnedSet> sets = new ArrayList<>(groups.size());
    groups.forEach((key, group) -> sets.add(new OwnedSet(key.owner(), set(group))));
    return sets;
  }

  private static RecordSet set(List<ZoneRecord> group) {
    // A name is another name of one only (RFC 2181 §10.1).
    boolean link = group.get(0).type() == RecordType.CNAME;
    List<ZoneRecord> records = link ? group.subList(0, 1) : group;
    int ttl = records.get(0).ttlSeconds();
    List<byte[]> data = new ArrayList<>(records.size());
    for (ZoneRecord record : records) {
      ttl = Math.min(ttl, record.ttlSeconds());
      data.add(record.data());
    }
    return RecordSet.of(records.get(0).type(), ttl, data);
  }
}
