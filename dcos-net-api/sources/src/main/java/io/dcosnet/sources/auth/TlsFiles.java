// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS for sources from PEM files. Servers are always verified, their names too. The files are read
 * at the call; a changed certificate needs a new context.
 */
public final class TlsFiles {

  /** For stores that never leave the memory, where the JDK wants a password all the same. */
  private static final char[] NO_SECRET = "memory".toCharArray();

  private TlsFiles() {}

  /**
   * A client that trusts servers whose certificate is signed by one of the authorities.
   *
   * @param authorities certificates of these, one after the other
   * @throws DcosNetException when the file cannot be read or used
   */
  public static SSLContext trusting(Path authorities) {
    return client(authorities, null, null);
  }

  /**
   * A client that shows a certificate of its own.
   *
   * @param authorities as in {@link #trusting}; null for those that the JDK trusts
   * @param chain the client's certificate, followed by those that it is signed with
   * @param key without a password, PKCS#8, of RSA also PKCS#1
   * @throws DcosNetException when a file cannot be read or used
   */
  public static SSLContext client(
      @Nullable Path authorities, @Nullable Path chain, @Nullable Path key) {
    if ((chain == null) != (key == null)) {
      throw new IllegalArgumentException(
          "tls: chain %s, key %s (expected: both or none)".formatted(chain, key));
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          chain == null || key == null ? null : keys(chain, key),
          authorities == null ? null : trust(authorities),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new DcosNetException("tls: cannot be set up: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(Path authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate authority : certificates(authorities)) {
      store.setCertificateEntry("authority" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(Path chain, Path key)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    X509Certificate[] certificates = certificates(chain).toArray(X509Certificate[]::new);
    try {
      store.setKeyEntry("own", privateKey(key), NO_SECRET, certificates);
    } catch (GeneralSecurityException e) {
      throw unusable("key", key, e);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_SECRET);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
    return Pem.privateKey(text("key", file));
  }

  private static List<X509Certificate> certificates(Path file) {
    try {
      return Pem.certificates(text("certificates", file));
    } catch (GeneralSecurityException e) {
      throw unusable("certificates", file, e);
    }
  }

  private static String text(String what, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new DcosNetException(
          "tls: %s %s cannot be read: %s (does it exist, with rights for this user?)"
              .formatted(what, file, e),
          e);
    }
  }

  private static DcosNetException unusable(String what, Path file, GeneralSecurityException e) {
    return new DcosNetException("tls: %s %s: %s".formatted(what, file, e.getMessage()), e);
  }
}
