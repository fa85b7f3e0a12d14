// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Lets only those requests through to another handler that carry one secret in {@code
 * Authorization: Bearer …} (RFC 6750); the others get status 401.
 *
 * <p>How long the comparison takes tells nothing about the secret, nor about its length. The secret
 * is kept as a digest and appears in no message.
 *
 * <p><b>Thread-safe.</b>
 */
public final class BearerGuard implements HttpHandler {

  /** Shorter ones can be guessed over a network: 16 characters of base64 are 96 bits. */
  public static final int MIN_TOKEN_CHARACTERS = 16;

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
  private static final String SCHEME = "bearer ";

  private final byte[] digest;
  private final HttpHandler guarded;

  private BearerGuard(byte[] digest, HttpHandler guarded) {
    this.digest = digest;
    this.guarded = guarded;
  }

  /**
   * Puts a guard before {@code guarded}.
   *
   * @param token at least {@value #MIN_TOKEN_CHARACTERS} letters, digits or {@code -._~+/}, with
   *     {@code =} at the end
   * @throws IllegalArgumentException when no client could send the token, or it is too short
   */
  public static BearerGuard of(String token, HttpHandler guarded) {
    if (token.length() < MIN_TOKEN_CHARACTERS || !TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "token: %d characters (expected: at least %d of A-Z a-z 0-9 - . _ ~ + /)"
              .formatted(token.length(), MIN_TOKEN_CHARACTERS));
    }
    return new BearerGuard(sha256(token), requireNonNull(guarded, "guarded"));
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    List<String> given = request.headers().getOrDefault("authorization", List.of());
    if (given.size() == 1 && isRight(given.get(0))) {
      return guarded.handle(request);
    }
    Map<String, String> headers =
        Map.of("content-type", "text/plain; charset=utf-8", "www-authenticate", "Bearer");
    String text = given.isEmpty() ? "a bearer token is needed\n" : "not the right bearer token\n";
    return CompletableFuture.completedFuture(HttpResponse.of(401, headers, Bytes.utf8(text)));
  }

  private boolean isRight(String authorization) {
    boolean bearer = authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    String token = bearer ? authorization.substring(SCHEME.length()).strip() : "";
    // Digests have one length, so that isEqual compares all bytes whatever was sent.
    return MessageDigest.isEqual(digest, sha256(token)) && bearer;
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
