// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceAccountKeyTest {

  private final FakeLogin login = new FakeLogin();

  @AfterEach
  void close() {
    login.close();
  }

  @Test
  void readsTheFileOfDcos(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("account.json"), login.json());

    ServiceAccountKey key = ServiceAccountKey.read(file);

    assertThat(key.uid()).isEqualTo("dns");
    assertThat(key.loginEndpoint()).hasToString(login.endpoint());
  }

  @Test
  void readsKeysOfBothForms() {
    ServiceAccountKey old = ServiceAccountKey.parse(login.json(login.pkcs1()));

    assertThat(old.key()).isEqualTo(login.key().key());
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                ServiceAccountKey.parse(
                    "{\"scheme\":\"HS256\",\"login_endpoint\":\"ftp://x\",\"private_key\":\"secret\"}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("uid: missing", "HS256", "ftp://x", "no private key")
        .hasMessageNotContaining("secret");
  }

  @Test
  void refusesOtherKeysAndBrokenOnes() throws NoSuchAlgorithmException {
    byte[] ec = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();

    assertThatThrownBy(() -> ServiceAccountKey.parse(login.json(FakeLogin.pem("PRIVATE KEY", ec))))
        .hasMessageContaining("of EC (expected: of RSA)");
    assertThatThrownBy(
            () ->
                ServiceAccountKey.parse(login.json(FakeLogin.pem("RSA PRIVATE KEY", new byte[9]))))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(
            () ->
                ServiceAccountKey.parse(
                    login.json(FakeLogin.pem("ENCRYPTED PRIVATE KEY", new byte[9]))))
        .hasMessageContaining("has a password");
  }

  @Test
  void refusesWhatIsNoJsonWithoutRepeatingIt() {
    assertThatThrownBy(() -> ServiceAccountKey.parse("-----BEGIN secret"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> ServiceAccountKey.read(Path.of("no-such-file")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no-such-file");
  }

  @Test
  void keepsTheKeyToItself() {
    assertThat(login.key().toString())
        .isEqualTo("ServiceAccountKey[dns at " + login.endpoint() + "]");
  }
}
