// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.zone.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one thing again when a zone has changed, and tells when it is another. <b>Thread-safe.
 * </b>
 */
final class RecordWatch<T> implements Subscription {

  private final Supplier<@Nullable T> value;
  private final Consumer<T> listener;
  private final Repeater delivery;
  private final List<Subscription> watching = new ArrayList<>();
  private @Nullable T told; // touched by one delivery at a time

  private RecordWatch(Executor executor, Supplier<@Nullable T> value, Consumer<T> listener) {
    this.value = value;
    this.listener = listener;
    this.delivery = new Repeater(executor, this::deliver);
  }

  /**
   * Begins to watch.
   *
   * @param value is taken after each change of a zone; null while it is unknown, which is not told
   */
  static <T> Subscription start(
      List<Zone> zones, Executor executor, Supplier<@Nullable T> value, Consumer<T> listener) {
    RecordWatch<T> watch = new RecordWatch<>(executor, value, listener);
    for (Zone zone : zones) {
      watch.watching.add(zone.watch(Runnable::run, (before, after) -> watch.delivery.ask()));
    }
    return watch;
  }

  private void deliver() {
    T now = value.get();
    if (now != null && !now.equals(told)) {
      told = now;
      listener.accept(now);
    }
  }

  @Override
  public void close() {
    delivery.close();
    watching.forEach(Subscription::close);
  }
}
