// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import java.util.List;

/** Reads what a SOA record says (RFC 1035 §3.3.13). Every method is a pure function. */
public final class SoaData {

  private static final int NUMBERS_OCTETS = 20;

  private SoaData() {}

  /**
   * The serial in the data of a SOA record.
   *
   * @throws IllegalArgumentException when it is too short for that
   */
  public static long serial(byte[] data) {
    return number(data, 0);
  }

  /**
   * How long a denial by the zone holds, as the data of its SOA record says (RFC 2308 §4), 0 up to
   * 2^32-1 seconds.
   *
   * @throws IllegalArgumentException when it is too short for that
   */
  public static long minimum(byte[] data) {
    return number(data, 4);
  }

  /**
   * What a zone with these records says of itself.
   *
   * @throws IllegalArgumentException when the data are not those of a SOA and NS records, or a time
   *     is longer than 2^31-1 seconds
   */
  static ZoneApex apex(ZoneRecord soa, List<ZoneRecord> servers) {
    byte[] data = soa.data();
    DomainName primary = Rdata.nameAt(data, 0);
    DomainName mailbox = Rdata.nameAt(data, primary.wireLength());
    if (data.length != primary.wireLength() + mailbox.wireLength() + NUMBERS_OCTETS) {
      throw new IllegalArgumentException("SOA of " + data.length + " octets");
    }
    return new ZoneApex(
        soa.owner(),
        primary,
        mailbox,
        seconds(data, 1),
        seconds(data, 2),
        seconds(data, 3),
        seconds(data, 4),
        soa.ttlSeconds(),
        servers.stream().mapToInt(ZoneRecord::ttlSeconds).min().orElse(0),
        servers.stream().map(server -> Rdata.nameAt(server.data(), 0)).sorted().toList());
  }

  private static int seconds(byte[] data, int index) {
    long value = number(data, index);
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("SOA: " + value + " s (expected: 0-2147483647)");
    }
    return (int) value;
  }

  private static long number(byte[] data, int index) {
    int at = data.length - NUMBERS_OCTETS + 4 * index;
    if (at < 0) {
      throw new IllegalArgumentException("SOA of " + data.length + " octets");
    }
    long value = 0;
    for (int i = at; i < at + 4; i++) {
      value = value << 8 | (data[i] & 0xff);
    }
    return value;
  }
}
