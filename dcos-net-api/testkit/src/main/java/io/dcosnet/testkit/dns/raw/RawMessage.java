// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import io.dcosnet.api.DecodeException;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message read strictly, so that a fault of its writer shows: pointers must point back, counts
 * and lengths must be true, nothing may follow the last record. <b>Immutable.</b>
 */
public final class RawMessage {

  private static final int HEADER_OCTETS = 12;
  private static final int MAX_NAME_OCTETS = 255;

  private final byte[] octets;
  private final Map<Section, List<RawRecord>> records = new EnumMap<>(Section.class);
  private int at = HEADER_OCTETS;
  private RawName questionName = RawName.ROOT;
  private int questionType;
  private int questionClass;
  private int questionEnd = HEADER_OCTETS;

  private RawMessage(byte[] octets) {
    this.octets = octets;
  }

  /**
   * Reads a message.
   *
   * @throws DecodeException where the first fault is
   */
  public static RawMessage parse(byte[] octets) {
    RawMessage message = new RawMessage(octets.clone());
    message.need(HEADER_OCTETS, 0, "a header of 12 octets");
    for (int i = 0; i < message.count(Section.QUESTION); i++) {
      message.readQuestion(i);
    }
    for (Section section : List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)) {
      List<RawRecord> all = new ArrayList<>();
      for (int i = 0; i < message.count(section); i++) {
        all.add(message.readRecord());
      }
      message.records.put(section, List.copyOf(all));
    }
    if (message.at != message.octets.length) {
      throw fault("no octets behind the last record", message.at);
    }
    return message;
  }

  private void readQuestion(int index) {
    RawName name = readName();
    need(4, at, "type and class of a question");
    if (index == 0) {
      questionName = name;
      questionType = u16(at);
      questionClass = u16(at + 2);
      questionEnd = at + 4;
    }
    at += 4;
  }

  private RawRecord readRecord() {
    RawName owner = readName();
    need(10, at, "the fixed part of a record");
    int type = u16(at);
    int dataLength = u16(at + 8);
    int dataStart = at + 10;
    need(dataLength, dataStart, "data of the length that the record tells");
    long ttl = (long) u16(at + 4) << 16 | u16(at + 6);
    RawRecord record = new RawRecord(this, owner, type, u16(at + 2), ttl, dataStart, dataLength);
    at = dataStart + dataLength;
    return record;
  }

  /** Reads the name at the present place and steps behind it. */
  private RawName readName() {
    RawName name = nameAt(at);
    while (true) {
      int label = octets[at] & 0xff;
      at += label >= 0xc0 ? 2 : label + 1;
      if (label == 0 || label >= 0xc0) {
        return name;
      }
    }
  }

  /** The name that begins there, its pointers followed. */
  RawName nameAt(int start) {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    int from = start;
    int here = start;
    while (true) {
      need(1, here, "a label");
      int label = octets[here] & 0xff;
      if (label >= 0xc0) {
        need(2, here, "a pointer");
        int target = u16(here) & 0x3fff;
        if (target >= from) {
          throw fault("a pointer to what stands before", here);
        }
        here = target;
        from = target;
        continue;
      }
      if (label > 63) {
        throw fault("a label of type 00 or 11", here);
      }
      need(label + 1, here, "a whole label");
      name.write(octets, here, label + 1);
      if (name.size() > MAX_NAME_OCTETS) {
        throw fault("a name of at most 255 octets", here);
      }
      if (label == 0) {
        return RawName.ofOctets(name.toByteArray());
      }
      here += label + 1;
    }
  }

  private void need(int count, int from, String what) {
    if (from + count > octets.length) {
      throw fault(what, octets.length);
    }
  }

  private static DecodeException fault(String expected, int at) {
    return new DecodeException(
        "message: fault at octet " + at + " (expected: " + expected + ")", at);
  }

  /** The whole message, a copy. */
  public byte[] octets() {
    return octets.clone();
  }

  public int length() {
    return octets.length;
  }

  public int id() {
    return u16(0);
  }

  /** The second word: bits, opcode and rcode. */
  public int flags() {
    return u16(2);
  }

  public boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  public int opcode() {
    return flags() >>> 11 & 15;
  }

  /** The response code, with the upper bits that an OPT record adds. */
  public int rcode() {
    RawRecord opt = opt();
    int upper = opt == null ? 0 : (int) (opt.ttl() >>> 24);
    return upper << 4 | (flags() & 15);
  }

  /** What the header says about a section. */
  public int count(Section section) {
    return u16(4 + 2 * section.index);
  }

  public boolean hasQuestion() {
    return count(Section.QUESTION) > 0;
  }

  /** Name of the first question. */
  public RawName questionName() {
    return questionName;
  }

  public int questionType() {
    return questionType;
  }

  public int questionClass() {
    return questionClass;
  }

  /** Octets of the first question, none without one. */
  public byte[] questionOctets() {
    return Arrays.copyOfRange(octets, HEADER_OCTETS, questionEnd);
  }

  /** Records of a section, OPT among them. */
  public List<RawRecord> records(Section section) {
    return records.getOrDefault(section, List.of());
  }

  public List<RawRecord> answers() {
    return records(Section.ANSWER);
  }

  public List<RawRecord> authorities() {
    return records(Section.AUTHORITY);
  }

  public List<RawRecord> additionals() {
    return records(Section.ADDITIONAL);
  }

  /** Number of OPT records. */
  public int optCount() {
    return (int) additionals().stream().filter(record -> record.type() == Codes.TYPE_OPT).count();
  }

  /** The first OPT record, null without one. */
  public @Nullable RawRecord opt() {
    return additionals().stream()
        .filter(record -> record.type() == Codes.TYPE_OPT)
        .findFirst()
        .orElse(null);
  }

  /** Data of the first EDNS option with that code, null without one. */
  public byte @Nullable [] option(int code) {
    RawRecord opt = opt();
    byte[] data = opt == null ? new byte[0] : opt.data();
    for (int i = 0; i + 4 <= data.length; ) {
      int length = (data[i + 2] & 0xff) << 8 | (data[i + 3] & 0xff);
      if (((data[i] & 0xff) << 8 | (data[i + 1] & 0xff)) == code) {
        return Arrays.copyOfRange(data, i + 4, Math.min(data.length, i + 4 + length));
      }
      i += 4 + length;
    }
    return null;
  }

  private int u16(int index) {
    return (octets[index] & 0xff) << 8 | (octets[index + 1] & 0xff);
  }

  @Override
  public String toString() {
    String kind = has(Codes.QR) ? "response " : "query ";
    return kind
        + Codes.rcode(rcode())
        + " "
        + (hasQuestion() ? questionName + " TYPE" + questionType : "without question")
        + " answers="
        + answers().size()
        + " authorities="
        + authorities().size()
        + " additionals="
        + additionals().size();
  }
}
