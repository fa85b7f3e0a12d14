// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The record changes of a zone as they happen, for load balancers and meshes that would otherwise
 * ask for names again and again.
 *
 * <p>A subscriber first gets the whole zone, as soon as the zone has one, and then each change. One
 * that asks for items more slowly than the zone changes gets several changes as one: what waits for
 * it is one snapshot, never a queue. The stream has no end, but {@link Flow.Subscription#cancel}.
 * The zone changes only while somebody {@linkplain Zone#follow follows} it, as a server does.
 *
 * <p><b>Thread-safe.</b> Subscribers are called on the executor, one call at a time; one that
 * throws is cancelled.
 */
public final class ZoneChanges implements Flow.Publisher<ZoneDelta> {

  private final Zone zone;
  private final Executor executor;

  private ZoneChanges(Zone zone, Executor executor) {
    this.zone = requireNonNull(zone, "zone");
    this.executor = requireNonNull(executor, "executor");
  }

  /** The changes of {@code zone}. */
  public static ZoneChanges of(Zone zone, Executor executor) {
    return new ZoneChanges(zone, executor);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ZoneDelta> subscriber) {
    Feed feed = new Feed(requireNonNull(subscriber, "subscriber"));
    subscriber.onSubscribe(feed);
    feed.follow();
  }

  private final class Feed implements Flow.Subscription {
    private final Flow.Subscriber<? super ZoneDelta> subscriber;
    private final Repeater delivery = new Repeater(executor, this::deliver);
    private @Nullable ZoneSnapshot told; // touched by one delivery at a time

    private long demand; // guarded by this
    private boolean misused; // guarded by this
    private boolean cancelled; // guarded by this
    private @Nullable Subscription watching; // guarded by this

    Feed(Flow.Subscriber<? super ZoneDelta> subscriber) {
      this.subscriber = subscriber;
    }

    void follow() {
      Subscription begun = zone.watch(Runnable::run, (before, after) -> delivery.ask());
      synchronized (this) {
        watching = begun;
        if (!cancelled) {
          return;
        }
      }
      begun.close();
    }

    @Override
    public void request(long count) {
      synchronized (this) {
        misused |= count <= 0;
        demand = count > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + Math.max(0, count);
      }
      delivery.ask();
    }

    @Override
    public void cancel() {
      Subscription ended;
      synchronized (this) {
        cancelled = true;
        ended = watching;
      }
      delivery.close();
      if (ended != null) {
        ended.close();
      }
    }

    private void deliver() {
      try {
        for (ZoneDelta delta = next(); delta != null; delta = next()) {
          subscriber.onNext(delta);
        }
        if (isMisused()) {
          cancel();
          subscriber.onError(
              new IllegalArgumentException("request: 0 or less (expected: more than zero)"));
        }
      } catch (RuntimeException e) {
        cancel();
        throw e;
      }
    }

    /** What to tell now; null when there is nothing new, or nobody asked for it. */
    @SuppressWarnings("ReferenceEquality") // a snapshot is told once
    private @Nullable ZoneDelta next() {
      ZoneSnapshot newest = zone.snapshot();
      while (newest != null && newest != told && mayTell()) {
        ZoneSnapshot before = told;
        ZoneDelta delta = ZoneDelta.between(before, newest);
        told = newest;
        boolean different = before == null || before.isPartial() != newest.isPartial();
        if (different || !delta.changes().isEmpty()) {
          countDown();
          return delta;
        }
        newest = zone.snapshot();
      }
      return null;
    }

    private synchronized boolean mayTell() {
      return demand > 0 && !cancelled && !misused;
    }

    private synchronized void countDown() {
      demand -= demand == Long.MAX_VALUE ? 0 : 1;
    }

    private synchronized boolean isMisused() {
      return misused && !cancelled;
    }
  }
}
