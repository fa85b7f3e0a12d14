// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

/**
 * Bytes as text that is easy to read out: base 32 with an alphabet of lower-case letters and
 * digits, most significant bits first, without padding.
 *
 * <p><b>Immutable.</b>
 */
public final class Zbase32 {

  private static final char[] ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769".toCharArray();

  private Zbase32() {}

  /** All of {@code bytes}: one character for each started group of five bits. */
  public static String encode(byte[] bytes) {
    return encode(bytes, (bytes.length * 8 + 4) / 5);
  }

  /**
   * The first characters of {@link #encode(byte[])}.
   *
   * @param characters 0 up to the length of the full text
   */
  static String encode(byte[] bytes, int characters) {
    char[] text = new char[characters];
    for (int i = 0; i < characters; i++) {
      int bit = i * 5;
      int high = bytes[bit / 8] & 0xff;
      int low = bit / 8 + 1 < bytes.length ? bytes[bit / 8 + 1] & 0xff : 0;
      text[i] = ALPHABET[(high << 8 | low) >>> (11 - bit % 8) & 31];
    }
    return new String(text);
  }
}
