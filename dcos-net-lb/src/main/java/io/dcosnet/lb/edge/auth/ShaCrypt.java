// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The {@code $5$} and {@code $6$} hashes of crypt(3). <b>Immutable.</b> */
final class ShaCrypt {

  static final ShaCrypt SHA256 = new ShaCrypt("$5$", "SHA-256", 32);
  static final ShaCrypt SHA512 = new ShaCrypt("$6$", "SHA-512", 64);

  private static final String ROUNDS = "rounds=";
  private static final int DEFAULT_ROUNDS = 5000;
  private static final int LEAST_ROUNDS = 1000;
  private static final int MOST_ROUNDS = 999_999_999;
  private static final int MAX_SALT = 16;

  private final String kind;
  private final String algorithm;
  private final int size;

  private ShaCrypt(String kind, String algorithm, int size) {
    this.kind = kind;
    this.algorithm = algorithm;
    this.size = size;
  }

  String hash(byte[] password, String setting) {
    int from = kind.length();
    int rounds = DEFAULT_ROUNDS;
    String written = "";
    if (setting.startsWith(ROUNDS, from)) {
      String digits = CryptText.salt(setting, from + ROUNDS.length(), 9);
      if (digits.matches("[0-9]+")
          && setting.startsWith("$", from + ROUNDS.length() + digits.length())) {
        rounds = Math.max(LEAST_ROUNDS, Math.min(Integer.parseInt(digits), MOST_ROUNDS));
        written = ROUNDS + rounds + "$";
        from += ROUNDS.length() + digits.length() + 1;
      }
    }
    String salt = CryptText.salt(setting, from, MAX_SALT);
    byte[] digest = rounds(password, salt.getBytes(UTF_8), rounds);
    return kind + written + salt + "$" + text(digest);
  }

  private byte[] rounds(byte[] password, byte[] salt, int rounds) {
    byte[] digest = first(password, salt);
    byte[] ofPassword = repeated(password, password.length, password.length);
    byte[] ofSalt = repeated(salt, 16 + (digest[0] & 255), salt.length);
    for (int round = 0; round < rounds; round++) {
      MessageDigest next = start();
      next.update(round % 2 == 1 ? ofPassword : digest);
      if (round % 3 != 0) {
        next.update(ofSalt);
      }
      if (round % 7 != 0) {
        next.update(ofPassword);
      }
      next.update(round % 2 == 1 ? digest : ofPassword);
      digest = next.digest();
    }
    return digest;
  }

  private byte[] first(byte[] password, byte[] salt) {
    MessageDigest inner = start();
    inner.update(password);
    inner.update(salt);
    inner.update(password);
    byte[] mixed = inner.digest();
    MessageDigest outer = start();
    outer.update(password);
    outer.update(salt);
    outer.update(stretched(mixed, password.length));
    for (int bits = password.length; bits > 0; bits >>>= 1) {
      outer.update((bits & 1) != 0 ? mixed : password);
    }
    return outer.digest();
  }

  /** So many bytes, made of a digest over so many repetitions of a text. */
  private byte[] repeated(byte[] text, int times, int length) {
    MessageDigest digest = start();
    for (int i = 0; i < times; i++) {
      digest.update(text);
    }
    return stretched(digest.digest(), length);
  }

  private byte[] stretched(byte[] digest, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = digest[i % size];
    }
    return bytes;
  }

  /** The order in which the bytes are written turns by one place from triple to triple. */
  private String text(byte[] digest) {
    CryptText text = new CryptText();
    int third = size / 3;
    boolean wide = size == 64;
    for (int i = 0; i < third; i++) {
      int[] places = {i, i + third, i + 2 * third};
      int turn = wide ? i % 3 : (3 - i % 3) % 3;
      text.add(
          digest[places[turn]], digest[places[(turn + 1) % 3]], digest[places[(turn + 2) % 3]], 4);
    }
    byte[] rest = Arrays.copyOfRange(digest, third * 3, size);
    if (wide) {
      text.add(0, 0, rest[0], 2);
    } else {
      text.add(0, rest[1], rest[0], 3);
    }
    return text.toString();
  }

  private MessageDigest start() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + algorithm, e);
    }
  }
}
