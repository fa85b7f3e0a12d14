// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.HttpResponse.Event;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipInspection;
import io.dcosnet.lb.VipSnapshot;
import io.dcosnet.lb.VipSnapshot.Vip;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.internal.JsonText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All VIPs, and then each that changes: an event {@code vip} with its document, {@code gone} with
 * the VIP alone, and {@code synced} whenever the client has all that there was at one moment.
 *
 * <p>A client that reads more slowly than VIPs change gets several changes as one: what waits for
 * it are two snapshots and the keys that differ, never a queue of documents.
 *
 * <p><b>Thread-safe.</b> Subscribers are called on the executor, one call at a time.
 */
final class VipWatch implements Flow.Publisher<Event> {

  private final VipInspection vips;
  private final VipsJson form;
  private final ChangedVips changes;
  private final Executor executor;
  private final AtomicInteger watchers;

  /**
   * @param changes shared by all who watch
   * @param watchers counts subscribers
   */
  VipWatch(
      VipInspection vips,
      VipsJson form,
      ChangedVips changes,
      Executor executor,
      AtomicInteger watchers) {
    this.vips = vips;
    this.form = form;
    this.changes = changes;
    this.executor = executor;
    this.watchers = watchers;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Event> subscriber) {
    watchers.incrementAndGet();
    Feed feed = new Feed(subscriber);
    subscriber.onSubscribe(feed);
    feed.begin();
  }

  private final class Feed implements Flow.Subscription {
    private final Flow.Subscriber<? super Event> subscriber;

    private long demand; // guarded by this
    private boolean misused; // guarded by this
    private boolean stale = true; // guarded by this
    private boolean running; // guarded by this
    private boolean cancelled; // guarded by this
    private @Nullable Subscription listening; // guarded by this

    // Touched by the one who runs.
    private final Deque<VipKey> pending = new ArrayDeque<>();
    private @Nullable VipSnapshot told;
    private @Nullable VipSnapshot coming;
    private HealthSnapshot health = HealthSnapshot.EMPTY;

    Feed(Flow.Subscriber<? super Event> subscriber) {
      this.subscriber = subscriber;
    }

    void begin() {
      Subscription begun = vips.onChange(Runnable::run, this::changed);
      synchronized (this) {
        if (!cancelled) {
          listening = begun;
          return;
        }
      }
      begun.close();
    }

    private void changed() {
      synchronized (this) {
        stale = true;
      }
      wake();
    }

    @Override
    public void request(long count) {
      synchronized (this) {
        misused |= count <= 0;
        demand = count > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + Math.max(0, count);
      }
      wake();
    }

    @Override
    public void cancel() {
      Subscription closed;
      synchronized (this) {
        if (cancelled) {
          return;
        }
        cancelled = true;
        closed = listening;
      }
      if (closed != null) {
        closed.close();
      }
      watchers.decrementAndGet();
    }

    private void wake() {
      synchronized (this) {
        if (running || cancelled || (demand == 0 && !misused)) {
          return;
        }
        running = true;
      }
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        fail(e);
      }
    }

    private void fail(Throwable failure) {
      cancel();
      subscriber.onError(failure);
    }

    private void run() {
      try {
        for (Step step = step(); step != Step.REST; step = step()) {
          if (step == Step.LOOK) {
            vips.snapshot().whenComplete(this::passOn);
            return; // and goes on there
          }
          subscriber.onNext(next());
        }
      } catch (RuntimeException e) {
        fail(e);
      }
      if (isMisused()) {
        fail(new IllegalArgumentException("request: 0 or less (expected: more than zero)"));
      }
    }

    private synchronized Step step() {
      boolean nothing = coming == null && !stale;
      if (cancelled || misused || demand == 0 || nothing) {
        running = false;
        return Step.REST;
      }
      if (coming == null) {
        stale = false;
        return Step.LOOK;
      }
      demand -= demand == Long.MAX_VALUE ? 0 : 1;
      return Step.TELL;
    }

    private synchronized boolean isMisused() {
      return misused && !cancelled;
    }

    /** To the executor; one that refuses must not leave the client waiting for ever. */
    private void passOn(@Nullable VipSnapshot snapshot, @Nullable Throwable failure) {
      try {
        executor.execute(() -> arrived(snapshot, failure));
      } catch (RejectedExecutionException e) {
        fail(e);
      }
    }

    private void arrived(@Nullable VipSnapshot snapshot, @Nullable Throwable failure) {
      if (snapshot == null) {
        fail(failure == null ? new NullPointerException("snapshot") : failure);
        return;
      }
      VipSnapshot before = told;
      pending.addAll(changes.between(before, snapshot));
      boolean same = before != null && pending.isEmpty();
      told = same ? snapshot : told;
      coming = same ? null : snapshot;
      health = same ? HealthSnapshot.EMPTY : vips.health();
      run();
    }

    private Event next() {
      VipSnapshot now = coming;
      if (now == null) {
        throw new IllegalStateException("nothing to tell");
      }
      VipKey key = pending.poll();
      if (key == null) {
        told = now;
        coming = null;
        return event("synced", json -> json.writeRawValue("{\"vips\":" + now.keys().size() + "}"));
      }
      Vip vip = now.vip(key).orElse(null);
      return vip == null
          ? event("gone", json -> VipsJson.writeGone(json, now, key))
          : event("vip", json -> form.write(json, now, health, vip));
    }

    private static Event event(String type, JsonText.Content content) {
      Bytes data = JsonText.compact(content);
      return new Event(type, data.toUtf8());
    }
  }

  private enum Step {
    TELL,
    LOOK,
    REST
  }
}
