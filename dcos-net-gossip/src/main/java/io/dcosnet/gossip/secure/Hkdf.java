// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes keys from a key: HKDF with SHA-256 (RFC 5869), which Java 17 does not have. <b>Not
 * thread-safe.</b>
 */
final class Hkdf {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int HASH_OCTETS = 32;

  private final Mac mac;

  Hkdf() {
    try {
      mac = Mac.getInstance(ALGORITHM);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HMAC-SHA-256", e);
    }
  }

  /**
   * Gathers the strength of {@code material} in 32 octets (§2.2).
   *
   * @param salt may be empty
   */
  byte[] extract(byte[] salt, byte[] material) {
    init(salt.length == 0 ? new byte[HASH_OCTETS] : salt);
    return mac.doFinal(material);
  }

  /**
   * Makes octets for one purpose (§2.3).
   *
   * @param strength from {@link #extract}
   * @param info the purpose
   * @param length at most 8 160 octets
   */
  byte[] expand(byte[] strength, byte[] info, int length) {
    if (length < 0 || length > 255 * HASH_OCTETS) {
      throw new IllegalArgumentException("length: " + length + " (expected: 0 to 8160)");
    }
    init(strength);
    byte[] octets = new byte[length];
    byte[] block = new byte[0];
    for (int at = 0, number = 1; at < length; at += HASH_OCTETS, number++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) number);
      block = mac.doFinal();
      System.arraycopy(block, 0, octets, at, Math.min(HASH_OCTETS, length - at));
    }
    Arrays.fill(block, (byte) 0);
    return octets;
  }

  private void init(byte[] key) {
    try {
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HMAC takes every key", e);
    }
  }
}
