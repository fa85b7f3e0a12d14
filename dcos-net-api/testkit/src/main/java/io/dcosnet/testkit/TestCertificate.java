// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that vouches for itself, made by the JDK's keytool: as PEM, and for both ends of a
 * connection. <b>Immutable.</b> What goes wrong is an {@link AssertionError}.
 */
public final class TestCertificate {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ALIAS = "own";

  private final KeyStore store;
  private final Path chain;
  private final Path key;

  private TestCertificate(KeyStore store, Path chain, Path key) {
    this.store = store;
    this.chain = chain;
    this.key = key;
  }

  /**
   * A new one for 127.0.0.1, for the name, and for the name below {@code example.org}.
   *
   * @param folder gets {@code <name>.crt} and {@code <name>.key}
   */
  public static TestCertificate make(Path folder, String name) {
    Path file = folder.resolve(name + ".p12");
    try {
      generate(file, name);
      KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
      Path chain = folder.resolve(name + ".crt");
      Path key = folder.resolve(name + ".key");
      pem(chain, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
      pem(key, "PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded());
      return new TestCertificate(store, chain, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("certificate for " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("certificate for " + name, e);
    }
  }

  private static void generate(Path file, String name) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:" + name + ",dns:" + name + ".example.org",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  private static void pem(Path file, String kind, byte[] bytes) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines));
  }

  /** The certificate as PEM. */
  public Path chain() {
    return chain;
  }

  /** The key as PEM, PKCS#8 without a password. */
  public Path key() {
    return key;
  }

  /** For a server that shows this certificate. */
  public SSLContext server() {
    return context(this, null);
  }

  /** For a client that trusts this certificate and no other. */
  public SSLContext client() {
    return context(null, this);
  }

  /** For a client that trusts {@code server} and shows this certificate when asked. */
  public SSLContext clientOf(TestCertificate server) {
    return context(this, server);
  }

  private static SSLContext context(
      @Nullable TestCertificate shown, @Nullable TestCertificate trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          shown == null ? null : shown.keys().getKeyManagers(),
          trusted == null ? null : trusted.trust().getTrustManagers(),
          null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("TLS of the JDK", e);
    }
  }

  private KeyManagerFactory keys() throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    return keys;
  }

  private TrustManagerFactory trust() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate(ALIAS));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }
}
