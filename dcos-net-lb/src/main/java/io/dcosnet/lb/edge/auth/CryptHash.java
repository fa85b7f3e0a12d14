// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells whether a password fits a hash of {@code crypt(3)}. Made to explain what a proxy would do,
 * not to guard anything: how long it takes tells something of the password. <b>Thread-safe.</b>
 */
public final class CryptHash {

  /** What came out. */
  public enum Verdict {
    RIGHT,
    WRONG,
    /** A kind of hash that is not known here; a proxy may know it. */
    UNKNOWN
  }

  /** More than a million rounds: somebody wants to see us busy. */
  private static final Pattern ENDLESS = Pattern.compile("\\$[56]\\$rounds=[0-9]{7,}.*");

  private CryptHash() {}

  /** Checks a password against {@code $1$…}, {@code $5$…} or {@code $6$…}. */
  public static Verdict check(String hash, String password) {
    return of(hash, password.getBytes(UTF_8))
        .map(
            made ->
                MessageDigest.isEqual(made.getBytes(UTF_8), hash.getBytes(UTF_8))
                    ? Verdict.RIGHT
                    : Verdict.WRONG)
        .orElse(Verdict.UNKNOWN);
  }

  /** The hash of a password with the salt and rounds of another; empty for unknown kinds. */
  private static Optional<String> of(String setting, byte[] password) {
    if (ENDLESS.matcher(setting).matches()) {
      return Optional.empty();
    }
    if (setting.startsWith("$1$")) {
      return Optional.of(Md5Crypt.hash(password, setting));
    }
    if (setting.startsWith("$5$")) {
      return Optional.of(ShaCrypt.SHA256.hash(password, setting));
    }
    if (setting.startsWith("$6$")) {
      return Optional.of(ShaCrypt.SHA512.hash(password, setting));
    }
    return Optional.empty();
  }
}
