// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

/** Reads names of an encoded answer, in full. Every method is a pure function. */
final class CachedNames {

  private CachedNames() {}

  /** True when the name that begins there is the one asked. */
  static boolean isQuestion(byte[] octets, int start) {
    return octets[start] == (byte) 0xc0 && octets[start + 1] == 12;
  }

  /** Octets that a name takes where it stands. */
  static int shownLength(byte[] octets, int start) {
    int at = start;
    while (true) {
      int label = octets[at] & 0xff;
      if (label == 0) {
        return at + 1 - start;
      }
      if (label >= 0xc0) {
        return at + 2 - start;
      }
      at += label + 1;
    }
  }

  /**
   * Writes the name that begins there without pointers.
   *
   * @return the end of what was written
   */
  static int expand(byte[] octets, int nameLength, int start, byte[] target, int offset) {
    int from = start;
    int to = offset;
    while (true) {
      int label = octets[from] & 0xff;
      if (label >= 0xc0) {
        int place = (label & 0x3f) << 8 | (octets[from + 1] & 0xff);
        from = place < 12 + nameLength ? place - 12 : place - CachedAnswer.BODY_SHIFT;
      } else {
        System.arraycopy(octets, from, target, to, label + 1);
        from += label + 1;
        to += label + 1;
        if (label == 0) {
          return to;
        }
      }
    }
  }

  /**
   * Writes the data of a record without pointers.
   *
   * @param start where the data begins
   * @param end where it ends
   * @return the end of what was written
   */
  static int expandData(
      byte[] octets, int nameLength, int type, int start, int end, byte[] target, int offset) {
    int names = NamesInData.count(type);
    int from = start;
    int to = offset;
    if (names > 0) {
      int before = NamesInData.offset(type);
      System.arraycopy(octets, from, target, to, before);
      from += before;
      to += before;
      for (int i = 0; i < names; i++) {
        to = expand(octets, nameLength, from, target, to);
        from += shownLength(octets, from);
      }
    }
    System.arraycopy(octets, from, target, to, end - from);
    return to + end - from;
  }
}
