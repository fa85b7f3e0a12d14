// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What the cookies of a server are made with: 16 octets that nobody else may know. Servers that
 * answer at one address must have the same.
 *
 * <p><b>Immutable.</b> Never shows itself.
 */
public final class CookieSecret {

  /** Its length. */
  public static final int OCTETS = 16;

  private final long key0;
  private final long key1;

  private CookieSecret(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The secret with these 16 octets. */
  public static CookieSecret of(byte[] octets) {
    if (octets.length != OCTETS) {
      throw new IllegalArgumentException(
          "cookie secret: " + octets.length + " octets (expected: " + OCTETS + ")");
    }
    ByteBuffer words = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
    return new CookieSecret(words.getLong(), words.getLong());
  }

  /** The secret in these 32 hexadecimal digits, as other servers write it too. */
  public static CookieSecret parse(String digits) {
    if (!digits.matches("[0-9a-fA-F]{" + 2 * OCTETS + "}")) {
      throw new IllegalArgumentException(
          "cookie secret: " + digits.length() + " characters (expected: 32 hexadecimal digits)");
    }
    return of(HexFormat.of().parseHex(digits));
  }

  /** A new one; {@code random} must be fit for keys. */
  public static CookieSecret random(RandomGenerator random) {
    return new CookieSecret(random.nextLong(), random.nextLong());
  }

  long key0() {
    return key0;
  }

  long key1() {
    return key1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CookieSecret that && key0 == that.key0 && key1 == that.key1;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(key0 * 31 + key1);
  }

  @Override
  public String toString() {
    return "cookie secret";
  }
}
