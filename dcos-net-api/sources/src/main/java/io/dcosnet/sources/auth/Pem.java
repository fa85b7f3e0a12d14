// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as PEM text (RFC 7468). Failures never repeat what was read. */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /** In PKCS#8 the version 0 and the algorithm rsaEncryption stand before an RSA key. */
  private static final byte[] RSA_HEAD =
      HexFormat.of().parseHex("020100" + "300d06092a864886f70d0101010500");

  private Pem() {}

  /**
   * The private key in the text, of RSA also in the older form of PKCS#1.
   *
   * @throws GeneralSecurityException with a reason for a person
   */
  static PrivateKey privateKey(String text) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      byte[] content = decode(block.group(2));
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return ofPkcs8(content);
        }
        case "RSA PRIVATE KEY" -> {
          return rsa(pkcs8(content));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new GeneralSecurityException("the key has a password (expected: one without)");
        case "EC PRIVATE KEY" ->
            throw new GeneralSecurityException("the key is in SEC1 form (expected: PKCS#8)");
        default -> {
          // certificates and parameters may stand before the key
        }
      }
    }
    throw new GeneralSecurityException("no private key in it (expected: PEM, -----BEGIN …)");
  }

  private static PrivateKey ofPkcs8(byte[] content) throws GeneralSecurityException {
    try {
      return rsa(content);
    } catch (GeneralSecurityException e) {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(content));
    }
  }

  private static PrivateKey rsa(byte[] content) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(content));
  }

  private static byte[] pkcs8(byte[] pkcs1) {
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    inner.writeBytes(RSA_HEAD);
    der(inner, 0x04, pkcs1);
    ByteArrayOutputStream outer = new ByteArrayOutputStream();
    der(outer, 0x30, inner.toByteArray());
    return outer.toByteArray();
  }

  private static void der(ByteArrayOutputStream target, int tag, byte[] content) {
    target.write(tag);
    int octets = (39 - Integer.numberOfLeadingZeros(content.length)) / 8;
    if (content.length < 0x80) {
      target.write(content.length);
    } else {
      target.write(0x80 | octets);
      for (int i = octets - 1; i >= 0; i--) {
        target.write(content.length >>> (8 * i));
      }
    }
    target.writeBytes(content);
  }

  /**
   * All certificates in the text, in their order.
   *
   * @throws GeneralSecurityException with a reason for a person, also when there is none
   */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        byte[] content = decode(block.group(2));
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content)));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("no certificate in it (expected: PEM, -----BEGIN …)");
    }
    return certificates;
  }

  private static byte[] decode(String base64) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64.strip());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("a block that is not Base64", e);
    }
  }
}
