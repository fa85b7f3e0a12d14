// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import java.util.Arrays;

/**
 * Reads the part of a query that a server must know: header, question and OPT record. One reader is
 * used for one message after the other; its fields speak of the last one.
 *
 * <p>Follows RFC 1035 §4.1 and RFC 6891 strictly: label types 01 and 10 and pointers that do not
 * point back are faults. Whatever the octets are, reading ends after one pass and throws nothing.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class QueryReader {

  /** What to do with a message. */
  public enum Verdict {
    /** Answer it. */
    OK,
    /** Never answer: too short to be a message. */
    SHORT,
    /** Never answer: it is a response itself. */
    RESPONSE,
    /** Answer without records: it has no question, but a cookie (RFC 7873 §5.4). */
    COOKIE_ONLY,
    /** Answer that the operation is not implemented. */
    NOT_IMPLEMENTED,
    /** Answer with a format error; {@link #hasEdns} says whether an OPT record was met. */
    MALFORMED
  }

  /** Octets of the header. */
  public static final int HEADER_OCTETS = 12;

  /** Where the name of the question begins. */
  public static final int NAME_OFFSET = HEADER_OCTETS;

  private static final int MAX_NAME_OCTETS = 255;
  private static final int TYPE_OPT = 41;

  private final QueryOptions options = new QueryOptions();

  private byte[] octets = new byte[0];
  private int base;
  private int end;
  private int at;

  private int flags;
  private int nameLength;
  private int type;
  private int questionClass;
  private boolean question;
  private boolean edns;
  private int ednsVersion;
  private int payloadOctets;
  private boolean dnssecOk;
  private boolean trailing;

  /** Reads the message in these octets, which must not change until the answer is made. */
  public Verdict read(byte[] message, int offset, int length) {
    octets = message;
    base = offset;
    end = offset + length;
    flags = 0;
    nameLength = 0;
    type = 0;
    questionClass = 0;
    question = false;
    edns = false;
    ednsVersion = 0;
    payloadOctets = 512;
    dnssecOk = false;
    trailing = false;
    options.clear();
    if (length < HEADER_OCTETS) {
      return Verdict.SHORT;
    }
    flags = u16(base + 2);
    if ((flags & 0x8000) != 0) {
      return Verdict.RESPONSE;
    }
    at = base + NAME_OFFSET;
    boolean wellFormed = readQuestions() && readRecords();
    question = wellFormed && u16(base + 4) == 1;
    Verdict verdict = verdict(wellFormed);
    if (verdict != Verdict.OK && verdict != Verdict.COOKIE_ONLY) {
      options.clear(); // one of them may be what is wrong
    }
    return verdict;
  }

  private Verdict verdict(boolean wellFormed) {
    if (opcode() != 0) {
      return Verdict.NOT_IMPLEMENTED;
    }
    if (wellFormed && u16(base + 4) == 0 && options.hasCookie()) {
      return Verdict.COOKIE_ONLY;
    }
    return question ? Verdict.OK : Verdict.MALFORMED;
  }

  private boolean readQuestions() {
    int count = u16(base + 4);
    for (int i = 0; i < count; i++) {
      int start = at;
      // Nothing stands before the first name that it could point to.
      if (!skipName(i > 0) || at + 4 > end) {
        return false;
      }
      if (i == 0) {
        nameLength = at - start;
        type = u16(at);
        questionClass = u16(at + 2);
      }
      at += 4;
    }
    return true;
  }

  private boolean readRecords() {
    int before = u16(base + 6) + u16(base + 8);
    int additional = u16(base + 10);
    for (int i = 0; i < before + additional; i++) {
      int start = at;
      if (!skipName(true) || at + 10 > end) {
        return false;
      }
      int recordType = u16(at);
      int dataLength = u16(at + 8);
      int data = at + 10;
      if (data + dataLength > end) {
        return false;
      }
      if (recordType == TYPE_OPT && !readOpt(start, data, dataLength, i >= before)) {
        return false;
      }
      at = data + dataLength;
    }
    trailing = at < end;
    return true;
  }

  /** RFC 6891 §6.1: one OPT at most, owned by the root, among the additional records. */
  private boolean readOpt(int owner, int data, int dataLength, boolean additional) {
    if (edns || !additional || at != owner + 1) {
      return false;
    }
    edns = true;
    payloadOctets = u16(at + 2);
    ednsVersion = octets[at + 5] & 0xff;
    dnssecOk = (octets[at + 6] & 0x80) != 0;
    return options.read(octets, data, data + dataLength);
  }

  private boolean skipName(boolean mayPoint) {
    int start = at;
    while (at < end) {
      int label = octets[at] & 0xff;
      if (label == 0) {
        at++;
        return at - start <= MAX_NAME_OCTETS;
      }
      if (label >= 0xc0) {
        boolean back = at + 1 < end && base + (u16(at) & 0x3fff) < start;
        at += 2;
        return mayPoint && back && at - start <= MAX_NAME_OCTETS;
      }
      if (label > 63) {
        return false;
      }
      at += label + 1;
    }
    return false;
  }

  /** The octets that hold the message that was read, for those who know where to look. */
  public byte[] octets() {
    return octets;
  }

  /** A new array with the message that was read. */
  public byte[] copy() {
    return Arrays.copyOfRange(octets, base, end);
  }

  /** Where it begins in {@link #octets}. */
  int base() {
    return base;
  }

  /** True when the name that begins there is the one in the question, and not one like it. */
  @SuppressWarnings("ReferenceEquality") // the same octets, in the same place
  public boolean isNameOfQuestion(byte[] message, int start) {
    return message == octets && start == nameStart();
  }

  /** Where the name of the question begins in the octets that were read. */
  public int nameStart() {
    return base + NAME_OFFSET;
  }

  public int id() {
    return u16(base);
  }

  public int opcode() {
    return flags >>> 11 & 15;
  }

  public boolean recursionDesired() {
    return (flags & 0x0100) != 0;
  }

  public boolean checkingDisabled() {
    return (flags & 0x0010) != 0;
  }

  /** True when the client wants to know whether signatures were checked (AD, RFC 6840 §5.7). */
  public boolean authenticData() {
    return (flags & 0x0020) != 0;
  }

  /** True when there is one question in a well-formed message: only then it is echoed. */
  public boolean hasQuestion() {
    return question;
  }

  /** Octets of the name asked, the root's zero included. */
  public int nameLength() {
    return nameLength;
  }

  public int type() {
    return type;
  }

  public int questionClass() {
    return questionClass;
  }

  /** True when the query has an OPT record. */
  public boolean hasEdns() {
    return edns;
  }

  public int ednsVersion() {
    return ednsVersion;
  }

  /** Largest response over UDP that the client takes; at least 512. */
  public int payloadOctets() {
    return Math.max(payloadOctets, 512);
  }

  public boolean dnssecOk() {
    return dnssecOk;
  }

  /** What the OPT record asks for; nothing without one, and nothing of what cannot be answered. */
  public QueryOptions options() {
    return options;
  }

  /** True when octets follow the last record; they are ignored. */
  public boolean hasTrailingOctets() {
    return trailing;
  }

  private int u16(int index) {
    return (octets[index] & 0xff) << 8 | (octets[index + 1] & 0xff);
  }
}
