// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.http.HttpResponse;
import java.lang.ref.SoftReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An answer that may be long: made on an executor, one at a time, and the same object for all who
 * ask while what it is made from stays the same. So many clients need neither more than one thread
 * nor more than one copy. The last one is kept as long as the machine has memory to spare.
 *
 * <p><b>Thread-safe.</b>
 *
 * @param <S> what it is made from; compared with {@code equals}, under a lock, so that is quick
 */
final class SharedAnswer<S> {

  private record Made<S>(S source, HttpResponse response) {}

  private final Executor executor;
  private final Function<S, HttpResponse> maker;
  private @Nullable CompletableFuture<HttpResponse> underWay; // guarded by this
  private SoftReference<Made<S>> last = new SoftReference<>(null); // guarded by this

  SharedAnswer(Executor executor, Function<S, HttpResponse> maker) {
    this.executor = executor;
    this.maker = maker;
  }

  /** The answer for {@code source}, or the one that is being made, which was begun before. */
  CompletionStage<HttpResponse> of(S source) {
    CompletableFuture<HttpResponse> begun = new CompletableFuture<>();
    synchronized (this) {
      if (underWay != null) {
        return underWay.copy();
      }
      Made<S> made = last.get();
      if (made != null && made.source.equals(source)) {
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

  private void make(S source, CompletableFuture<HttpResponse> begun) {
    try {
      HttpResponse response = maker.apply(source);
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
