// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipSnapshot;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which VIPs differ between two snapshots, for all who watch: two snapshots are compared as a whole
 * once, by the first who asks, and what differed in the last steps is kept for those who are
 * behind. So a watcher costs what changed, not what there is.
 *
 * <p><b>Thread-safe.</b> Keeps the last snapshot that it was asked for, and a bounded number of
 * keys.
 */
final class ChangedVips {

  /** Steps that are kept; who is behind by more has two snapshots compared for itself. */
  static final int MOST_STEPS = 64;

  private static final int MOST_KEYS = 100_000;

  private record Step(long from, long to, Set<VipKey> keys) {}

  private final BiFunction<VipSnapshot, VipSnapshot, Set<VipKey>> comparison;
  private final Deque<Step> steps = new ArrayDeque<>(); // guarded by this, as all below
  private int keys;
  private @Nullable VipSnapshot last;

  ChangedVips() {
    this(ChangedVips::compare);
  }

  /** One that compares whole snapshots in another way. */
  ChangedVips(BiFunction<VipSnapshot, VipSnapshot, Set<VipKey>> comparison) {
    this.comparison = comparison;
  }

  /** VIPs that are other ones now, that came or that went; all there are for who knows nothing. */
  Collection<VipKey> between(@Nullable VipSnapshot before, VipSnapshot after) {
    if (before == null) {
      return after.keys();
    }
    Set<VipKey> touched = touched(before, after);
    return touched == null
        ? comparison.apply(before, after)
        : touched.stream().filter(key -> differs(before, after, key)).toList();
  }

  /** Those that were other ones at any time between; null when that is not known. */
  private synchronized @Nullable Set<VipKey> touched(VipSnapshot before, VipSnapshot after) {
    advance(after);
    Set<VipKey> touched = new LinkedHashSet<>();
    long at = before.version();
    for (Step step : steps) {
      if (step.from == at && at != after.version()) {
        touched.addAll(step.keys);
        at = step.to;
      }
    }
    return at == after.version() ? touched : null;
  }

  private void advance(VipSnapshot now) {
    VipSnapshot before = last;
    if (before != null && now.version() <= before.version()) {
      return;
    }
    last = now;
    if (before == null) {
      return;
    }
    Set<VipKey> changed = comparison.apply(before, now);
    steps.add(new Step(before.version(), now.version(), changed));
    keys += changed.size();
    while (steps.size() > MOST_STEPS || (keys > MOST_KEYS && steps.size() > 1)) {
      keys -= steps.remove().keys.size();
    }
  }

  /** Compares two snapshots as a whole. */
  static Set<VipKey> compare(VipSnapshot before, VipSnapshot after) {
    Set<VipKey> changed = new HashSet<>();
    for (VipKey key : after.keys()) {
      if (differs(before, after, key)) {
        changed.add(key);
      }
    }
    for (VipKey key : before.keys()) {
      if (!after.keys().contains(key)) {
        changed.add(key);
      }
    }
    return changed;
  }

  private static boolean differs(VipSnapshot before, VipSnapshot after, VipKey key) {
    return !after.vip(key).equals(before.vip(key));
  }
}
