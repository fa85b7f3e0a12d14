// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import io.dcosnet.api.DcosNetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with those that it is signed with, and the key that belongs to it: that is checked,
 * since files that are replaced one after the other do not fit for a moment.
 *
 * @param chain the server's own certificate first
 */
@SuppressWarnings("ArrayRecordComponent") // goes to Netty as it is, and nobody compares it
record ServerCertificate(X509Certificate[] chain, PrivateKey key) {

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /**
   * Reads the files.
   *
   * @throws DcosNetException when they cannot be read, or do not fit together
   */
  static ServerCertificate read(TlsFiles files) {
    TlsContexts.requireReadable("certificate chain", files.chain());
    TlsContexts.requireReadable("private key", files.key());
    try {
      X509Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(files.chain())))
              .toArray(X509Certificate[]::new);
      if (chain.length == 0) {
        throw new GeneralSecurityException("no certificate in the chain");
      }
      PublicKey shown = chain[0].getPublicKey();
      PrivateKey key =
          key(Files.readString(files.key(), StandardCharsets.ISO_8859_1), shown.getAlgorithm());
      if (!isPair(key, shown)) {
        throw new GeneralSecurityException("the key is not that of the certificate");
      }
      return new ServerCertificate(chain, key);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw TlsContexts.unusable(files, e);
    }
  }

  private static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
    Matcher found = PKCS8.matcher(pem);
    if (!found.find()) {
      throw new GeneralSecurityException("no private key in the file");
    }
    byte[] octets = Base64.getMimeDecoder().decode(found.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(octets));
  }

  private static boolean isPair(PrivateKey key, PublicKey shown) throws GeneralSecurityException {
    String algorithm =
        switch (shown.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> shown.getAlgorithm(); // EdDSA hashes in its own way
        };
    byte[] text = "whose key is it".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(shown);
    signature.update(text);
    return signature.verify(signed);
  }

  /** The last moment at which the server's own certificate is good, in Unix milliseconds. */
  long goodUntilMillis() {
    return chain[0].getNotAfter().toInstant().toEpochMilli();
  }
}
