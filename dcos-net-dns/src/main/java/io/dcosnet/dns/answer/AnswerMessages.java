// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Queries and answers as messages, where speed does not matter. Every method is a pure function.
 */
final class AnswerMessages {

  private static final int OPT_OCTETS = 11;

  private AnswerMessages() {}

  /** A query with an OPT record, so that the answer may say why it is an error. */
  static byte[] query(Query query) {
    int nameOctets = query.name().wireLength();
    byte[] message = new byte[12 + nameOctets + 4 + OPT_OCTETS];
    message[2] = (byte) (query.recursionDesired() ? 0x01 : 0);
    message[3] =
        (byte) ((query.checkingDisabled() ? 0x10 : 0) | (query.authenticData() ? 0x20 : 0));
    message[5] = 1; // one question
    message[11] = 1; // one additional record
    query.name().copyTo(message, 12);
    int at = 12 + nameOctets;
    put16(message, at, query.type());
    put16(message, at + 2, 1); // class IN
    at += 4;
    put16(message, at + 1, RecordType.OPT);
    put16(message, at + 3, 0xffff);
    message[at + 7] = (byte) (query.dnssecOk() ? 0x80 : 0);
    return message;
  }

  private static void put16(byte[] octets, int at, int value) {
    octets[at] = (byte) (value >>> 8);
    octets[at + 1] = (byte) value;
  }

  /** What a response of our own says; {@link Answer#DROP} when it is empty. */
  static Answer read(byte[] response) {
    if (response.length == 0) {
      return Answer.DROP;
    }
    Message message;
    try {
      message = new Message(response);
    } catch (IOException e) {
      // A handler gave data that is not of its type's form.
      return Answer.failure(Rcode.SERVFAIL, ExtendedError.INVALID_DATA, "");
    }
    OPTRecord opt = message.getOPT();
    ExtendedErrorCodeOption error =
        opt == null
            ? null
            : opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                .map(ExtendedErrorCodeOption.class::cast)
                .findFirst()
                .orElse(null);
    String text = error == null || error.getText() == null ? "" : error.getText();
    return new Answer(
        message.getRcode(),
        records(message, Section.ANSWER),
        records(message, Section.AUTHORITY),
        records(message, Section.ADDITIONAL),
        message.getHeader().getFlag(Flags.AA),
        message.getHeader().getFlag(Flags.AD),
        error == null ? ExtendedError.NONE : error.getErrorCode(),
        text);
  }

  private static List<ZoneRecord> records(Message message, int section) {
    List<ZoneRecord> records = new ArrayList<>();
    for (Record record : message.getSection(section)) {
      if (record.getType() != RecordType.OPT) {
        records.add(ZoneRecord.ofWire(record.toWire(Section.ANSWER)));
      }
    }
    return records;
  }
}
