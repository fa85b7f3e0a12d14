// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpResponse;
import java.lang.ref.SoftReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A large body that is made from something immutable, on an executor, once for all who ask. While
 * one is being made everybody waits for it, so that clients in a hurry cannot make more than one
 * thread work; what they get is as new as when that began. The last body is kept as long as the
 * machine has memory to spare.
 *
 * <p><b>Thread-safe.</b>
 *
 * @param <S> what it is made from; the same object gives the same body
 */
final class SharedAnswer<S> {

  private record Made<S>(S source, HttpResponse response) {}

  private final Executor executor;
  private final Function<S, Bytes> maker;
  private @Nullable CompletableFuture<HttpResponse> underWay; // guarded by this
  private SoftReference<Made<S>> last = new SoftReference<>(null); // guarded by this

  SharedAnswer(Executor executor, Function<S, Bytes> maker) {
    this.executor = executor;
    this.maker = maker;
  }

  /** The body for {@code source}, or the one that is being made. */
  CompletionStage<HttpResponse> of(S source) {
    CompletableFuture<HttpResponse> begun = new CompletableFuture<>();
    synchronized (this) {
      if (underWay != null) {
        return underWay.copy();
      }
      Made<S> made = last.get();
      if (made != null && isSame(made.source, source)) {
        return CompletableFuture.completedFuture(made.response);
      }
      underWay = begun;
    }
    try {
      executor.execute(() -> make(source, begun));
    } catch (RejectedExecutionException e) {
      end(null);
      begun.complete(Replies.OVERLOADED);
    }
    return begun.copy();
  }

  @SuppressWarnings("ReferenceEquality") // comparing content would cost as much as making it
  private static boolean isSame(Object one, Object other) {
    return one == other;
  }

  private void make(S source, CompletableFuture<HttpResponse> begun) {
    try {
      HttpResponse response = Replies.json(maker.apply(source));
      end(new Made<>(source, response));
      begun.complete(response);
    } catch (RuntimeException | Error e) {
      end(null);
      begun.completeExceptionally(e); // the server logs it and answers 500
    }
  }

  private synchronized void end(@Nullable Made<S> made) {
    underWay = null;
    last = made == null ? last : new SoftReference<>(made);
  }
}
