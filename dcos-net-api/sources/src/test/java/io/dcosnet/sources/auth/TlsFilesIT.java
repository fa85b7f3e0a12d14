// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With certificates that the JDK's keytool makes. */
class TlsFilesIT {

  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;
  private HttpsServer server;

  private record Identity(Path certificate, Path key) {}

  private Identity own;

  @BeforeEach
  void startServer() throws Exception {
    own = certificate("own");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = TlsFiles.client(own.certificate(), own.certificate(), own.key());
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
            ssl.setWantClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String peer = peerOf((HttpsExchange) exchange);
            byte[] body = peer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  private static String peerOf(HttpsExchange exchange) {
    try {
      return exchange.getSSLSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      return "nobody";
    }
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private Identity certificate(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
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
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    byte[] certificate = keys.getCertificate("own").getEncoded();
    byte[] key = keys.getKey("own", PASSWORD.toCharArray()).getEncoded();
    return new Identity(
        Files.writeString(folder.resolve(name + ".crt"), FakeLogin.pem("CERTIFICATE", certificate)),
        Files.writeString(folder.resolve(name + ".key"), FakeLogin.pem("PRIVATE KEY", key)));
  }

  private String get(SSLContext context) throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder().sslContext(context).connectTimeout(Duration.ofSeconds(30)).build();
    URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void trustsTheGivenAuthoritiesOnly() throws Exception {
    assertThat(get(TlsFiles.trusting(own.certificate()))).isEqualTo("nobody");

    assertThatThrownBy(() -> get(TlsFiles.client(null, null, null)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(TlsFiles.trusting(certificate("other").certificate())))
        .isInstanceOf(IOException.class);
  }

  @Test
  void showsTheClientsCertificate() throws Exception {
    assertThat(get(TlsFiles.client(own.certificate(), own.certificate(), own.key())))
        .isEqualTo("CN=own");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path broken =
        Files.writeString(folder.resolve("broken.pem"), FakeLogin.pem("PRIVATE KEY", new byte[5]));

    assertThatThrownBy(() -> TlsFiles.trusting(folder.resolve("absent.pem")))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContainingAll("absent.pem", "cannot be read");
    assertThatThrownBy(() -> TlsFiles.trusting(empty))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContainingAll("empty.pem", "no certificate in it");
    assertThatThrownBy(() -> TlsFiles.client(null, own.certificate(), broken))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("broken.pem");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TlsFiles.client(null, own.certificate(), null));
  }
}
