// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM with one cipher that is used again and again. <b>Not thread-safe.</b> */
final class Aead {

  static final int TAG_OCTETS = 16;

  private final Cipher cipher;

  Aead() {
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES-GCM", e);
    }
  }

  static Key key(byte[] octets) {
    return new SecretKeySpec(octets, "AES");
  }

  /**
   * Seals; {@code out} may be {@code in}.
   *
   * @return octets written: those of the input, and 16
   */
  int seal(
      Key key,
      GCMParameterSpec nonce,
      byte[] aad,
      int aadLength,
      byte[] in,
      int at,
      int length,
      byte[] out,
      int outAt) {
    try {
      return run(Cipher.ENCRYPT_MODE, key, nonce, aad, aadLength, in, at, length, out, outAt);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform cannot seal", e);
    }
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @return octets written, or -1 when it was not sealed with this key, nonce and aad
   */
  int open(
      Key key,
      GCMParameterSpec nonce,
      byte[] aad,
      int aadLength,
      byte[] in,
      int at,
      int length,
      byte[] out,
      int outAt) {
    try {
      return run(Cipher.DECRYPT_MODE, key, nonce, aad, aadLength, in, at, length, out, outAt);
    } catch (AEADBadTagException e) {
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform cannot open", e);
    }
  }

  private int run(
      int mode,
      Key key,
      GCMParameterSpec nonce,
      byte[] aad,
      int aadLength,
      byte[] in,
      int at,
      int length,
      byte[] out,
      int outAt)
      throws GeneralSecurityException {
    cipher.init(mode, key, nonce);
    cipher.updateAAD(aad, 0, aadLength);
    return cipher.doFinal(in, at, length, out, outAt);
  }
}
