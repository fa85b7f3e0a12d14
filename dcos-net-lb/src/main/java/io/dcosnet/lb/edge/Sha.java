// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of text, which make numbers and names that every edge finds by itself. */
final class Sha {

  private Sha() {}

  /** SHA-1 in lower-case hexadecimal. */
  static String hex1(String text) {
    return HexFormat.of().formatHex(digest("SHA-1", text));
  }

  /** SHA-256 in lower-case hexadecimal. */
  static String hex256(String text) {
    return HexFormat.of().formatHex(digest("SHA-256", text));
  }

  /** The SHA-256 of the text as a number, modulo {@code size}. */
  static int number(String text, int size) {
    return new BigInteger(1, digest("SHA-256", text)).mod(BigInteger.valueOf(size)).intValue();
  }

  private static byte[] digest(String algorithm, String text) {
    try {
      return MessageDigest.getInstance(algorithm).digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + algorithm, e);
    }
  }
}
