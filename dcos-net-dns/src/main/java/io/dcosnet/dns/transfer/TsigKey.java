// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.name.DomainName;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;

/**
 * A secret that two servers share to sign messages (RFC 8945). Its text never shows the secret.
 * <b>Immutable.</b>
 */
public final class TsigKey {

  /** What signs. */
  public enum Algorithm {
    HMAC_SHA256("hmac-sha256", "HmacSHA256"),
    HMAC_SHA512("hmac-sha512", "HmacSHA512");

    final String text;
    final String mac;

    Algorithm(String text, String mac) {
      this.text = text;
      this.mac = mac;
    }

    Name wireName() {
      return this == HMAC_SHA256 ? TSIG.HMAC_SHA256 : TSIG.HMAC_SHA512;
    }

    static Algorithm parse(String text) {
      String wanted = text.toLowerCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(each -> each.text.equals(wanted))
          .findFirst()
          .orElseThrow(
              () ->
                  new DecodeException(
                      "key: algorithm \"" + text + "\" (expected: hmac-sha256 or hmac-sha512)", 0));
    }
  }

  /** Shorter secrets can be guessed; RFC 8945 §8 wants as many octets as the hash has. */
  private static final int MIN_SECRET_OCTETS = 16;

  private final DomainName name;
  private final Algorithm algorithm;
  private final byte[] secret;

  private TsigKey(DomainName name, Algorithm algorithm, byte[] secret) {
    this.name = requireNonNull(name, "name");
    this.algorithm = requireNonNull(algorithm, "algorithm");
    this.secret = secret.clone();
    if (secret.length < MIN_SECRET_OCTETS) {
      throw new IllegalArgumentException(
          "key " + name + ": secret of " + secret.length + " octets (expected: 16 at least)");
    }
  }

  /** A key; {@code secret} is copied. */
  public static TsigKey of(DomainName name, Algorithm algorithm, byte[] secret) {
    return new TsigKey(name, algorithm, secret);
  }

  /**
   * Reads {@code hmac-sha256:name:base64}, as dig and nsupdate take it behind {@code -y}.
   *
   * @throws DecodeException when it is none; the message does not show the secret
   */
  public static TsigKey parse(String text) {
    String[] parts = text.split(":", 3);
    if (parts.length != 3) {
      throw new DecodeException("key (expected: algorithm:name:base64 of the secret)", 0);
    }
    Algorithm algorithm = Algorithm.parse(parts[0]);
    DomainName name = DomainName.parse(parts[1]);
    try {
      return new TsigKey(name, algorithm, Base64.getDecoder().decode(parts[2]));
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          "key " + name + ": secret (expected: base64 of 16 octets at least)", 0);
    }
  }

  public DomainName name() {
    return name;
  }

  public Algorithm algorithm() {
    return algorithm;
  }

  /** What signs and checks with this key, by the wall clock of {@code time}. */
  TSIG signer(TimeSource time) {
    try {
      Name owner = new Name(name.toLowerCase().toWire());
      SecretKeySpec key = new SecretKeySpec(secret, algorithm.mac);
      return new TSIG(algorithm.wireName(), owner, key, new WallClock(time));
    } catch (IOException e) {
      throw new AssertionError("a domain name is one for the library too", e);
    }
  }

  @Override
  public String toString() {
    return algorithm.text + ":" + name;
  }
}
