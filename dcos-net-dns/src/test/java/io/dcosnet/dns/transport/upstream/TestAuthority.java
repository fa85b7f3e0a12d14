// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for one name that vouches for itself, made by the JDK's keytool. */
final class TestAuthority {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyStore store;
  private final Path certificate;
  private final Path key;

  TestAuthority(Path folder, String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
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
    store = KeyStore.getInstance(file.toFile(), PASSWORD);
    certificate =
        pem(folder.resolve(name + ".crt"), "CERTIFICATE", store.getCertificate("own").getEncoded());
    key =
        pem(
            folder.resolve(name + ".key"),
            "PRIVATE KEY",
            store.getKey("own", PASSWORD).getEncoded());
  }

  /** As PEM, for clients to trust. */
  Path certificate() {
    return certificate;
  }

  /** As PEM, without a password. */
  Path key() {
    return key;
  }

  /** For a server that shows the certificate. */
  SSLContext server() throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines));
  }
}
