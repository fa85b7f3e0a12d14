// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

/** Finds a UUID inside a text, in the one spelling that can be restored: 36 lower-case letters. */
final class UuidText {

  static final int LENGTH = 36;

  private UuidText() {}

  /** Where the first one begins, or -1. */
  static int find(String text) {
    int dash = text.indexOf('-', 8);
    while (dash >= 0 && dash - 8 + LENGTH <= text.length()) {
      if (isUuid(text, dash - 8)) {
        return dash - 8;
      }
      dash = text.indexOf('-', dash + 1);
    }
    return -1;
  }

  private static boolean isUuid(String text, int at) {
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(at + i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }

  /** The first 64 bits of the one that begins at {@code at}. */
  static long highBits(String text, int at) {
    return hex(text, at, 8) << 32 | hex(text, at + 9, 4) << 16 | hex(text, at + 14, 4);
  }

  /** The last 64 bits of the one that begins at {@code at}. */
  static long lowBits(String text, int at) {
    return hex(text, at + 19, 4) << 48 | hex(text, at + 24, 12);
  }

  private static long hex(String text, int from, int digits) {
    return Long.parseLong(text, from, from + digits, 16);
  }
}
