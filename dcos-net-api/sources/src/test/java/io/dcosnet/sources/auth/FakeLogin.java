// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gives tokens {@code t1}, {@code t2}, … to whoever signs with the right key. */
public final class FakeLogin implements AutoCloseable {

  private static final Pattern BODY =
      Pattern.compile("\\{\"uid\":\"([^\"]+)\",\"token\":\"([^\"]+)\",\"exp\":([0-9]+)}");

  /** Made once, since that takes long. */
  private static final KeyPair PAIR = newPair();

  private final HttpServer server;
  private final KeyPair pair;
  final List<String> claims = new CopyOnWriteArrayList<>();
  final List<Long> wanted = new CopyOnWriteArrayList<>();
  volatile int refusal;
  volatile boolean byCookie;
  volatile CountDownLatch gate = new CountDownLatch(0);

  public FakeLogin() {
    this(PAIR);
  }

  /** One with a key that no other has. */
  public static FakeLogin withOtherKey() {
    return new FakeLogin(newPair());
  }

  private static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has RSA", e);
    }
  }

  private FakeLogin(KeyPair pair) {
    this.pair = pair;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/acs/api/v1/auth/login",
        exchange -> {
          try (exchange) {
            answer(exchange);
          }
        });
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/acs/api/v1/auth/login";
  }

  /** The account as DC/OS writes it into a file. */
  String json() {
    return json(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  String json(String key) {
    return "{\"scheme\":\"RS256\",\"uid\":\"dns\",\"extra\":[1],\"login_endpoint\":\"%s\",\"private_key\":\"%s\"}"
        .formatted(endpoint(), key.replace("\n", "\\n"));
  }

  /** The key in the form before PKCS#8, which is a part of that one. */
  String pkcs1() {
    byte[] whole = pair.getPrivate().getEncoded();
    byte[] inner = new byte[whole.length - 26];
    System.arraycopy(whole, 26, inner, 0, inner.length);
    return pem("RSA PRIVATE KEY", inner);
  }

  static String pem(String kind, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines);
  }

  public ServiceAccountKey key() {
    return ServiceAccountKey.parse(json());
  }

  /** How many got in. */
  public int logins() {
    return claims.size();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    await();
    Matcher parts = BODY.matcher(body);
    if (refusal != 0 || !parts.matches() || !isSigned(parts.group(2))) {
      send(exchange, refusal != 0 ? refusal : 401, "no: " + body);
      return;
    }
    wanted.add(Long.parseLong(parts.group(3)));
    claims.add(decoded(parts.group(2).split("\\.", -1)[1]));
    String token = "t" + claims.size();
    if (byCookie) {
      exchange.getResponseHeaders().set("Set-Cookie", "dcos-acs-auth-cookie=" + token + "; Path=/");
    }
    send(exchange, 200, byCookie ? "{}" : "{\"x\":{},\"token\":\"" + token + "\"}");
  }

  private void await() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isSigned(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(pair.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return decoded(parts[0]).equals("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")
          && signature.verify(Base64.getUrlDecoder().decode(parts[2]));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String decoded(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
