// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Messages that answer requests about zones, unsigned. Every method is a pure function. */
final class Answers {

  private static final int HEADER_OCTETS = 12;
  private static final int TYPE_AND_CLASS_OCTETS = 4;

  private Answers() {}

  /** An answer with nothing but the code and the question. */
  static Message error(Message request, int rcode) {
    Message answer = new Message(request.getHeader().getID());
    Header header = answer.getHeader();
    header.setFlag(Flags.QR);
    header.setFlag(Flags.AA);
    header.setOpcode(request.getHeader().getOpcode());
    header.setRcode(rcode);
    answer.addRecord(requireNonNull(request.getQuestion()), Section.QUESTION);
    return answer;
  }

  /** The SOA record of the zone. */
  static Message soa(Message request, ZoneSnapshot zone) {
    Message answer = error(request, 0);
    RecordSet soa =
        requireNonNull(requireNonNull(zone.find(zone.origin())).set(RecordType.SOA), "soa");
    byte[] data = new byte[soa.dataLength(0)];
    soa.copyData(0, data, 0);
    answer.addRecord(
        Record.newRecord(
            requireNonNull(request.getQuestion()).getName(),
            Type.SOA,
            DClass.IN,
            soa.ttlSeconds(),
            data),
        Section.ANSWER);
    return answer;
  }

  /**
   * Header and question that all messages of a transfer begin with.
   *
   * @param request octets of the request
   * @param nameOctets length of the name in its question
   */
  static byte[] transferHead(byte[] request, int nameOctets) {
    byte[] head = Arrays.copyOf(request, HEADER_OCTETS + nameOctets + TYPE_AND_CLASS_OCTETS);
    head[2] = (byte) 0x84; // a response with authority
    head[3] = 0;
    Arrays.fill(head, 6, HEADER_OCTETS, (byte) 0);
    return head;
  }
}
