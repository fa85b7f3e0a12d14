// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** A directory that a test fills. <b>Confined to</b> one thread. */
public final class GivenVips implements VipDirectory {

  private final Map<String, Entry> entries = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /** Without any name. */
  public GivenVips() {}

  public void put(String name, String ipv4, Service... services) {
    Entry entry = new Entry(name, IpAddress.parse(ipv4), null, List.of(services));
    Entry before = entries.put(name, entry);
    if (!entry.equals(before)) {
      tell(new Change<>(before, entry));
    }
  }

  public void remove(String name) {
    Entry before = entries.remove(name);
    if (before != null) {
      tell(Change.removed(before));
    }
  }

  private void tell(Change<Entry> change) {
    listeners.forEach(listener -> listener.changed(snapshot(), List.of(change)));
  }

  @Override
  public Snapshot snapshot() {
    return new Snapshot(entries);
  }

  @Override
  public Subscription subscribe(Executor executor, Listener listener) {
    listeners.add(listener);
    List<Change<Entry>> all = entries.values().stream().map(Change::added).toList();
    executor.execute(() -> listener.changed(snapshot(), all));
    return () -> listeners.remove(listener);
  }
}
