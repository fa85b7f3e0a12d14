// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static java.util.Objects.requireNonNull;

import java.lang.ref.SoftReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A large answer that is made from something immutable, on an executor, once for all who ask. While
 * one is being made everybody waits for it, so that clients in a hurry cannot make more than one
 * thread work; what they get is as new as when that began. The last answer is kept as long as the
 * machine has memory to spare.
 *
 * <p><b>Thread-safe.</b>
 *
 * @param <S> what it is made from
 */
public final class SharedAnswer<S> {

  private record Made<S>(S source, HttpResponse response) {}

  private final Executor executor;
  private final BiPredicate<S, S> same;
  private final Function<S, HttpResponse> maker;
  private @Nullable CompletableFuture<HttpResponse> underWay; // guarded by this
  private SoftReference<Made<S>> last = new SoftReference<>(null); // guarded by this

  /**
   * An answer that nobody has asked for yet.
   *
   * @param same whether two sources give the same answer; called under a lock, so it is quick
   */
  public SharedAnswer(Executor executor, BiPredicate<S, S> same, Function<S, HttpResponse> maker) {
    this.executor = requireNonNull(executor, "executor");
    this.same = requireNonNull(same, "same");
    this.maker = requireNonNull(maker, "maker");
  }

  /**
   * The answer for {@code source}, or the one that is being made; {@link HttpResponse#OVERLOADED}
   * when the executor takes no more.
   */
  public CompletionStage<HttpResponse> of(S source) {
    CompletableFuture<HttpResponse> begun = new CompletableFuture<>();
    synchronized (this) {
      if (underWay != null) {
        return underWay.copy();
      }
      Made<S> made = last.get();
      if (made != null && same.test(made.source, source)) {
        return CompletableFuture.completedFuture(made.response);
      }
      underWay = begun;
    }
    try {
      executor.execute(() -> make(source, begun));
    } catch (RejectedExecutionException e) {
      end(null);
      begun.complete(HttpResponse.OVERLOADED);
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
