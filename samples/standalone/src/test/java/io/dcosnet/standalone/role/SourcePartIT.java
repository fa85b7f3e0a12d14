// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.auth.TlsFiles;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section as a whole, in this process. */
class SourcePartIT {

  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  @Test
  void showsTheTokenOfItsAccountOverTls() throws Exception {
    certificate();
    Path own = folder.resolve("own.crt");
    try (FakeMesos mesos =
            new FakeMesos(TlsFiles.client(own, own, folder.resolve("own.key")))
                .leads(FakeMesos.agent("S1", "192.0.2.1"), "", FakeMesos.task("web", "S1"));
        NetRuntime net = NetRuntime.create()) {
      mesos.gives("abc");
      mesos.wants("token=abc");
      account(mesos.url() + FakeMesos.LOGIN);

      SourcePart part =
          start(
              """
              masters: ["%s"]
              authentication: {iamFile: account.json}
              tls: {authorities: own.crt}
              """
                  .formatted(mesos.url()),
              net);

      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> part.source().ready());
      assertThat(part.source().cluster().tasks()).hasSize(1);
    }
  }

  @Test
  void serialsOutliveTheProcess() throws IOException {
    Files.writeString(folder.resolve("state.json"), "{\"leader\": \"master@192.0.2.1:5050\"}");
    try (NetRuntime net = NetRuntime.create()) {
      SourcePart part = start("file: state.json", net);
      assertThat(part.serialFloor("mesos.")).isZero();
      part.serialReached("mesos.", 1_700_000_000L);
    }
    try (NetRuntime net = NetRuntime.create()) {
      SourcePart part = start("file: state.json", net);

      assertThat(part.serialFloor("mesos.")).isGreaterThanOrEqualTo(1_700_000_000L);
      assertThat(part.serialFloor("example.org.")).isZero();
    }
  }

  @Test
  void tellsAllFilesThatCannotBeUsedWithoutWhatIsInThem() throws IOException {
    Files.writeString(folder.resolve("empty.crt"), "");
    Files.writeString(folder.resolve("basic.json"), "{\"principal\": \"me\", \"sceret\": \"x7\"}");
    Files.writeString(folder.resolve("broken.json"), "secret-x7");
    Files.writeString(folder.resolve("account.json"), "{\"uid\": \"me\", \"private_key\": \"x7\"}");

    assertThat(problems("authentication: {basicFile: basic.json}\ntls: {authorities: empty.crt}"))
        .contains("sources.tls: certificates ", "empty.crt")
        .contains("sources.authentication.basicFile: ", "(expected: JSON with principal and secret")
        .doesNotContain("x7");
    assertThat(problems("authentication: {basicFile: broken.json}"))
        .contains("broken.json (expected: JSON with principal and secret)")
        .doesNotContain("x7");
    assertThat(problems("authentication: {iamFile: account.json}"))
        .contains("account.json: private_key: ", "account.json: login_endpoint: ")
        .doesNotContain("x7");
  }

  private String problems(String more) {
    try (NetRuntime net = NetRuntime.create()) {
      String[] found = new String[1];
      assertThatThrownBy(() -> part(config("masters: [\"http://192.0.2.1:5050\"]\n" + more), net))
          .asInstanceOf(InstanceOfAssertFactories.type(ConfigurationException.class))
          .satisfies(refused -> found[0] = String.join("\n", refused.problems()));
      return found[0];
    }
  }

  private SourcePart start(String sources, NetRuntime net) throws IOException {
    SourcePart part = part(config(sources), net);
    net.startAll(part.lives().values().toArray(Lifecycle[]::new));
    return part;
  }

  private static SourcePart part(Configuration config, NetRuntime net) {
    return requireNonNull(
        SourcePart.of(config, ClusterInputs.of(config.sources(), net), null, net));
  }

  private Configuration config(String sources) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("node.yaml"), "node: {dataDir: data}\nsources:\n" + sources.indent(2));
    return Configuration.read(Role.MASTER, ConfigDocument.load(file), Map.of());
  }

  private void account(String login) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        folder.resolve("account.json"),
        "{\"uid\": \"node\", \"private_key\": \"%s\", \"login_endpoint\": \"%s\"}"
            .formatted(pem("PRIVATE KEY", key).replace("\n", "\\n"), login));
  }

  /** Makes {@code own.crt} and {@code own.key} by the JDK's keytool. */
  private void certificate() throws Exception {
    Path store = folder.resolve("own.p12");
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
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Files.writeString(
        folder.resolve("own.crt"), pem("CERTIFICATE", keys.getCertificate("own").getEncoded()));
    Files.writeString(
        folder.resolve("own.key"),
        pem("PRIVATE KEY", keys.getKey("own", PASSWORD.toCharArray()).getEncoded()));
  }

  private static String pem(String type, byte[] content) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type);
  }
}
