// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.auth;

/**
 * The 64 characters of crypt(3), which writes the low bits first. <b>Confined to</b> one thread.
 */
final class CryptText {

  private static final String ALPHABET =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final StringBuilder text = new StringBuilder();

  /** Writes three bytes, {@code high} first in value and last in text, as so many characters. */
  void add(int high, int middle, int low, int characters) {
    int bits = (high & 255) << 16 | (middle & 255) << 8 | (low & 255);
    for (int i = 0; i < characters; i++) {
      text.append(ALPHABET.charAt(bits >>> (6 * i) & 63));
    }
  }

  /**
   * The part of a setting behind {@code from}, up to the next dollar, of at most so many
   * characters.
   */
  static String salt(String setting, int from, int most) {
    int end = setting.indexOf('$', from);
    String salt = end < 0 ? setting.substring(from) : setting.substring(from, end);
    return salt.length() > most ? salt.substring(0, most) : salt;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
