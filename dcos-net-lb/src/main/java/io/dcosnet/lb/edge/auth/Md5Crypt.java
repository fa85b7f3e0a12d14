// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The {@code $1$} hashes of crypt(3), of which old configurations have many. */
final class Md5Crypt {

  private static final String KIND = "$1$";
  private static final int MAX_SALT = 8;
  private static final int ROUNDS = 1000;

  private Md5Crypt() {}

  static String hash(byte[] password, String setting) {
    String salt = CryptText.salt(setting, KIND.length(), MAX_SALT);
    byte[] salted = salt.getBytes(UTF_8);
    byte[] digest = rounds(first(password, salted), password, salted);
    CryptText text = new CryptText();
    for (int i = 0; i < 5; i++) {
      text.add(digest[i], digest[i + 6], digest[i == 4 ? 5 : i + 12], 4);
    }
    text.add(0, 0, digest[11], 2);
    return KIND + salt + "$" + text;
  }

  private static byte[] first(byte[] password, byte[] salt) {
    MessageDigest inner = md5();
    inner.update(password);
    inner.update(salt);
    inner.update(password);
    byte[] mixed = inner.digest();
    MessageDigest outer = md5();
    outer.update(password);
    outer.update(KIND.getBytes(UTF_8));
    outer.update(salt);
    for (int left = password.length; left > 0; left -= mixed.length) {
      outer.update(mixed, 0, Math.min(left, mixed.length));
    }
    for (int bits = password.length; bits > 0; bits >>>= 1) {
      outer.update((bits & 1) != 0 || password.length == 0 ? 0 : password[0]);
    }
    return outer.digest();
  }

  private static byte[] rounds(byte[] start, byte[] password, byte[] salt) {
    byte[] digest = start;
    for (int round = 0; round < ROUNDS; round++) {
      MessageDigest next = md5();
      next.update(round % 2 == 1 ? password : digest);
      if (round % 3 != 0) {
        next.update(salt);
      }
      if (round % 7 != 0) {
        next.update(password);
      }
      next.update(round % 2 == 1 ? digest : password);
      digest = next.digest();
    }
    return digest;
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has MD5", e);
    }
  }
}
