// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A message that says that a zone has a new serial (RFC 1996 §3), and which. */
final class NotifyMessage {

  /** NOTIFY with authority. */
  private static final int FLAGS = 4 << 11 | 0x0400;

  private static final int CLASS_IN = 1;

  /** The question's name, just behind the header. */
  private static final int POINTER_TO_NAME = 0xc00c;

  private NotifyMessage() {}

  static byte[] of(ZoneSnapshot zone, int id) {
    DomainName origin = zone.origin();
    RecordSet soa = requireNonNull(requireNonNull(zone.find(origin)).set(RecordType.SOA), "soa");
    byte[] data = new byte[soa.dataLength(0)];
    soa.copyData(0, data, 0);
    ByteBuffer out = ByteBuffer.allocate(12 + origin.wireLength() + 4 + 12 + data.length);
    out.putShort((short) id).putShort((short) FLAGS);
    out.putShort((short) 1).putShort((short) 1).putShort((short) 0).putShort((short) 0);
    out.put(origin.toWire()).putShort((short) RecordType.SOA).putShort((short) CLASS_IN);
    out.putShort((short) POINTER_TO_NAME);
    out.putShort((short) RecordType.SOA).putShort((short) CLASS_IN).putInt(soa.ttlSeconds());
    out.putShort((short) data.length).put(data);
    return Arrays.copyOf(out.array(), out.position());
  }
}
