// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what another server answered: whether it belongs to a question of ours, and its records
 * with all names in full. One reader is used for one message after the other; its figures speak of
 * the last one.
 *
 * <p>Whatever the octets are, reading ends and throws nothing. What it keeps is bounded by {@value
 * #MAX_RECORDS} records. Records of other classes than IN, and those that belong to the message and
 * not to a name (OPT, TSIG), are left out. A TTL above 2^31-1 counts as 0 (RFC 2181 §8).
 *
 * <p><b>Confined to</b> one thread.
 */
public final class ResponseReader {

  /** What a message is to the question. */
  public enum Verdict {
    /** The answer to it. */
    OK,
    /** Not a response to a query at all. */
    NO_RESPONSE,
    /** A response to another question. */
    OTHER_QUESTION,
    /** The answer to it but for the case of letters, of which a forger knows nothing. */
    OTHER_LETTERS,
    /** The answer to it, which breaks the rules; {@link #fault} says which. */
    MALFORMED
  }

  /** As many addresses as fit into the largest message. */
  public static final int MAX_RECORDS = 4096;

  /** The server did not tell how long it keeps a connection open. */
  public static final int UNKNOWN = -1;

  private static final int CLASS_IN = 1;
  private static final int FIXED_OCTETS = 10;
  private static final int POINTER_TO_QUESTION = 0xc000 | QueryReader.NAME_OFFSET;

  private static final int OPTION_COOKIE = 10;
  private static final int OPTION_KEEPALIVE = 11;
  private static final int OPTION_EXTENDED_ERROR = 15;

  private final NameDecoder names = new NameDecoder();
  private byte[] expanded = new byte[1024];

  private byte[] message = new byte[0];
  private int end;
  private int at;

  private int flags;
  private int upperRcode;
  private boolean question;
  private boolean edns;
  private int extendedError;
  private String extendedText = "";
  private int keepaliveTenths;
  private byte @Nullable [] cookie;
  private List<ZoneRecord> answer = List.of();
  private List<ZoneRecord> authority = List.of();
  private List<ZoneRecord> additional = List.of();
  private String fault = "";

  private DomainName questionName = DomainName.ROOT;

  // Most records have the owner of the record before them.
  private int lastPointer;
  private DomainName lastOwner = DomainName.ROOT;

  /** The id of a message of at least two octets. */
  public static int id(byte[] message) {
    return (message[0] & 0xff) << 8 | (message[1] & 0xff);
  }

  /**
   * Reads the message that begins at index 0. The id is the caller's to compare.
   *
   * <p>The name of the question is written into the message in the letters of {@code name}: so all
   * names of the answer that point there have the letters that the client gave, not those that we
   * threw dice for.
   *
   * @param asked the question as it was sent: name, type, class
   * @param exactLetters the answer must have the same letters
   * @param name the same name in the letters of who asked us
   */
  public Verdict read(
      byte[] message, int length, byte[] asked, boolean exactLetters, DomainName name) {
    clear(message, length);
    if (length < QueryReader.HEADER_OCTETS) {
      return Verdict.NO_RESPONSE;
    }
    flags = u16(2);
    if ((flags & 0x8000) == 0 || (flags >>> 11 & 15) != 0) {
      return Verdict.NO_RESPONSE;
    }
    at = QueryReader.NAME_OFFSET;
    Verdict match = match(asked);
    if (match == Verdict.OTHER_QUESTION || (match == Verdict.OTHER_LETTERS && exactLetters)) {
      return match;
    }
    if (question) {
      name.copyTo(message, QueryReader.NAME_OFFSET);
      questionName = name;
    }
    if (truncated()) {
      return Verdict.OK; // some servers cut in the middle of a record; none of it is used
    }
    return readSections() ? Verdict.OK : Verdict.MALFORMED;
  }

  private void clear(byte[] octets, int length) {
    message = octets;
    end = length;
    flags = 0;
    upperRcode = 0;
    question = false;
    edns = false;
    extendedError = ExtendedError.NONE;
    extendedText = "";
    keepaliveTenths = UNKNOWN;
    cookie = null;
    answer = List.of();
    authority = List.of();
    additional = List.of();
    fault = "";
    lastPointer = 0;
  }

  private Verdict match(byte[] asked) {
    int count = u16(4);
    if (count == 0) {
      // Who cannot read a query cannot repeat its question.
      int rcode = flags & 15;
      boolean refusal = rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN;
      return refusal && u16(6) + u16(8) == 0 ? Verdict.OK : Verdict.OTHER_QUESTION;
    }
    if (count != 1 || at + asked.length > end) {
      return Verdict.OTHER_QUESTION;
    }
    boolean sameLetters = true;
    int typeAt = asked.length - 4;
    for (int i = 0; i < asked.length; i++) {
      byte theirs = message[at + i];
      if (theirs != asked[i]) {
        if (i >= typeAt || DomainName.lower(theirs) != DomainName.lower(asked[i])) {
          return Verdict.OTHER_QUESTION;
        }
        sameLetters = false;
      }
    }
    at += asked.length;
    question = true;
    return sameLetters ? Verdict.OK : Verdict.OTHER_LETTERS;
  }

  private boolean readSections() {
    int answers = u16(6);
    int authorities = u16(8);
    int additionals = u16(10);
    if (answers + authorities + additionals > MAX_RECORDS + 1) {
      return fault("too many records");
    }
    answer = listFor(answers);
    authority = listFor(authorities);
    additional = listFor(additionals);
    return readSection(answers, answer, false)
        && readSection(authorities, authority, false)
        && readSection(additionals, additional, true);
  }

  /** The count is the sender's word, so not much room is made for it in advance. */
  private static List<ZoneRecord> listFor(int count) {
    return count == 0 ? List.of() : new ArrayList<>(Math.min(count, 16));
  }

  private boolean readSection(int count, List<ZoneRecord> records, boolean mayHaveOpt) {
    for (int i = 0; i < count; i++) {
      int owner = at;
      at = names.read(message, end, at);
      if (at < 0) {
        return fault("owner");
      }
      int data = at + FIXED_OCTETS;
      if (data > end || data + u16(at + 8) > end) {
        return fault("record cut short");
      }
      int type = u16(at);
      int dataEnd = data + u16(at + 8);
      if (type == RecordType.OPT) {
        if (edns || !mayHaveOpt || names.length() != 1 || !readOptions(data, dataEnd)) {
          return fault("OPT record");
        }
      } else if (u16(at + 2) == CLASS_IN && !RecordType.isMeta(type)) {
        ZoneRecord record = record(owner, type, data, dataEnd);
        if (record == null) {
          return fault("data of " + RecordType.name(type));
        }
        records.add(record);
      }
      at = dataEnd;
    }
    return true;
  }

  private @Nullable ZoneRecord record(int ownerAt, int type, int data, int dataEnd) {
    DomainName owner = owner(ownerAt);
    int ttl = Math.max(0, u16(at + 4) << 16 | u16(at + 6));
    String layout = DataLayout.of(type);
    if (layout.charAt(0) == DataLayout.REST) {
      return ZoneRecord.of(owner, type, ttl, message, data, dataEnd - data);
    }
    int length = expand(layout, data, dataEnd);
    return length < 0 ? null : ZoneRecord.of(owner, type, ttl, expanded, 0, length);
  }

  private DomainName owner(int ownerAt) {
    int pointer = u16(ownerAt);
    if (pointer == POINTER_TO_QUESTION && question) {
      return questionName;
    }
    if (pointer >= 0xc000) {
      if (pointer != lastPointer) {
        lastPointer = pointer;
        lastOwner = names.name();
      }
      return lastOwner;
    }
    return names.name();
  }

  /** Copies the data with its names in full; -1 when it is not of this form. */
  private int expand(String layout, int data, int dataEnd) {
    int from = data;
    int to = 0;
    for (int i = 0; i < layout.length(); i++) {
      char part = layout.charAt(i);
      if (part == DataLayout.NAME) {
        from = names.read(message, end, from);
        if (from < 0 || from > dataEnd) {
          return -1;
        }
        ensureRoom(to + names.length());
        names.copyTo(expanded, to);
        to += names.length();
      } else {
        int octets = octets(part, from, dataEnd);
        if (octets < 0 || from + octets > dataEnd) {
          return -1;
        }
        ensureRoom(to + octets);
        System.arraycopy(message, from, expanded, to, octets);
        from += octets;
        to += octets;
      }
    }
    return from == dataEnd ? to : -1;
  }

  private int octets(char part, int from, int dataEnd) {
    return switch (part) {
      case DataLayout.TEXT -> from < dataEnd ? 1 + (message[from] & 0xff) : -1;
      case DataLayout.REST -> dataEnd - from;
      default -> part - '0';
    };
  }

  private void ensureRoom(int octets) {
    if (octets > expanded.length) {
      expanded = Arrays.copyOf(expanded, Math.max(octets, 2 * expanded.length));
    }
  }

  private boolean readOptions(int data, int dataEnd) {
    edns = true;
    upperRcode = message[at + 4] & 0xff;
    int option = data;
    while (option < dataEnd) {
      if (option + 4 > dataEnd || option + 4 + u16(option + 2) > dataEnd) {
        return false;
      }
      readOption(u16(option), option + 4, u16(option + 2));
      option += 4 + u16(option + 2);
    }
    return true;
  }

  private void readOption(int code, int start, int length) {
    if (code == OPTION_COOKIE && length >= 16 && length <= 40) {
      cookie = Arrays.copyOfRange(message, start, start + length);
    } else if (code == OPTION_KEEPALIVE && length == 2) {
      keepaliveTenths = u16(start);
    } else if (code == OPTION_EXTENDED_ERROR
        && length >= 2
        && extendedError == ExtendedError.NONE) {
      extendedError = u16(start);
      extendedText = new String(message, start + 2, length - 2, UTF_8);
    }
  }

  private boolean fault(String what) {
    fault = what;
    return false;
  }

  /** What is wrong with a malformed message; empty when nothing is. */
  public String fault() {
    return fault;
  }

  /** False when the message repeats no question, as some refusals do. */
  public boolean hasQuestion() {
    return question;
  }

  /** 0-4095, the upper bits from the OPT record. */
  public int rcode() {
    return upperRcode << 4 | (flags & 15);
  }

  public boolean authoritative() {
    return (flags & 0x0400) != 0;
  }

  /** TC: there is more than fits; then no section is read. */
  public boolean truncated() {
    return (flags & 0x0200) != 0;
  }

  public boolean authenticData() {
    return (flags & 0x0020) != 0;
  }

  /** True when the message has an OPT record. */
  public boolean hasEdns() {
    return edns;
  }

  /** A code of {@link ExtendedError}. */
  public int extendedError() {
    return extendedError;
  }

  /** As the server sent it: for a person, and not to be trusted. */
  public String extendedText() {
    return extendedText;
  }

  /** How long the server keeps the connection while it is idle, in 100 ms; or {@link #UNKNOWN}. */
  public int keepaliveTenths() {
    return keepaliveTenths;
  }

  /** The cookies of both sides, 16 to 40 octets (RFC 7873 §4); null when there are none. */
  public byte @Nullable [] cookie() {
    return cookie;
  }

  /** Records of the answer section, in order. Valid until the next message. */
  public List<ZoneRecord> answer() {
    return answer;
  }

  public List<ZoneRecord> authority() {
    return authority;
  }

  public List<ZoneRecord> additional() {
    return additional;
  }

  private int u16(int index) {
    return (message[index] & 0xff) << 8 | (message[index + 1] & 0xff);
  }
}
