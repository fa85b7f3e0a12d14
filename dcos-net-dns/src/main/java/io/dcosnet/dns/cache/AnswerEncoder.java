// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one answer the way they lie behind their question. Used once. <b>Confined
 * to</b> one thread.
 */
final class AnswerEncoder {

  private static final int POINTER = 0xc000;
  private static final int QUESTION_NAME = 12;
  private static final int MAX_ERROR_TEXT_OCTETS = 300;

  private final DomainName name;
  private final int type;
  private byte[] out;
  private int at;
  private int[] marks;
  private int record;

  /** Where names stand in the message; made when a name other than the question's is met. */
  private @Nullable Map<DomainName, Integer> places;

  private boolean placing = true;

  private AnswerEncoder(DomainName name, int type, int records) {
    this.name = name.toLowerCase();
    this.type = type;
    this.out = new byte[name.wireLength() + 64 + 48 * records];
    this.marks = new int[CachedAnswer.MARKS * records];
    this.name.copyTo(out, 0);
    this.at = name.wireLength();
  }

  /**
   * The answer to this question as it lies in a message; records of the type asked for come behind
   * those that lead to them.
   *
   * @param answer with data that is {@link NamesInData#isSound}
   */
  static EncodedAnswer encode(DomainName name, int type, Answer answer) {
    int records = answer.answer().size() + answer.authority().size() + answer.additional().size();
    return new AnswerEncoder(name, type, records).write(answer);
  }

  private EncodedAnswer write(Answer answer) {
    List<ZoneRecord> wanted = new ArrayList<>();
    List<ZoneRecord> signatures = new ArrayList<>();
    for (ZoneRecord one : answer.answer()) {
      if (one.type() == type) {
        wanted.add(one);
      } else if (isSignatureOfWanted(one)) {
        signatures.add(one);
      } else {
        add(one);
      }
    }
    int firstWanted = record;
    // Pointers must not lead into what changes its place.
    placing = false;
    wanted.forEach(this::add);
    placing = true;
    signatures.forEach(this::add);
    answer.authority().forEach(this::add);
    answer.additional().forEach(this::add);
    byte[] text = answer.extendedText().getBytes(UTF_8);
    return new EncodedAnswer(
        answer.rcode() < 16 ? answer.rcode() : Rcode.SERVFAIL,
        Arrays.copyOf(out, at),
        marks,
        answer.answer().size(),
        answer.authority().size(),
        answer.additional().size(),
        firstWanted,
        wanted.size(),
        canTurn(wanted),
        answer.authenticData(),
        answer.extendedError(),
        text.length <= MAX_ERROR_TEXT_OCTETS ? text : EncodedAnswer.NO_TEXT);
  }

  /** The order of a chain stays, also when CNAME records are what is asked for. */
  private boolean canTurn(List<ZoneRecord> wanted) {
    return wanted.size() > 1
        && type != RecordType.CNAME
        && wanted.stream().allMatch(one -> one.owner().equals(wanted.get(0).owner()));
  }

  private boolean isSignatureOfWanted(ZoneRecord one) {
    if (one.type() != RecordType.RRSIG) {
      return false;
    }
    byte[] data = one.data();
    return data.length > 2 && ((data[0] & 0xff) << 8 | (data[1] & 0xff)) == type;
  }

  private void add(ZoneRecord one) {
    byte[] data = one.data();
    room(2 * DomainName.MAX_WIRE_OCTETS + 10 + data.length);
    marks[record * CachedAnswer.MARKS] = at;
    name(one.owner());
    put16(at, one.type());
    put16(at + 2, 1); // class IN
    put16(at + 4, one.ttlSeconds() >>> 16);
    put16(at + 6, one.ttlSeconds());
    marks[record * CachedAnswer.MARKS + 1] = at + 4;
    marks[record * CachedAnswer.MARKS + 2] = one.ttlSeconds();
    record++;
    int length = at + 8;
    at += 10;
    data(one.type(), data);
    put16(length, at - length - 2);
  }

  private void data(int recordType, byte[] data) {
    int from = NamesInData.offset(recordType);
    System.arraycopy(data, 0, out, at, from);
    at += from;
    for (int i = NamesInData.count(recordType); i > 0; i--) {
      int length = NamesInData.nameLength(data, from);
      name(DomainName.ofWire(data, from, length));
      from += length;
    }
    System.arraycopy(data, from, out, at, data.length - from);
    at += data.length - from;
  }

  private void name(DomainName one) {
    if (one.equals(name)) {
      put16(at, POINTER | QUESTION_NAME);
      at += 2;
      return;
    }
    Map<DomainName, Integer> known = places();
    DomainName rest = one;
    while (!rest.isRoot()) {
      Integer place = known.get(rest);
      if (place != null) {
        put16(at, POINTER | place);
        at += 2;
        return;
      }
      int offset = at + CachedAnswer.BODY_SHIFT;
      if (placing && ResponseWriter.isReachable(offset)) {
        known.put(rest, offset);
      }
      int label = rest.octet(0) + 1;
      for (int i = 0; i < label; i++) {
        out[at++] = rest.octet(i);
      }
      rest = rest.parent();
    }
    out[at++] = 0;
  }

  private Map<DomainName, Integer> places() {
    Map<DomainName, Integer> known = places;
    if (known == null) {
      known = new HashMap<>();
      int offset = QUESTION_NAME;
      for (DomainName rest = name; !rest.isRoot(); rest = rest.parent()) {
        known.put(rest, offset);
        offset += rest.octet(0) + 1;
      }
      places = known;
    }
    return known;
  }

  private void room(int octets) {
    if (at + octets > out.length) {
      out = Arrays.copyOf(out, Math.max(at + octets, 2 * out.length));
    }
  }

  private void put16(int index, int value) {
    out[index] = (byte) (value >>> 8);
    out[index + 1] = (byte) value;
  }
}
