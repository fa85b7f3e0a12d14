// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.dns.name.DomainName;
import java.util.Arrays;

/** One record by itself, as it comes out of a file or a message. <b>Immutable.</b> */
public final class ZoneRecord {

  private static final int FIXED_OCTETS = 10;
  private static final int CLASS_IN = 1;

  private final DomainName owner;
  private final int type;
  private final int ttlSeconds;
  private final byte[] data;

  private ZoneRecord(DomainName owner, int type, int ttlSeconds, byte[] data) {
    this.owner = owner;
    this.type = type;
    this.ttlSeconds = ttlSeconds;
    this.data = data;
  }

  /**
   * A record of these parts.
   *
   * @param type 1-65535
   * @param ttlSeconds 0 up to 2^31-1
   * @param data in wire form, names uncompressed; copied
   */
  public static ZoneRecord of(DomainName owner, int type, int ttlSeconds, byte[] data) {
    return new ZoneRecord(requireNonNull(owner, "owner"), type, ttlSeconds, data.clone());
  }

  /** As {@link #of(DomainName, int, int, byte[])} with data that stands inside an array. */
  public static ZoneRecord of(
      DomainName owner, int type, int ttlSeconds, byte[] octets, int offset, int length) {
    byte[] data = Arrays.copyOfRange(octets, offset, offset + length);
    return new ZoneRecord(requireNonNull(owner, "owner"), type, ttlSeconds, data);
  }

  /**
   * Reads one complete record that has no compressed names.
   *
   * @throws DecodeException when it is none, or not of class IN, or its TTL has the top bit
   */
  public static ZoneRecord ofWire(byte[] wire) {
    int end = 0;
    while (end < wire.length && wire[end] > 0) {
      end += wire[end] + 1;
    }
    int fixed = end + 1;
    if (fixed + FIXED_OCTETS > wire.length) {
      throw new DecodeException("record: cut short", wire.length);
    }
    DomainName owner = DomainName.ofWire(wire, 0, fixed);
    if (get16(wire, fixed + 2) != CLASS_IN) {
      throw new DecodeException(
          "record: " + owner + " of class " + get16(wire, fixed + 2) + " (expected: IN)", fixed);
    }
    int ttl = get16(wire, fixed + 4) << 16 | get16(wire, fixed + 6);
    if (ttl < 0) {
      throw new DecodeException(
          "record: " + owner + " ttl " + (ttl & 0xffff_ffffL) + " (expected: 0-2147483647)", fixed);
    }
    byte[] data = Arrays.copyOfRange(wire, fixed + FIXED_OCTETS, wire.length);
    return new ZoneRecord(owner, get16(wire, fixed), ttl, data);
  }

  public DomainName owner() {
    return owner;
  }

  public int type() {
    return type;
  }

  public int ttlSeconds() {
    return ttlSeconds;
  }

  /** A new array with the data in wire form. */
  public byte[] data() {
    return data.clone();
  }

  /** The same with another TTL. */
  public ZoneRecord withTtlSeconds(int seconds) {
    return new ZoneRecord(owner, type, seconds, data);
  }

  private static int get16(byte[] octets, int at) {
    return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ZoneRecord that
        && owner.equals(that.owner)
        && type == that.type
        && ttlSeconds == that.ttlSeconds
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return (owner.hashCode() * 31 + type) * 31 + Arrays.hashCode(data);
  }

  /** One line of a master file. */
  @Override
  public String toString() {
    String text = Rdata.toText(type, data);
    return owner + " " + ttlSeconds + " IN " + RecordType.name(type) + " " + text;
  }
}
