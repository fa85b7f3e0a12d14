// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The store of a real node for tests that know of one thread only: it waits until a write is done,
 * and hands work to the test's executors when the test's thread asks for that.
 */
final class PatientStore implements ReplicatedStore {

  private final ReplicatedStore store;
  private final Queue<Runnable> handed = new ConcurrentLinkedQueue<>();

  PatientStore(ReplicatedStore store) {
    this.store = store;
  }

  /** Gives the test's executors what has come for them; false when nothing had. */
  boolean handOver() {
    boolean any = false;
    for (Runnable next = handed.poll(); next != null; next = handed.poll()) {
      any = true;
      next.run();
    }
    return any;
  }

  private static <T> CompletionStage<T> done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    try {
      var unused = future.get(Clusters.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return future; // the test looks at it
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
    return future;
  }

  @Override
  public NodeId localNode() {
    return store.localNode();
  }

  @Override
  public CompletionStage<Write> put(String key, Bytes value) {
    return done(store.put(key, value));
  }

  @Override
  public CompletionStage<Write> delete(String key) {
    return done(store.delete(key));
  }

  @Override
  public NavigableMap<String, Entry> view(String prefix) {
    return store.view(prefix);
  }

  @Override
  public Subscription watch(String prefix, Executor executor, Listener listener) {
    return store.watch(prefix, work -> handed.add(() -> executor.execute(work)), listener);
  }

  @Override
  public CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
    return done(store.awaitSeen(write, timeout));
  }

  @Override
  public String why(String key) {
    return store.why(key);
  }
}
