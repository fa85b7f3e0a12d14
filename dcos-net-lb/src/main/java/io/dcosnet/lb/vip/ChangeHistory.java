// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What happened to each VIP lately, for whoever asks why it is as it is.
 *
 * <p>Remembers {@link #PER_VIP} changes of a VIP and {@link #IN_ALL} together; when there are more,
 * the VIP that has been quiet longest is forgotten.
 *
 * <p><b>Confined to</b> one thread. Times are Unix milliseconds.
 */
public final class ChangeHistory {

  /** Most changes of one VIP. */
  public static final int PER_VIP = 20;

  /** Most changes of all VIPs. */
  public static final int IN_ALL = 20_000;

  /** Most targets of one service that one change of the table says something of. */
  static final int TARGETS_TOLD = 10;

  private final int limit;
  // The one that changed last is last.
  private final LinkedHashMap<VipKey, Deque<VipChange>> byVip = new LinkedHashMap<>();
  private final Map<VipKey, Origin> origins = new HashMap<>();
  private int size;

  /** Where a change comes from. */
  private record Origin(String why, long sourceMillis) {}

  /** An empty one of the usual size. */
  public ChangeHistory() {
    this(IN_ALL);
  }

  ChangeHistory(int limit) {
    this.limit = limit;
  }

  /**
   * Notes why the next table will be another one for this VIP. Of several reasons the last counts.
   *
   * @param sourceMillis when it happened; 0 when not known
   */
  public void noted(VipKey key, String why, long sourceMillis) {
    origins.put(key, new Origin(why, sourceMillis));
  }

  /**
   * Notes what is different between two tables.
   *
   * @return the VIPs that changed
   */
  public Set<VipKey> decided(VipTable before, VipTable after, long nowMillis) {
    Set<VipKey> changed = new HashSet<>();
    if (!before.equals(after)) {
      for (Map.Entry<Frontend, Service> one : after.services().entrySet()) {
        Service was = before.services().get(one.getKey());
        if (!one.getValue().equals(was)) {
          differ(was, one.getValue(), nowMillis, changed);
        }
      }
      for (Map.Entry<Frontend, Service> one : before.services().entrySet()) {
        if (!after.services().containsKey(one.getKey())) {
          differ(one.getValue(), null, nowMillis, changed);
        }
      }
    }
    origins.clear();
    return changed;
  }

  private void differ(
      @Nullable Service was, @Nullable Service is, long nowMillis, Set<VipKey> changed) {
    if (was != null && is != null && !was.key().equals(is.key())) {
      differ(was, null, nowMillis, changed);
      differ(null, is, nowMillis, changed);
      return;
    }
    Service one = is != null ? is : Objects.requireNonNull(was);
    List<String> news = new ArrayList<>();
    if (was == null) {
      news.add("appeared at " + one.frontend());
    } else if (is == null) {
      news.add("left " + one.frontend());
    } else if (!was.options().equals(is.options())) {
      news.add("options " + is.options());
    }
    if (is != null) {
      targets(was == null ? List.of() : was.targets(), is.targets(), news);
    }
    for (String what : news) {
      Origin origin = origins.getOrDefault(one.key(), new Origin("", 0));
      add(new VipChange(one.key(), what, origin.why, origin.sourceMillis, nowMillis, 0));
      changed.add(one.key());
    }
  }

  private static void targets(List<Target> was, List<Target> is, List<String> news) {
    Map<HostPort, String> before = new TreeMap<>();
    was.forEach(target -> before.put(target.endpoint(), said(target)));
    int told = 0;
    int more = 0;
    for (Target target : is) {
      String old = before.remove(target.endpoint());
      String now = said(target);
      if (now.equals(old)) {
        continue;
      }
      if (told++ < TARGETS_TOLD) {
        news.add(target.endpoint() + " " + now + (old == null ? "" : " (was " + old + ")"));
      } else {
        more++;
      }
    }
    for (HostPort gone : before.keySet()) {
      if (told++ < TARGETS_TOLD) {
        news.add(gone + " gone");
      } else {
        more++;
      }
    }
    if (more > 0) {
      news.add(more + " more back ends changed");
    }
  }

  private static String said(Target target) {
    return target.state() + " weight " + target.weight();
  }

  private void add(VipChange change) {
    Deque<VipChange> changes = byVip.remove(change.key());
    if (changes == null) {
      changes = new ArrayDeque<>();
    }
    byVip.put(change.key(), changes);
    changes.addLast(change);
    size++;
    if (changes.size() > PER_VIP) {
      changes.removeFirst();
      size--;
    }
    Iterator<Deque<VipChange>> quiet = byVip.values().iterator();
    while (size > limit && quiet.hasNext()) {
      size -= quiet.next().size();
      quiet.remove();
    }
  }

  /**
   * Notes that the data path has all that was decided until {@code decidedMillis} of these VIPs.
   */
  public void applied(Set<VipKey> keys, long decidedMillis, long nowMillis) {
    for (VipKey key : keys) {
      Deque<VipChange> changes = byVip.get(key);
      if (changes != null) {
        List<VipChange> all = List.copyOf(changes);
        changes.clear();
        for (VipChange one : all) {
          boolean now = one.appliedMillis() == 0 && one.decidedMillis() <= decidedMillis;
          changes.addLast(now ? one.applied(nowMillis) : one);
        }
      }
    }
  }

  /** The last changes of a VIP, the oldest first. */
  public List<VipChange> of(VipKey key) {
    Deque<VipChange> changes = byVip.get(key);
    return changes == null ? List.of() : List.copyOf(changes);
  }

  /** How many changes are remembered. */
  int size() {
    return size;
  }
}
