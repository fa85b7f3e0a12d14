// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Writes one query after the other into one array: header, question, and an OPT record if wanted.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class QueryWriter {

  /** RFC 8467 §4.1: what hides the length of a name well enough. */
  public static final int PADDING_BLOCK = 128;

  private static final int CLASS_IN = 1;
  private static final int OPTION_COOKIE = 10;
  private static final int OPTION_KEEPALIVE = 11;
  private static final int OPTION_PADDING = 12;
  private static final int OPTION_HEAD = 4;

  /** The longest name, OPT with a cookie of 40 octets, and padding. */
  private static final int MAX_OCTETS = 512;

  private final byte[] out = new byte[MAX_OCTETS];
  private int at;
  private int dataLengthAt;

  /** A question of class IN in wire form: name, type, class. */
  public static byte[] question(DomainName name, int type) {
    int length = name.wireLength();
    byte[] question = new byte[length + 4];
    name.copyTo(question, 0);
    question[length] = (byte) (type >>> 8);
    question[length + 1] = (byte) type;
    question[length + 3] = CLASS_IN;
    return question;
  }

  /**
   * Throws dice for the case of each letter of the name. A server repeats them, a forger who has
   * not seen the query does not know them: one more bit to guess for each letter.
   */
  public static void mixLetters(byte[] question, RandomGenerator random) {
    int bits = 0;
    int left = 0;
    for (int i = 0; i < question.length - 4; i++) {
      byte lower = DomainName.lower(question[i]);
      if (lower >= 'a' && lower <= 'z') {
        if (left == 0) {
          bits = random.nextInt();
          left = Integer.SIZE;
        }
        question[i] = (byte) ((bits & 1) == 0 ? lower : lower - ('a' - 'A'));
        bits >>>= 1;
        left--;
      }
    }
  }

  /**
   * Begins a query without OPT record.
   *
   * @param question as {@link #question} makes it
   */
  public QueryWriter begin(
      int id,
      byte[] question,
      boolean recursionDesired,
      boolean authenticData,
      boolean checkingDisabled) {
    put16(0, id);
    int flags = recursionDesired ? 0x0100 : 0;
    flags |= authenticData ? 0x0020 : 0;
    flags |= checkingDisabled ? 0x0010 : 0;
    put16(2, flags);
    put16(4, 1);
    put16(6, 0);
    put16(8, 0);
    put16(10, 0);
    System.arraycopy(question, 0, out, QueryReader.HEADER_OCTETS, question.length);
    at = QueryReader.HEADER_OCTETS + question.length;
    return this;
  }

  /** Adds the OPT record; options go behind it. */
  public QueryWriter edns(boolean dnssecOk) {
    put16(10, 1);
    out[at] = 0;
    put16(at + 1, RecordType.OPT);
    put16(at + 3, ResponseWriter.UDP_PAYLOAD_OCTETS);
    put16(at + 5, 0); // extended rcode, version
    put16(at + 7, dnssecOk ? 0x8000 : 0);
    dataLengthAt = at + 9;
    put16(dataLengthAt, 0);
    at += 11;
    return this;
  }

  /**
   * Adds our cookie, and behind it the server's if we have one (RFC 7873 §4).
   *
   * @param cookie 8, or 16 to 40 octets
   */
  public QueryWriter cookie(byte[] cookie) {
    option(OPTION_COOKIE, cookie.length);
    System.arraycopy(cookie, 0, out, at, cookie.length);
    at += cookie.length;
    return this;
  }

  /** Asks how long the server keeps the connection (RFC 7828); not over UDP. */
  public QueryWriter keepalive() {
    option(OPTION_KEEPALIVE, 0);
    return this;
  }

  /** Fills up to a multiple of {@value #PADDING_BLOCK} octets; the last option. */
  public QueryWriter pad() {
    int length = -(at + OPTION_HEAD) & (PADDING_BLOCK - 1);
    option(OPTION_PADDING, length);
    Arrays.fill(out, at, at + length, (byte) 0);
    at += length;
    return this;
  }

  private void option(int code, int length) {
    put16(at, code);
    put16(at + 2, length);
    at += OPTION_HEAD;
    int before = (out[dataLengthAt] & 0xff) << 8 | (out[dataLengthAt + 1] & 0xff);
    put16(dataLengthAt, before + OPTION_HEAD + length);
  }

  /** Octets of the query. */
  public int length() {
    return at;
  }

  /** Where the query stands, from index 0; valid until the next {@link #begin}. */
  public byte[] octets() {
    return out;
  }

  private void put16(int index, int value) {
    out[index] = (byte) (value >>> 8);
    out[index + 1] = (byte) value;
  }
}
