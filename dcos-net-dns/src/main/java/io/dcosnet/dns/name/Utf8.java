// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static java.nio.charset.StandardCharsets.UTF_8;

/** UTF-8 as Go writes it, so that hashes of broken text are those of the predecessors. */
final class Utf8 {

  private Utf8() {}

  /**
   * A lone surrogate, which JSON can smuggle in, becomes U+FFFD and not the JDK's question mark.
   */
  static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!paired) {
          return mend(text).getBytes(UTF_8);
        }
        i++;
      }
    }
    return text.getBytes(UTF_8);
  }

  private static String mend(String text) {
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints()
        .map(
            point ->
                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                    ? 0xfffd
                    : point)
        .forEach(mended::appendCodePoint);
    return mended.toString();
  }
}
