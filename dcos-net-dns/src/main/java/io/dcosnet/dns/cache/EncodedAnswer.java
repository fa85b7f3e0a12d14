// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;

/**
 * What is said in an answer, ready to be copied into a message.
 *
 * @param rcode below 16
 * @param octets the name in lower case and the records behind it
 * @param marks see {@link CachedAnswer#MARKS}
 * @param answers records in the answer section, which come first
 * @param authorities records behind them
 * @param additionals records behind those
 * @param firstWanted first record of the type asked for, behind those that lead to it
 * @param wanted how many of them there are, 0 in a denial
 * @param turns true when their order may change
 * @param authenticData its signatures were checked
 * @param extendedError a code of {@link ExtendedError}
 * @param errorText for a person, in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // read on the hot path, and never changed
record EncodedAnswer(
    int rcode,
    byte[] octets,
    int[] marks,
    int answers,
    int authorities,
    int additionals,
    int firstWanted,
    int wanted,
    boolean turns,
    boolean authenticData,
    int extendedError,
    byte[] errorText) {

  static final byte[] NO_TEXT = {};

  static final EncodedAnswer NOTHING =
      new EncodedAnswer(0, new byte[1], new int[0], 0, 0, 0, 0, 0, false, false, -1, NO_TEXT);

  /** Records whose order may change, from {@link #firstWanted} on. */
  int turning() {
    return turns ? wanted : 0;
  }

  int records() {
    return answers + authorities + additionals;
  }

  /** Index in the octets where the record begins; the end of all for the number of records. */
  int start(int record) {
    return record == records() ? octets.length : marks[record * CachedAnswer.MARKS];
  }

  int ttlAt(int record) {
    return marks[record * CachedAnswer.MARKS + 1];
  }

  int ttl(int record) {
    return marks[record * CachedAnswer.MARKS + 2];
  }

  /**
   * Octets of each record when all of them are records of the type asked for that begin with a
   * pointer, and have one length and one TTL, as addresses of one name do; else 0. What leads to
   * them must not be among them: they change places, and names point to where it stands.
   */
  int evenLength() {
    if (wanted == 0 || wanted < records()) {
      return 0;
    }
    int length = start(1) - start(0);
    for (int record = 0; record < answers; record++) {
      boolean even =
          start(record + 1) - start(record) == length
              && ttlAt(record) == start(record) + 6
              && ttl(record) == ttl(0);
      if (!even) {
        return 0;
      }
    }
    return length;
  }

  /** True when nothing but the records is said. */
  boolean isPlain() {
    return rcode == Rcode.NOERROR && !authenticData && extendedError == ExtendedError.NONE;
  }
}
