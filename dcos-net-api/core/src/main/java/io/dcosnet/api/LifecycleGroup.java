// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import io.dcosnet.api.event.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Several parts that live as one: started in the given order, each after the one before serves;
 * stopped in reverse order, each with the whole grace. When one start fails, those before it are
 * stopped again; when one stop fails, the others are stopped all the same.
 *
 * <p><b>Thread-safe.</b>
 */
public final class LifecycleGroup implements Lifecycle {

  private final List<Lifecycle> parts;
  private final StartStop life = new StartStop("group", this::startAll, this::stopAll);

  // Parts whose start was asked for, newest first; touched only by the two actions of life.
  private final Deque<Lifecycle> opened = new ArrayDeque<>();

  private LifecycleGroup(List<Lifecycle> parts) {
    this.parts = parts;
  }

  /** A group of {@code parts} in start order. */
  public static LifecycleGroup of(Lifecycle... parts) {
    return new LifecycleGroup(List.of(parts));
  }

  private CompletionStage<?> startAll() {
    CompletionStage<?> last = CompletableFuture.completedFuture(null);
    for (Lifecycle part : parts) {
      last = last.thenCompose(ready -> start(part));
    }
    return last;
  }

  private CompletionStage<Void> start(Lifecycle part) {
    CompletionStage<Void> starting = part.start();
    opened.push(part); // not where start() throws: then somebody else runs it
    return starting;
  }

  private CompletionStage<?> stopAll(Duration grace) {
    List<Throwable> failures = new ArrayList<>();
    CompletionStage<?> last = CompletableFuture.completedFuture(null);
    for (Lifecycle part : opened) {
      last =
          last.thenCompose(done -> part.stop(grace))
              .handle((done, failure) -> note(failures, failure));
    }
    return last.thenAccept(
        done -> {
          if (!failures.isEmpty()) {
            DcosNetException all = new DcosNetException("stop: " + failures.size() + " failed");
            failures.forEach(all::addSuppressed);
            throw all;
          }
        });
  }

  private static @Nullable Object note(List<Throwable> failures, @Nullable Throwable failure) {
    if (failure != null) {
      failures.add(StartStop.unwrap(failure));
    }
    return null;
  }

  @Override
  public CompletionStage<Void> start() {
    return life.start();
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    return life.stop(grace);
  }

  @Override
  public State state() {
    return life.state();
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    return life.onStateChange(listener);
  }

  @Override
  public void close() {
    life.close();
  }
}
