// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import java.util.Arrays;
import java.util.HexFormat;

/** One record of a message that was read. <b>Immutable.</b> */
public final class RawRecord {

  private final RawMessage message;
  private final RawName owner;
  private final int type;
  private final int recordClass;
  private final long ttl;
  private final int dataStart;
  private final int dataLength;

  RawRecord(
      RawMessage message,
      RawName owner,
      int type,
      int recordClass,
      long ttl,
      int dataStart,
      int dataLength) {
    this.message = message;
    this.owner = owner;
    this.type = type;
    this.recordClass = recordClass;
    this.ttl = ttl;
    this.dataStart = dataStart;
    this.dataLength = dataLength;
  }

  public RawName owner() {
    return owner;
  }

  public int type() {
    return type;
  }

  public int recordClass() {
    return recordClass;
  }

  /** Seconds; for an OPT record its extended rcode, version and flags. */
  public long ttl() {
    return ttl;
  }

  /** The data as they stand in the message, a copy. */
  public byte[] data() {
    byte[] octets = message.octets();
    return Arrays.copyOfRange(octets, dataStart, dataStart + dataLength);
  }

  public int dataLength() {
    return dataLength;
  }

  /** Where the record ends in its message. */
  public int end() {
    return dataStart + dataLength;
  }

  /** The name that stands in the data behind so many octets: 0 for CNAME, 2 for MX, 6 for SRV. */
  public RawName nameInData(int offset) {
    return message.nameAt(dataStart + offset);
  }

  /** True when that name is compressed. */
  public boolean isCompressedInData(int offset) {
    return offset + nameInData(offset).length() > dataLength;
  }

  /** MINIMUM of a SOA record, the last of its numbers. */
  public long soaMinimum() {
    byte[] data = data();
    long minimum = 0;
    for (int i = data.length - 4; i < data.length; i++) {
      minimum = minimum << 8 | (data[i] & 0xff);
    }
    return minimum;
  }

  @Override
  public String toString() {
    return owner + " " + ttl + " TYPE" + type + " " + HexFormat.of().formatHex(data());
  }
}
