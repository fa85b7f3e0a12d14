// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A zone that holds what the test puts there. */
final class PublishedZone implements Zone {

  private final ZonePublisher publisher = new ZonePublisher();
  private final ZoneSnapshot empty;

  PublishedZone(String origin) {
    empty = Zones.empty(origin);
  }

  /** Changes the zone and publishes it. */
  void edit(Consumer<ZoneSnapshot.Edit> change) {
    ZoneSnapshot before = publisher.snapshot();
    ZoneSnapshot.Edit edit = (before == null ? empty : before).edit();
    change.accept(edit);
    publisher.publish(edit.commit(0));
  }

  void put(String name, RecordSet set) {
    edit(edit -> edit.put(DomainName.parse(name), set));
  }

  void remove(String name, int type) {
    edit(edit -> edit.remove(DomainName.parse(name), type));
  }

  @Override
  public DomainName origin() {
    return empty.origin();
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return publisher.snapshot();
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    return () -> {};
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return publisher.watch(executor, listener);
  }
}
