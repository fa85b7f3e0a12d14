// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.name.DomainName;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A zone that the test changes. */
public final class ChangingZone implements Zone {

  private final ZonePublisher published = new ZonePublisher();
  private final String origin;

  public ChangingZone(String origin) {
    this.origin = origin;
  }

  public void put(String name, RecordSet set) {
    change(edit -> edit.put(Zones.name(name), set));
  }

  public void change(Consumer<ZoneSnapshot.Edit> action) {
    ZoneSnapshot now = published.snapshot();
    ZoneSnapshot.Edit edit = (now == null ? Zones.empty(origin) : now).edit();
    action.accept(edit);
    published.publish(edit.commit(0));
  }

  @Override
  public DomainName origin() {
    return Zones.name(origin);
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return published.snapshot();
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    return () -> {};
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }
}
