// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.netty.TlsContexts;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Whom we trust over TLS. The certificates are read at the first question that needs them, where it
 * may block; after a failure they are read again with the next one.
 *
 * <p><b>Thread-safe.</b>
 */
final class UpstreamTls {

  /** RFC 7858 §3.1. */
  private static final String DNS_OVER_TLS = "dot";

  private final @Nullable Path authorities;
  private final Executor executor;

  // Guarded by this.
  private @Nullable CompletableFuture<SslContext> context;

  UpstreamTls(@Nullable Path authorities, Executor executor) {
    this.authorities = authorities;
    this.executor = executor;
  }

  synchronized CompletionStage<SslContext> context() {
    if (context == null || context.isCompletedExceptionally()) {
      try {
        context =
            CompletableFuture.supplyAsync(
                () -> TlsContexts.client(authorities, DNS_OVER_TLS), executor);
      } catch (RejectedExecutionException e) {
        context = CompletableFuture.failedFuture(e);
      }
    }
    return context;
  }
}
