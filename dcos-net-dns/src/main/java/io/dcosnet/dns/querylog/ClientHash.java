// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.querylog;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for addresses with what nobody can turn back who has not the secret: there are few enough
 * IPv4 addresses to try them all. <b>Confined to</b> one thread at a time.
 */
final class ClientHash {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEPT_OCTETS = 8;

  private final Mac mac;

  ClientHash(byte[] secret) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + ": " + e.getMessage(), e); // every JDK has it
    }
  }

  String of(long high, long low) {
    byte[] hash = mac.doFinal(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    return HexFormat.of().formatHex(hash, 0, KEPT_OCTETS);
  }
}
