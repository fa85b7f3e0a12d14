// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.query;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.List;

/**
 * What is told to somebody who asked: records section by section, or why there are none.
 * <b>Immutable.</b>
 *
 * @param rcode response code, 0-4095, see {@link Rcode}
 * @param answer the records asked for, CNAME records that lead to them first, in order
 * @param authority the SOA of a denial, or the NS records of a referral
 * @param additional what may help, and may be left out
 * @param authoritative it comes from who owns the name (AA)
 * @param authenticData its signatures were checked (AD)
 * @param extendedError a code of {@link ExtendedError}
 * @param extendedText for a person, may be empty; at most 100 characters are sent
 */
public record Answer(
    int rcode,
    List<ZoneRecord> answer,
    List<ZoneRecord> authority,
    List<ZoneRecord> additional,
    boolean authoritative,
    boolean authenticData,
    int extendedError,
    String extendedText) {

  /** Tells the server to send nothing, as for clients that ask too much. */
  public static final Answer DROP = failure(Rcode.REFUSED, ExtendedError.NONE, "dropped");

  /** So many queries wait that no more may; that says nothing of the name, so nobody keeps it. */
  public static final Answer OVERLOADED =
      failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, "too many queries wait");

  public Answer {
    if (rcode < 0 || rcode > 0xfff) {
      throw new IllegalArgumentException("rcode: " + rcode + " (expected: 0-4095)");
    }
    answer = List.copyOf(answer);
    authority = List.copyOf(authority);
    additional = List.copyOf(additional);
    requireNonNull(extendedText, "extendedText");
  }

  /** These records, from who owns the name. */
  public static Answer of(ZoneRecord... records) {
    return new Answer(
        Rcode.NOERROR, List.of(records), List.of(), List.of(), true, false, ExtendedError.NONE, "");
  }

  /**
   * No answer, and why.
   *
   * @param extendedError a code of {@link ExtendedError}
   * @param text for a person; may be empty
   */
  public static Answer failure(int rcode, int extendedError, String text) {
    return new Answer(rcode, List.of(), List.of(), List.of(), false, false, extendedError, text);
  }

  /**
   * The name is denied on purpose, as by a list of an operator (NXDOMAIN, EDE 15).
   *
   * @param text for a person, such as which list; may be empty
   */
  public static Answer blocked(String text) {
    return failure(Rcode.NXDOMAIN, ExtendedError.BLOCKED, text);
  }

  /** The same with a remark, as for an answer that is older than its TTL. */
  public Answer with(int error, String text) {
    return new Answer(
        rcode, answer, authority, additional, authoritative, authenticData, error, text);
  }
}
