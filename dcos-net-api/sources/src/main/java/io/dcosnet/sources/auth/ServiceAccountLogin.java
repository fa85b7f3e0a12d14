// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.TimeSource;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Logs in with a token that the account signs itself (RFC 7519), for one that the cluster signs.
 * <b>Thread-safe.</b>
 */
final class ServiceAccountLogin {

  /** Time for the signed token to arrive; clocks may differ by less than that. */
  private static final Duration SIGNED_LIFE = Duration.ofSeconds(60);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String COOKIE = "dcos-acs-auth-cookie=";
  private static final String HEAD = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** What is written into an object that is open. */
  @FunctionalInterface
  private interface Fields {
    void to(JsonGenerator out) throws IOException;
  }

  private final ServiceAccountKey key;
  private final HttpClient client;
  private final TimeSource time;
  private final Executor executor;

  ServiceAccountLogin(
      ServiceAccountKey key, HttpClient client, TimeSource time, Executor executor) {
    this.key = key;
    this.client = client;
    this.time = time;
    this.executor = executor;
  }

  /** A new token; fails with a reason for a person that holds no secret. */
  CompletableFuture<String> token() {
    return CompletableFuture.supplyAsync(this::request, executor)
        .thenCompose(request -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
        .handle(
            (response, failure) -> {
              if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                throw refused("failed: " + cause);
              }
              return token(response);
            });
  }

  private HttpRequest request() {
    long now = time.wallMillis() / 1000;
    String body =
        json(
            out -> {
              out.writeStringField("uid", key.uid());
              out.writeStringField("token", signed(now + SIGNED_LIFE.toSeconds()));
              out.writeNumberField("exp", now + ServiceAccount.TOKEN_LIFE.toSeconds());
            });
    return HttpRequest.newBuilder(key.loginEndpoint())
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .header("User-Agent", "dcos-net")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private String signed(long expires) {
    String claims =
        json(
            out -> {
              out.writeStringField("uid", key.uid());
              out.writeNumberField("exp", expires);
            });
    String content = base64(HEAD) + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.key());
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw refused("cannot sign: " + e.getMessage());
    }
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      out.writeStartObject();
      fields.to(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory, so it does not happen
    }
    return text.toString();
  }

  private String token(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status != 200) {
      String hint = status == 401 ? " (expected: the account exists and the key is its own)" : "";
      throw refused("answered " + status + hint);
    }
    String token = inBody(response.body());
    if (token.isEmpty()) {
      token =
          response.headers().allValues("Set-Cookie").stream()
              .filter(cookie -> cookie.startsWith(COOKIE))
              .map(cookie -> cookie.substring(COOKIE.length()).split(";", 2)[0])
              .findFirst()
              .orElse("");
    }
    // Anything else would end the header or the request.
    if (!token.matches("[\\x21-\\x7e]+")) {
      throw refused("gave no token");
    }
    return token;
  }

  private static String inBody(String body) {
    try (JsonParser in = FACTORY.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        if (name.equals("token") && in.currentToken() == JsonToken.VALUE_STRING) {
          return in.getText();
        }
        in.skipChildren();
      }
      return "";
    } catch (IOException e) {
      return ""; // the cookie may be there all the same
    }
  }

  private DcosNetException refused(String what) {
    return new DcosNetException(
        "login of " + key.uid() + " at " + key.loginEndpoint() + " " + what);
  }
}
