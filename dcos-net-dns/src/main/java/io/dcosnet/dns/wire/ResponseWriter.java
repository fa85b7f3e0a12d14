// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;

/**
 * Writes one response after the other into one array: header, the question as it was asked, records
 * section by section, OPT last.
 *
 * <p>Owners are written as pointers to where the name stands already; names in data are not
 * compressed, as RFC 2782 demands of SRV and RFC 3597 §4 of all newer types. Room for the OPT
 * record is kept free from the start, so it always fits.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class ResponseWriter {

  /** Largest message over TCP, and thus the largest at all. */
  public static final int MAX_OCTETS = 65_535;

  /** What we say we take over UDP: fits every link without fragments (DNS flag day 2020). */
  public static final int UDP_PAYLOAD_OCTETS = 1232;

  /** Octets of a record before its data when its owner is a pointer. */
  public static final int SHORTEST_RECORD_OCTETS = 12;

  private static final int FLAGS = 2;
  private static final int OPT_OCTETS = 11;
  private static final int EXTENDED_ERROR_OCTETS = 6;
  private static final int TYPE_TXT = 16;
  private static final int CLASS_CH = 3;
  private static final int POINTER = 0xc000;
  private static final int MAX_POINTER = 0x3fff;

  private static final byte[] NO_TEXT = {};

  private final byte[] out = new byte[MAX_OCTETS];

  private final ResponseOptions options = new ResponseOptions();

  private int at;
  private int end;
  private int limit;
  private int rcode;
  private int extendedError;
  private byte[] errorText = NO_TEXT;
  private boolean edns;
  private boolean dnssecOk;

  /** Sections of a message that records go to. */
  public enum Section {
    ANSWER(6),
    AUTHORITY(8),
    ADDITIONAL(10);

    private final int countOffset;

    Section(int countOffset) {
      this.countOffset = countOffset;
    }
  }

  /**
   * Begins the response to the query that was read last, with the {@link #options} chosen by then.
   *
   * @param maxOctets 512 up to {@value #MAX_OCTETS}; the whole message keeps within
   * @param extended a code of {@link ExtendedError}; only written when the query has an OPT record
   */
  public void begin(QueryReader query, int maxOctets, int responseCode, int extended) {
    rcode = responseCode;
    extendedError = query.hasEdns() ? extended : ExtendedError.NONE;
    edns = query.hasEdns();
    dnssecOk = query.dnssecOk();
    errorText = NO_TEXT;
    int optOctets = edns ? OPT_OCTETS + options.octets() : 0;
    int errorOctets = extendedError == ExtendedError.NONE ? 0 : EXTENDED_ERROR_OCTETS;
    end = maxOctets;
    limit = maxOctets - optOctets - errorOctets;
    put16(0, query.id());
    int flags = 0x8000 | query.opcode() << 11 | (rcode & 15);
    flags |= query.recursionDesired() ? 0x0100 : 0;
    flags |= query.checkingDisabled() ? 0x0010 : 0;
    put16(FLAGS, flags);
    put16(4, query.hasQuestion() ? 1 : 0);
    put16(6, 0);
    put16(8, 0);
    put16(10, 0);
    at = QueryReader.HEADER_OCTETS;
    if (query.hasQuestion()) {
      int length = query.nameLength() + 4;
      System.arraycopy(query.octets(), query.nameStart(), out, at, length);
      at += length;
    }
  }

  /** What goes into the OPT record besides; written only when the query has one too. */
  public ResponseOptions options() {
    return options;
  }

  /** Changes the response code; one above 15 needs an OPT record, without it SERVFAIL is said. */
  public void responseCode(int code) {
    rcode = code > 15 && !edns ? Rcode.SERVFAIL : code;
    out[FLAGS + 1] = (byte) ((out[FLAGS + 1] & 0xf0) | (rcode & 15));
  }

  /**
   * Says why a response that was begun without such an option is an error, as far as there is room
   * and the query has an OPT record.
   *
   * @param extended a code of {@link ExtendedError}
   * @param text in UTF-8, for a person; may be empty
   */
  public void explain(int extended, byte[] text) {
    int octets = EXTENDED_ERROR_OCTETS + text.length;
    if (edns && extendedError == ExtendedError.NONE && at + octets <= limit) {
      limit -= octets;
      extendedError = extended;
      errorText = text;
    }
  }

  /** Sets AA: the answer comes from our own zone. */
  public void authoritative() {
    out[FLAGS] |= 0x04;
  }

  /** Sets RA: this client may have us ask others. */
  public void recursionAvailable() {
    out[FLAGS + 1] |= (byte) 0x80;
  }

  /** Sets AD: the signatures of all that is answered were checked. */
  public void authenticData() {
    out[FLAGS + 1] |= 0x20;
  }

  /** Sets TC: something of the answer did not fit. */
  public void truncated() {
    out[FLAGS] |= 0x02;
  }

  public boolean isTruncated() {
    return (out[FLAGS] & 0x02) != 0;
  }

  /** Clears TC, for clients that drop answers with it; one without any record keeps it. */
  public void keepTruncationSilent() {
    if (get16(Section.ANSWER.countOffset) > 0) {
      out[FLAGS] &= ~0x02;
    }
  }

  /** True when it says who knows more, and nothing else (RFC 1034 §4.3.2). */
  public boolean isReferral() {
    return rcode == Rcode.NOERROR
        && (out[FLAGS] & 0x04) == 0
        && get16(Section.ANSWER.countOffset) == 0
        && get16(Section.AUTHORITY.countOffset) > 0;
  }

  /**
   * Adds one record whose owner stands in the message already.
   *
   * @param owner offset of the name, as given by {@link QueryReader#NAME_OFFSET} or {@link
   *     #position}; less than 16384
   * @return false when it does not fit; then nothing is written
   */
  public boolean add(Section section, int owner, RecordSet set, int index) {
    int length = SHORTEST_RECORD_OCTETS + set.dataLength(index);
    if (at + length > limit) {
      return false;
    }
    put16(at, POINTER | owner);
    record(section, at + 2, set, index);
    return true;
  }

  /** As {@link #add(Section, int, RecordSet, int)} with the owner written in full. */
  public boolean add(Section section, DomainName owner, RecordSet set, int index) {
    int length = owner.wireLength() + 10 + set.dataLength(index);
    if (at + length > limit) {
      return false;
    }
    owner.copyTo(out, at);
    record(section, at + owner.wireLength(), set, index);
    return true;
  }

  /**
   * As {@link #add(Section, int, RecordSet, int)} with the owner written again in full, for one
   * that stands where no pointer reaches.
   *
   * @param owner offset of the name in {@link #octets}
   */
  public boolean addAgain(Section section, int owner, int ownerLength, RecordSet set, int index) {
    int length = ownerLength + 10 + set.dataLength(index);
    if (at + length > limit) {
      return false;
    }
    System.arraycopy(out, owner, out, at, ownerLength);
    record(section, at + ownerLength, set, index);
    return true;
  }

  /** As {@link #add(Section, int, RecordSet, int)} for data that no set holds. */
  public boolean add(
      Section section, int owner, int type, int ttlSeconds, byte[] data, int dataLength) {
    if (at + SHORTEST_RECORD_OCTETS + dataLength > limit) {
      return false;
    }
    put16(at, POINTER | owner);
    System.arraycopy(data, 0, out, at + SHORTEST_RECORD_OCTETS, dataLength);
    record(section, at + 2, type, ttlSeconds, dataLength);
    return true;
  }

  /**
   * Adds one answer that stands ready as a record with two octets for its owner.
   *
   * @param owner as in {@link #add(Section, int, RecordSet, int)}
   * @return false when it does not fit; then nothing is written
   */
  public boolean addReady(int owner, byte[] ready, int start, int length) {
    if (at + length > limit) {
      return false;
    }
    System.arraycopy(ready, start, out, at, length);
    put16(at, POINTER | owner);
    at += length;
    put16(Section.ANSWER.countOffset, get16(Section.ANSWER.countOffset) + 1);
    return true;
  }

  /** Adds a TXT record of class CH about the server itself, owned by the name of the question. */
  public boolean addAboutServer(byte[] data) {
    int start = at;
    boolean fits = add(Section.ANSWER, QueryReader.NAME_OFFSET, TYPE_TXT, 0, data, data.length);
    if (fits) {
      put16(start + 4, CLASS_CH);
    }
    return fits;
  }

  private void record(Section section, int start, RecordSet set, int index) {
    set.copyData(index, out, start + 10);
    record(section, start, set.type(), set.ttlSeconds(), set.dataLength(index));
  }

  private void record(Section section, int start, int type, int ttlSeconds, int dataLength) {
    put16(start, type);
    put16(start + 2, 1); // class IN
    put32(start + 4, ttlSeconds);
    put16(start + 8, dataLength);
    at = start + 10 + dataLength;
    put16(section.countOffset, get16(section.countOffset) + 1);
  }

  /** How many octets of records still fit. */
  public int room() {
    return limit - at;
  }

  /**
   * Takes over records that stand in {@link #octets} from {@link #position} on already, in the
   * order of the sections.
   *
   * @param length all of them; at most {@link #room}
   */
  public void take(int length, int answers, int authorities, int additionals) {
    at += length;
    put16(6, get16(6) + answers);
    put16(8, get16(8) + authorities);
    put16(10, get16(10) + additionals);
  }

  /** Where the next record will begin. */
  public int position() {
    return at;
  }

  /** Records of a section so far; OPT is not counted. */
  public int count(Section section) {
    return get16(section.countOffset);
  }

  /** True when a pointer can name this offset. */
  public static boolean isReachable(int offset) {
    return offset <= MAX_POINTER;
  }

  /** Goes back to an earlier {@link #position}, taking {@code records} of the section along. */
  public void rewind(int position, Section section, int records) {
    at = position;
    put16(section.countOffset, get16(section.countOffset) - records);
  }

  /** Writes the OPT record and ends the message. */
  public int finish() {
    if (!edns) {
      return at;
    }
    int opt = at;
    out[opt] = 0;
    put16(opt + 1, RecordType.OPT);
    put16(opt + 3, UDP_PAYLOAD_OCTETS);
    out[opt + 5] = (byte) (rcode >>> 4);
    out[opt + 6] = 0; // EDNS version
    put16(opt + 7, dnssecOk ? 0x8000 : 0);
    at += OPT_OCTETS;
    if (extendedError != ExtendedError.NONE) {
      put16(at, OptionCode.EXTENDED_ERROR);
      put16(at + 2, 2 + errorText.length);
      put16(at + 4, extendedError);
      System.arraycopy(errorText, 0, out, at + EXTENDED_ERROR_OCTETS, errorText.length);
      at += EXTENDED_ERROR_OCTETS + errorText.length;
    }
    at = options.write(out, at, end);
    put16(opt + 9, at - opt - OPT_OCTETS);
    put16(10, get16(10) + 1);
    return at;
  }

  /** Where messages are written, from index 0; valid until the next {@link #begin}. */
  public byte[] octets() {
    return out;
  }

  private int get16(int index) {
    return (out[index] & 0xff) << 8 | (out[index + 1] & 0xff);
  }

  private void put16(int index, int value) {
    out[index] = (byte) (value >>> 8);
    out[index + 1] = (byte) value;
  }

  private void put32(int index, int value) {
    put16(index, value >>> 16);
    put16(index + 2, value);
  }
}
