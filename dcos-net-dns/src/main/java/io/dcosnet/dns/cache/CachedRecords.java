// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes records of an encoded answer again, for the slow path. Every method is a pure function. */
final class CachedRecords {

  private static final int FIXED_OCTETS = 10;

  private CachedRecords() {}

  /**
   * The answer as records.
   *
   * @param asked the name in the letters of who asks now
   * @param ageSeconds since it came
   * @param ttl what all records say of how long they hold, or {@link CachedWriter#COUNT_DOWN}
   */
  static Answer decode(EncodedAnswer encoded, DomainName asked, int ageSeconds, int ttl) {
    List<ZoneRecord> records = new ArrayList<>(encoded.records());
    for (int i = 0; i < encoded.records(); i++) {
      int seconds = ttl == CachedWriter.COUNT_DOWN ? Math.max(0, encoded.ttl(i) - ageSeconds) : ttl;
      records.add(record(encoded, i, asked, seconds));
    }
    int authority = encoded.answers();
    int additional = authority + encoded.authorities();
    return new Answer(
        encoded.rcode(),
        records.subList(0, authority),
        records.subList(authority, additional),
        records.subList(additional, records.size()),
        false,
        encoded.authenticData(),
        encoded.extendedError(),
        new String(encoded.errorText(), UTF_8));
  }

  private static ZoneRecord record(EncodedAnswer encoded, int index, DomainName asked, int ttl) {
    byte[] octets = encoded.octets();
    int nameLength = asked.wireLength();
    int start = encoded.start(index);
    int end = encoded.start(index + 1);
    int fixed = encoded.ttlAt(index) - 4;
    int type = (octets[fixed] & 0xff) << 8 | (octets[fixed + 1] & 0xff);
    byte[] data = new byte[end - fixed + 2 * DomainName.MAX_WIRE_OCTETS];
    int length =
        CachedNames.expandData(octets, nameLength, type, fixed + FIXED_OCTETS, end, data, 0);
    DomainName owner = asked;
    if (!CachedNames.isQuestion(octets, start)) {
      byte[] name = new byte[DomainName.MAX_WIRE_OCTETS];
      owner = DomainName.ofWire(name, 0, CachedNames.expand(octets, nameLength, start, name, 0));
    }
    return ZoneRecord.of(owner, type, ttl, Arrays.copyOf(data, length));
  }
}
