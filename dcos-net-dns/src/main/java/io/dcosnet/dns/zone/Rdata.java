// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Record data in wire form, names uncompressed. <b>Immutable.</b> Every method is a pure function.
 */
public final class Rdata {

  /** Octets before the target in the data of an SRV record: priority, weight, port. */
  public static final int SRV_TARGET_OFFSET = 6;

  /** Owner, type, class, TTL and length of a record that the root owns. */
  private static final int ROOT_RECORD_OCTETS = 11;

  private Rdata() {}

  /** Data of an A or AAAA record, depending on the family. */
  public static byte[] address(IpAddress address) {
    return address.toBytes();
  }

  /** Data of a record that is one name, such as NS. */
  public static byte[] name(DomainName name) {
    return name.toWire();
  }

  /**
   * Data of an SRV record (RFC 2782).
   *
   * @param priority 0-65535, lower is tried first
   * @param weight 0-65535, share among equal priorities
   * @param port 0-65535
   */
  public static byte[] srv(int priority, int weight, int port, DomainName target) {
    byte[] data = new byte[SRV_TARGET_OFFSET + target.wireLength()];
    put16(data, 0, priority);
    put16(data, 2, weight);
    put16(data, 4, port);
    target.copyTo(data, SRV_TARGET_OFFSET);
    return data;
  }

  /** Data of the SOA record of a zone with this serial. */
  /**
   * A TXT record.
   *
   * @param strings of ASCII, each of at most 255 characters, at least one
   */
  public static byte[] txt(List<String> strings) {
    byte[] data = new byte[strings.stream().mapToInt(text -> text.length() + 1).sum()];
    int at = 0;
    for (String text : strings) {
      if (text.length() > 255 || text.chars().anyMatch(c -> c > 126)) {
        throw new IllegalArgumentException(
            "text: " + text + " (expected: at most 255 characters of ASCII)");
      }
      data[at++] = (byte) text.length();
      for (int i = 0; i < text.length(); i++) {
        data[at++] = (byte) text.charAt(i);
      }
    }
    if (data.length == 0) {
      throw new IllegalArgumentException("text: none (expected: at least one)");
    }
    return data;
  }

  static byte[] soa(ZoneApex apex, long serial) {
    int names = apex.primary().wireLength() + apex.mailbox().wireLength();
    byte[] data = new byte[names + 20];
    apex.primary().copyTo(data, 0);
    apex.mailbox().copyTo(data, apex.primary().wireLength());
    put32(data, names, serial);
    put32(data, names + 4, apex.refreshSeconds());
    put32(data, names + 8, apex.retrySeconds());
    put32(data, names + 12, apex.expireSeconds());
    put32(data, names + 16, apex.minimumSeconds());
    return data;
  }

  /** Master-file text of the data; what has no own form is written as in RFC 3597 §5. */
  public static String toText(int type, byte[] data) {
    return switch (type) {
      case RecordType.A, RecordType.AAAA -> IpAddress.ofBytes(data).toString();
      case RecordType.NS, RecordType.CNAME, RecordType.PTR -> nameAt(data, 0).toString();
      case RecordType.SRV ->
          get16(data, 0)
              + " "
              + get16(data, 2)
              + " "
              + get16(data, 4)
              + " "
              + nameAt(data, SRV_TARGET_OFFSET);
      case RecordType.SOA -> soaText(data);
      default -> otherText(type, data);
    };
  }

  /** Types that no query is answered from in a special way are left to the library. */
  private static String otherText(int type, byte[] data) {
    @Nullable Record record = null; // stays so when the data is not of its type's form
    try {
      record = Record.newRecord(Name.root, type, DClass.IN, 0, data);
    } catch (IllegalArgumentException e) {
      // As for type 0.
    }
    return record == null
        ? "\\# " + data.length + " " + HexFormat.of().formatHex(data)
        : record.rdataToString();
  }

  /**
   * Reads master-file text of one record's data; names without a final dot are below {@code
   * origin}, and the form of RFC 3597 §5 is good for every type.
   *
   * @throws DecodeException when this is no data of such a type
   */
  public static byte[] ofText(int type, String text, DomainName origin) {
    try {
      Name above = new Name(origin.toWire());
      Record record = Record.fromString(Name.root, type, DClass.IN, 0, text, above);
      byte[] wire = record.toWire(Section.ANSWER);
      return Arrays.copyOfRange(wire, ROOT_RECORD_OCTETS, wire.length);
    } catch (IOException | IllegalArgumentException e) {
      throw new DecodeException(RecordType.name(type) + ": " + text + ": " + e.getMessage(), 0);
    }
  }

  private static String soaText(byte[] data) {
    DomainName primary = nameAt(data, 0);
    DomainName mailbox = nameAt(data, primary.wireLength());
    StringBuilder text = new StringBuilder().append(primary).append(' ').append(mailbox);
    for (int at = data.length - 20; at < data.length; at += 4) {
      text.append(' ').append((long) get16(data, at) << 16 | get16(data, at + 2));
    }
    return text.toString();
  }

  static DomainName nameAt(byte[] data, int offset) {
    int end = offset;
    while (data[end] != 0) {
      end += data[end] + 1;
    }
    return DomainName.ofWire(data, offset, end + 1 - offset);
  }

  private static int get16(byte[] data, int offset) {
    return (data[offset] & 0xff) << 8 | (data[offset + 1] & 0xff);
  }

  private static void put16(byte[] data, int offset, int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException("number: " + value + " (expected: 0-65535)");
    }
    data[offset] = (byte) (value >>> 8);
    data[offset + 1] = (byte) value;
  }

  private static void put32(byte[] data, int offset, long value) {
    put16(data, offset, (int) (value >>> 16));
    put16(data, offset + 2, (int) (value & 0xffff));
  }
}
