// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The services of one family of addresses: a VIP name with back ends in both has one in each.
 *
 * <p><b>Confined to</b> one thread.
 */
final class FamilyTable {

  /** A VIP key: what it serves now, and until when it stays although it is gone. */
  private static final class Slot {
    private List<Candidate> candidates = List.of();
    private ServiceOptions options = ServiceOptions.DEFAULTS;
    private Set<HostPort> ended = Set.of();
    private final ServiceTargets targets;
    private @Nullable Service service;
    private long lingerUntil;

    Slot(ServiceTargets targets) {
      this.targets = targets;
    }

    boolean isLive() {
      return !candidates.isEmpty();
    }
  }

  private final ClaimedAddresses book;
  private final TableLimits limits;
  private final long lingerNanos;
  private final Map<VipKey, Slot> slots = new HashMap<>();
  // Of live keys only.
  private final Map<String, Set<VipKey>> byName = new HashMap<>();
  private final Map<IpAddress, Set<VipKey>> byAddress = new HashMap<>();
  private boolean changed;
  // Slots that have to be looked at again when time passes.
  private final Set<VipKey> waning = new HashSet<>();

  FamilyTable(ClaimedAddresses book, TableLimits limits) {
    this.book = book;
    this.limits = limits;
    lingerNanos = limits.linger().toNanos();
  }

  /**
   * Takes the candidates of some keys and everything that time brings.
   *
   * @param options of those keys that have candidates
   * @param ended places of those keys whose tasks have ended
   */
  void update(
      Map<VipKey, List<Candidate>> news,
      Map<VipKey, ServiceOptions> options,
      Map<VipKey, Set<HostPort>> ended,
      long nowNanos) {
    Set<String> namesBefore = new HashSet<>();
    Set<String> namesTouched = new HashSet<>();
    Set<IpAddress> addressesBefore = new HashSet<>();
    Set<IpAddress> addressesTouched = new HashSet<>();
    for (Map.Entry<VipKey, List<Candidate>> entry : news.entrySet()) {
      VipKey key = entry.getKey();
      key.vipName().ifPresent(name -> touch(name, byName, namesTouched, namesBefore));
      key.vipAddress().ifPresent(ip -> touch(ip, byAddress, addressesTouched, addressesBefore));
      take(key, entry.getValue(), options.get(key), nowNanos);
      Slot slot = slots.get(key);
      if (slot != null) {
        slot.ended = ended.getOrDefault(key, Set.of());
      }
    }
    Set<String> resettled =
        book.update(
            come(namesTouched, namesBefore, byName),
            gone(namesTouched, namesBefore, byName),
            come(addressesTouched, addressesBefore, byAddress),
            gone(addressesTouched, addressesBefore, byAddress));

    Set<VipKey> work = new HashSet<>(news.keySet());
    work.addAll(waning);
    for (String name : resettled) {
      work.addAll(byName.getOrDefault(name, Set.of()));
    }
    work.forEach(key -> rebuild(key, nowNanos));
  }

  private static <K> void touch(K key, Map<K, Set<VipKey>> live, Set<K> touched, Set<K> before) {
    if (touched.add(key) && live.containsKey(key)) {
      before.add(key);
    }
  }

  private static <K> Collection<K> come(Set<K> touched, Set<K> before, Map<K, Set<VipKey>> live) {
    return touched.stream().filter(k -> live.containsKey(k) && !before.contains(k)).toList();
  }

  private static <K> Collection<K> gone(Set<K> touched, Set<K> before, Map<K, Set<VipKey>> live) {
    return touched.stream().filter(k -> !live.containsKey(k) && before.contains(k)).toList();
  }

  private void take(
      VipKey key, List<Candidate> candidates, @Nullable ServiceOptions options, long nowNanos) {
    Slot slot = slots.get(key);
    if (slot == null) {
      if (candidates.isEmpty()) {
        return;
      }
      slot = new Slot(new ServiceTargets(limits));
      slots.put(key, slot);
    }
    if (slot.isLive() && candidates.isEmpty()) {
      slot.lingerUntil = nowNanos + lingerNanos;
    }
    changed |= slot.isLive() == candidates.isEmpty(); // it may be in the way of another one now
    slot.candidates = candidates;
    slot.options = options == null ? slot.options : options;
    index(key, slot.isLive());
  }

  private void index(VipKey key, boolean live) {
    key.vipName().ifPresent(name -> index(byName, name, key, live));
    key.vipAddress().ifPresent(address -> index(byAddress, address, key, live));
  }

  private static <K> void index(Map<K, Set<VipKey>> index, K at, VipKey key, boolean live) {
    if (live) {
      index.computeIfAbsent(at, k -> new HashSet<>()).add(key);
      return;
    }
    index.computeIfPresent(
        at,
        (k, keys) -> {
          keys.remove(key);
          return keys.isEmpty() ? null : keys;
        });
  }

  private void rebuild(VipKey key, long nowNanos) {
    Slot slot = slots.get(key);
    waning.remove(key);
    if (slot == null) {
      return;
    }
    IpAddress address = key.vipAddress().orElseGet(() -> addressOf(key));
    if (address == null && !slot.isLive() && slot.service != null) {
      address = slot.service.frontend().endpoint().address(); // on its way out, where it was
    }
    List<Target> targets = slot.targets.next(slot.candidates, slot.ended, nowNanos);
    slot.ended = Set.of();
    boolean lingers = slot.lingerUntil - nowNanos > 0 || !targets.isEmpty();
    if (address == null || (!slot.isLive() && !lingers)) {
      changed |= slot.service != null;
      slot.service = null;
      if (!slot.isLive()) {
        slots.remove(key);
      }
      return;
    }
    Frontend frontend = new Frontend(key.protocol(), new HostPort(address, key.port()));
    Service now = new Service(key, frontend, slot.options, targets);
    if (!now.equals(slot.service)) {
      slot.service = now;
      changed = true;
    }
    boolean drains = targets.stream().anyMatch(t -> t.drainDeadlineNanos() != Target.NEVER);
    if (drains || !slot.isLive()) {
      waning.add(key);
    }
  }

  private @Nullable IpAddress addressOf(VipKey key) {
    return key.vipName().map(book::address).orElse(null);
  }

  /** Whether services are other ones, live or on their way out, since this was asked last. */
  boolean takeChanged() {
    boolean taken = changed;
    changed = false;
    return taken;
  }

  /** Services of keys that have back ends. */
  List<Service> live() {
    return services(true);
  }

  /** Services that are on their way out. */
  List<Service> lingering() {
    return services(false);
  }

  private List<Service> services(boolean live) {
    List<Service> services = new ArrayList<>(slots.size());
    for (Slot slot : slots.values()) {
      if (slot.service != null && slot.isLive() == live) {
        services.add(slot.service);
      }
    }
    return services;
  }

  /** Nanoseconds until something is due; {@link Long#MAX_VALUE} when nothing is. */
  long untilDue(long nowNanos) {
    long least = Long.MAX_VALUE;
    for (VipKey key : waning) {
      Slot slot = slots.get(key);
      Service service = slot == null ? null : slot.service;
      if (slot == null || service == null) {
        continue;
      }
      for (Target target : service.targets()) {
        if (target.drainDeadlineNanos() != Target.NEVER) {
          least = Math.min(least, target.drainDeadlineNanos() - nowNanos);
        }
      }
      if (!slot.isLive() && slot.lingerUntil - nowNanos > 0) {
        least = Math.min(least, slot.lingerUntil - nowNanos);
      }
    }
    return least == Long.MAX_VALUE ? least : Math.max(0, least);
  }

  /** The names that there are. */
  Set<String> names() {
    return byName.keySet();
  }

  ClaimedAddresses book() {
    return book;
  }

  /** Services that use back ends believed dead, since they have no others. */
  long failOpenCount() {
    return slots.values().stream()
        .filter(slot -> slot.service != null && slot.targets.failOpen())
        .count();
  }
}
