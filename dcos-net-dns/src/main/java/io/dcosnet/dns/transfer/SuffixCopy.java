// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites names and records from one suffix to another, the way dcos-net copied the zone of
 * Mesos-DNS: addresses and services only, all with a TTL of 5 s, services with priority 1 and
 * weight 1. <b>Immutable.</b>
 */
final class SuffixCopy {

  /** The types that are copied. */
  static final List<Integer> TYPES = List.of(RecordType.A, RecordType.AAAA, RecordType.SRV);

  private static final int PRIORITY = 1;
  private static final int WEIGHT = 1;

  private final DomainName from;
  private final DomainName to;

  SuffixCopy(DomainName from, DomainName to) {
    this.from = from;
    this.to = to;
  }

  /** The name below the other suffix; null when that is too long. A foreign name stays. */
  @Nullable DomainName name(DomainName name) {
    if (!name.isUnder(from)) {
      return name;
    }
    int own = name.wireLength() - from.wireLength();
    int length = own + to.wireLength();
    if (length > DomainName.MAX_WIRE_OCTETS) {
      return null;
    }
    byte[] wire = new byte[DomainName.MAX_WIRE_OCTETS];
    name.copyTo(wire, 0);
    to.copyTo(wire, own);
    return DomainName.ofWire(wire, 0, length);
  }

  /** One of {@link #TYPES} rewritten; null when no record is left. */
  @Nullable RecordSet set(RecordSet set) {
    List<byte[]> data = new ArrayList<>(set.size());
    for (int i = 0; i < set.size(); i++) {
      byte[] one = new byte[set.dataLength(i)];
      set.copyData(i, one, 0);
      byte[] copy = set.type() == RecordType.SRV ? service(one) : one;
      if (copy != null) {
        data.add(copy);
      }
    }
    return data.isEmpty() ? null : RecordSet.of(set.type(), DcosApex.TTL_SECONDS, data);
  }

  /** Records rewritten, by their new owner and type. */
  Map<DomainName, Map<Integer, RecordSet>> all(List<ZoneRecord> records) {
    Map<DomainName, Map<Integer, List<byte[]>>> data = new HashMap<>();
    for (ZoneRecord record : records) {
      DomainName owner = name(record.owner());
      if (owner != null) {
        data.computeIfAbsent(owner, key -> new HashMap<>(4))
            .computeIfAbsent(record.type(), key -> new ArrayList<>(1))
            .add(record.data());
      }
    }
    Map<DomainName, Map<Integer, RecordSet>> all = new HashMap<>();
    data.forEach(
        (owner, types) ->
            types.forEach(
                (type, list) -> {
                  RecordSet set = set(RecordSet.of(type, DcosApex.TTL_SECONDS, list));
                  if (set != null) {
                    all.computeIfAbsent(owner, key -> new HashMap<>(4)).put(type, set);
                  }
                }));
    return all;
  }

  private byte @Nullable [] service(byte[] data) {
    int port = (data[4] & 0xff) << 8 | (data[5] & 0xff);
    int start = Rdata.SRV_TARGET_OFFSET;
    DomainName target = name(DomainName.ofWire(data, start, data.length - start));
    return target == null ? null : Rdata.srv(PRIORITY, WEIGHT, port, target);
  }
}
