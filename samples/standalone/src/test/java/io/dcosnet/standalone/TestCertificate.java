// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate for 127.0.0.1, made by the JDK's keytool, as PEM.
 *
 * @param chain the certificate
 * @param key without a password
 */
public record TestCertificate(Path chain, Path key) {

  private static final String PASSWORD = "changeit";

  /** A new one: {@code own.crt} and {@code own.key} in the folder. */
  public static TestCertificate make(Path folder) {
    Path file = folder.resolve("own.p12");
    try {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "own",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=own",
                  "-ext",
                  "san=ip:127.0.0.1,dns:dns.example.org",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  PASSWORD)
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new AssertionError("keytool: " + said);
      }
      KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
      return new TestCertificate(
          pem(folder.resolve("own.crt"), "CERTIFICATE", store.getCertificate("own").getEncoded()),
          pem(
              folder.resolve("own.key"),
              "PRIVATE KEY",
              store.getKey("own", PASSWORD.toCharArray()).getEncoded()));
    } catch (IOException | InterruptedException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines));
  }
}
