// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.random.RandomGenerator;

/**
 * Puts an encoded answer into a response, records of the type asked for in an order that changes
 * from one response to the next. Behind its question, and where all of it fits, this is a copy;
 * else record by record. <b>Confined to</b> one thread; allocates nothing.
 */
final class CachedWriter {

  /** Says that TTLs are those of the answer less its age. */
  static final int COUNT_DOWN = -1;

  private static final VarHandle FOUR =
      MethodHandles.byteArrayViewVarHandle(int[].class, BIG_ENDIAN);

  private static final int FIXED_OCTETS = 10;

  /** Octets before the TTL in a record whose owner is a pointer. */
  private static final int TTL_OFFSET = 6;

  /** More than a record can take beyond what it takes in an encoded answer. */
  private static final int MOST_EXPANSION = 4 * 256;

  private final ResponseWriter response;
  private final RandomGenerator random;

  private EncodedAnswer answer;
  private int age;
  private int fixedTtl;
  private boolean inPlace;
  private byte[] nameOctets;
  private int nameStart;
  private int nameLength;

  CachedWriter(ResponseWriter response, RandomGenerator random) {
    this.response = response;
    this.random = random;
    this.answer = EncodedAnswer.NOTHING;
    this.nameOctets = answer.octets();
  }

  /**
   * Writes right behind the question, which asks what was answered.
   *
   * @param lengthOfName of the name in the question
   * @param ageSeconds since the answer came
   * @param ttl what all records say of how long they hold, or {@link #COUNT_DOWN}
   */
  void behindQuestion(EncodedAnswer encoded, int lengthOfName, int ageSeconds, int ttl) {
    byte[] octets = encoded.octets();
    int length = octets.length - lengthOfName;
    answer = encoded;
    age = ageSeconds;
    fixedTtl = ttl;
    nameLength = lengthOfName;
    if (length > response.room()) {
      inPlace = true;
      oneByOne();
    } else {
      copyAll(octets, length);
    }
  }

  /**
   * As {@link #behindQuestion} for an answer of records that look alike, within its time.
   *
   * @return false, with nothing written, when it does not fit
   */
  boolean evenBehindQuestion(CachedAnswer even, int ageSeconds) {
    byte[] octets = even.octets;
    int from = even.nameLength;
    int length = octets.length - from;
    if (length > response.room()) {
      return false;
    }
    byte[] out = response.octets();
    int to = from + CachedAnswer.BODY_SHIFT;
    int count = even.evenCount;
    int each = even.evenLength;
    int turned = even.evenTurns ? random.nextInt(count) * each : 0;
    System.arraycopy(octets, from + turned, out, to, length - turned);
    if (turned > 0) {
      System.arraycopy(octets, from, out, to + length - turned, turned);
    }
    int ttl = Math.max(0, even.evenTtl - ageSeconds);
    for (int at = to + TTL_OFFSET; at < to + length; at += each) {
      FOUR.set(out, at, ttl);
    }
    response.take(length, count, 0, 0);
    return true;
  }

  private void copyAll(byte[] octets, int length) {
    EncodedAnswer encoded = answer;
    byte[] out = response.octets();
    int shift = CachedAnswer.BODY_SHIFT;
    int turning = encoded.turning();
    int turn = turning == 0 ? 0 : random.nextInt(turning);
    if (turn == 0) {
      System.arraycopy(octets, nameLength, out, nameLength + shift, length);
      patch(out, 0, encoded.records(), shift);
    } else {
      int first = encoded.firstWanted();
      int from = encoded.start(first);
      int middle = encoded.start(first + turn);
      int end = encoded.start(first + turning);
      System.arraycopy(octets, nameLength, out, nameLength + shift, from - nameLength);
      System.arraycopy(octets, middle, out, from + shift, end - middle);
      System.arraycopy(octets, from, out, from + shift + end - middle, middle - from);
      System.arraycopy(octets, end, out, end + shift, octets.length - end);
      patch(out, 0, first, shift);
      patch(out, first + turn, first + turning, shift + from - middle);
      patch(out, first, first + turn, shift + end - middle);
      patch(out, first + turning, encoded.records(), shift);
    }
    response.take(length, encoded.answers(), encoded.authorities(), encoded.additionals());
  }

  private void patch(byte[] out, int from, int to, int shift) {
    if (age == 0 && fixedTtl == COUNT_DOWN) {
      return;
    }
    for (int record = from; record < to; record++) {
      put32(out, answer.ttlAt(record) + shift, ttl(answer.ttl(record)));
    }
  }

  private int ttl(int ttl) {
    return fixedTtl == COUNT_DOWN ? Math.max(0, ttl - age) : fixedTtl;
  }

  /**
   * Writes behind other records; the name that was asked for stands there already, or is written in
   * full.
   *
   * @param octets hold the name, which is in the response when they are its octets
   */
  void behindChain(
      EncodedAnswer encoded, byte[] octets, int start, int length, int ageSeconds, int ttl) {
    answer = encoded;
    age = ageSeconds;
    fixedTtl = ttl;
    nameOctets = octets;
    nameStart = start;
    nameLength = length;
    inPlace = false;
    oneByOne();
  }

  /** What does not fit is left out from the end, by sets (RFC 2181 §9). */
  private void oneByOne() {
    int first = answer.firstWanted();
    int turning = answer.turning();
    int turn = turning == 0 ? 0 : random.nextInt(turning);
    for (int i = 0; i < answer.answers(); i++) {
      boolean turns = i >= first && i < first + turning;
      int octets = write(turns ? first + (i - first + turn) % turning : i);
      if (octets < 0) {
        response.truncated(); // some of a set is better than none for who ignores that bit
        return;
      }
      response.take(octets, 1, 0, 0);
    }
    int authority = answer.answers();
    if (sets(Section.AUTHORITY, authority, authority + answer.authorities())) {
      sets(Section.ADDITIONAL, authority + answer.authorities(), answer.records());
    } else if (answer.wanted() == 0) {
      response.truncated(); // a denial is none without the SOA of who denies
    }
  }

  /** Writes whole sets, false when not all of them fit. */
  private boolean sets(Section section, int from, int to) {
    int begun = from;
    while (begun < to) {
      int next = begun + 1;
      while (next < to && isSameSet(next - 1, next)) {
        next++;
      }
      if (!set(section, begun, next)) {
        return false;
      }
      begun = next;
    }
    return true;
  }

  /** False, with nothing written, when it does not fit. */
  private boolean set(Section section, int from, int to) {
    int start = response.position();
    for (int record = from; record < to; record++) {
      int octets = write(record);
      if (octets < 0) {
        response.rewind(start, section, record - from);
        return false;
      }
      boolean authority = section == Section.AUTHORITY;
      response.take(octets, 0, authority ? 1 : 0, authority ? 0 : 1);
    }
    return true;
  }

  /** Sets are encoded together; the first record of one shows its owner, others point to it. */
  private boolean isSameSet(int one, int two) {
    byte[] octets = answer.octets();
    return get16(octets, answer.ttlAt(one) - 4) == get16(octets, answer.ttlAt(two) - 4)
        && place(one) == place(two);
  }

  /** Where in the message the owner's name stands. */
  private int place(int record) {
    int start = answer.start(record);
    if (answer.octets()[start] == 0) {
      return 0; // the root, which no pointer is made for
    }
    int first = get16(answer.octets(), start);
    return first >= 0xc000 ? first & 0x3fff : start + CachedAnswer.BODY_SHIFT;
  }

  /** Octets of the record, now at the response's position, -1 when it does not fit. */
  private int write(int record) {
    int start = answer.start(record);
    int end = answer.start(record + 1);
    return inPlace ? copy(record, start, end) : expand(record, start, end);
  }

  private int copy(int record, int start, int end) {
    if (end - start > response.room()) {
      return -1;
    }
    byte[] out = response.octets();
    int at = response.position();
    System.arraycopy(answer.octets(), start, out, at, end - start);
    put32(out, at + answer.ttlAt(record) - start, ttl(answer.ttl(record)));
    return end - start;
  }

  private int expand(int record, int start, int end) {
    byte[] octets = answer.octets();
    byte[] out = response.octets();
    int begin = response.position();
    if (begin + end - start + MOST_EXPANSION > out.length) {
      return -1; // the last octets of the largest message of all are not worth counting
    }
    int fixed = answer.ttlAt(record) - 4;
    int at = owner(octets, start, out, begin);
    System.arraycopy(octets, fixed, out, at, FIXED_OCTETS);
    put32(out, at + 4, ttl(answer.ttl(record)));
    int data = at + FIXED_OCTETS;
    int type = get16(octets, fixed);
    int dataEnd =
        CachedNames.expandData(octets, nameLength, type, fixed + FIXED_OCTETS, end, out, data);
    put16(out, data - 2, dataEnd - data);
    return dataEnd - begin <= response.room() ? dataEnd - begin : -1;
  }

  @SuppressWarnings("ReferenceEquality") // in the response itself or not
  private int owner(byte[] octets, int start, byte[] out, int at) {
    if (!CachedNames.isQuestion(octets, start)) {
      return CachedNames.expand(octets, nameLength, start, out, at);
    }
    if (nameOctets == out && ResponseWriter.isReachable(nameStart)) {
      put16(out, at, 0xc000 | nameStart);
      return at + 2;
    }
    System.arraycopy(nameOctets, nameStart, out, at, nameLength);
    return at + nameLength;
  }

  private static int get16(byte[] octets, int at) {
    return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
  }

  private static void put16(byte[] octets, int at, int value) {
    octets[at] = (byte) (value >>> 8);
    octets[at + 1] = (byte) value;
  }

  private static void put32(byte[] octets, int at, int value) {
    FOUR.set(octets, at, value);
  }
}
