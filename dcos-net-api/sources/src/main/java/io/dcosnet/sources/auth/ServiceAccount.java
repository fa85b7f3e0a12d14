// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service account of DC/OS, which shows a token that it gets by logging in.
 *
 * <p>It logs in when the first header is asked for, again {@value #RENEW_SECONDS} s before the
 * token's end, and when a server rejects it. Whoever asks meanwhile waits for the same login. While
 * a new login fails, the token before it is shown until its end.
 *
 * <p><b>Thread-safe.</b> Nothing is opened before the first header is asked for; one thread then
 * belongs to the JDK's HTTP client, until nobody holds this object.
 */
public final class ServiceAccount implements Authorization {

  /** How long a token is asked to hold. From Marathon-LB. */
  public static final Duration TOKEN_LIFE = Duration.ofHours(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(ServiceAccount.class);

  private static final int RENEW_SECONDS = 10;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private record Token(String header, long untilNanos) {}

  private final ServiceAccountKey key;
  private final TimeSource time;
  private final Executor executor;
  private final @Nullable SSLContext tls;

  // Guarded by this; no foreign code runs under it.
  private @Nullable ServiceAccountLogin login;
  private @Nullable Token token;
  private @Nullable CompletableFuture<String> underWay;

  private ServiceAccount(
      ServiceAccountKey key, TimeSource time, Executor executor, @Nullable SSLContext tls) {
    this.key = requireNonNull(key, "key");
    this.time = requireNonNull(time, "time");
    this.executor = requireNonNull(executor, "executor");
    this.tls = tls;
  }

  /**
   * An account that has not logged in yet.
   *
   * @param executor signs, which takes some milliseconds, and serves the HTTP client
   */
  public static ServiceAccount of(ServiceAccountKey key, TimeSource time, Executor executor) {
    return new ServiceAccount(key, time, executor, null);
  }

  /** As {@link #of(ServiceAccountKey, TimeSource, Executor)}, with TLS other than the JDK's. */
  public static ServiceAccount of(
      ServiceAccountKey key, TimeSource time, Executor executor, SSLContext tls) {
    return new ServiceAccount(key, time, executor, requireNonNull(tls, "tls"));
  }

  @Override
  public CompletionStage<String> header() {
    CompletableFuture<String> result;
    ServiceAccountLogin next;
    synchronized (this) {
      Token now = token;
      if (now != null && left(now) > Duration.ofSeconds(RENEW_SECONDS).toNanos()) {
        return CompletableFuture.completedFuture(now.header());
      }
      if (underWay != null) {
        return underWay.minimalCompletionStage();
      }
      result = new CompletableFuture<>();
      underWay = result;
      next = login == null ? new ServiceAccountLogin(key, client(), time, executor) : login;
      login = next;
    }
    CompletableFuture<?> unused =
        next.token().whenComplete((got, failure) -> ended(result, got, failure));
    return result.minimalCompletionStage();
  }

  private long left(Token some) {
    return some.untilNanos() - time.nanos();
  }

  private HttpClient client() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(executor);
    return tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  private void ended(
      CompletableFuture<String> result, @Nullable String got, @Nullable Throwable failure) {
    Token usable;
    synchronized (this) {
      underWay = null;
      if (got != null) {
        token = new Token("token=" + got, time.nanos() + TOKEN_LIFE.toNanos());
      }
      usable = token != null && left(token) > 0 ? token : null;
    }
    if (usable != null) {
      if (failure != null) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        LOGGER.warn("the old token is shown, a new one cannot be had: {}", cause.getMessage());
      }
      result.complete(usable.header());
    } else {
      result.completeExceptionally(requireNonNull(failure, "failure"));
    }
  }

  @Override
  public synchronized boolean rejected(String header) {
    if (token != null && token.header().equals(header)) {
      token = null;
    }
    return true;
  }

  /** Name and place without any secret. */
  @Override
  public String toString() {
    return "ServiceAccount[" + key.uid() + " at " + key.loginEndpoint() + "]";
  }
}
