// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The back ends of one front end, and what their verdicts make of its weights.
 *
 * <p><b>Confined to</b> the judging thread, except for {@link #tally}.
 */
final class Watch {

  /** Parts of a weight, so that a tenth of 1 is something. */
  private static final int PARTS = 100;

  private volatile Map<HostPort, Tally> tallies = Map.of();
  private Service base;
  private boolean panic;

  private boolean verdictsChanged;
  private @Nullable Service fitted;

  Watch(Service base) {
    this.base = base;
  }

  /** From any thread. */
  @Nullable Tally tally(HostPort endpoint) {
    return tallies.get(endpoint);
  }

  Collection<Tally> all() {
    return tallies.values();
  }

  Frontend frontend() {
    return base.frontend();
  }

  Service base() {
    return base;
  }

  /** Takes the service as it is now, with the tallies of its targets. */
  void follow(Service service, Map<HostPort, Tally> now) {
    base = service;
    tallies = new HashMap<>(now);
    verdictsChanged = true;
  }

  void verdictsChanged() {
    verdictsChanged = true;
  }

  /** How many would get connections if nothing came in of them. */
  int usable() {
    int usable = 0;
    for (Tally tally : all()) {
      usable += tally.usable() ? 1 : 0;
    }
    return usable;
  }

  /** How many of them are ejected; with those on trial, if asked. */
  int ejected(boolean orOnTrial) {
    int ejected = 0;
    for (Tally tally : all()) {
      boolean counts = orOnTrial ? tally.distrusted() : tally.status() == Status.EJECTED;
      ejected += counts && tally.usable() ? 1 : 0;
    }
    return ejected;
  }

  /** True while so much is ejected that no ejection is heeded, as of the last {@link #fit}. */
  boolean panic() {
    return panic;
  }

  /** The service without whom it does not trust; the same object where nothing changes. */
  Service fit(HealthRules rules) {
    Service known = fitted;
    if (known == null || verdictsChanged) {
      known = refit(rules);
      fitted = known;
      verdictsChanged = false;
    }
    return known;
  }

  private Service refit(HealthRules rules) {
    long all = 0;
    long trusted = 0;
    for (Target target : base.targets()) {
      all += target.weight();
      trusted += status(target) == Status.EJECTED || onTrial(target) ? 0 : target.weight();
    }
    panic = trusted < all && trusted * 100 < all * rules.panicPercent();
    if (trusted == all || panic) {
      return base;
    }
    List<Target> targets = new ArrayList<>(base.targets().size());
    for (Target target : base.targets()) {
      boolean out = status(target) == Status.EJECTED;
      targets.add(
          out ? target.withWeight(0) : onTrial(target) ? target.withMaxConnections(1) : target);
    }
    Service now = new Service(base.key(), base.frontend(), base.options(), targets);
    Service before = fitted;
    return before != null && before.equals(now) ? before : now;
  }

  private Status status(Target target) {
    Tally tally = tallies.get(target.endpoint());
    return tally == null ? Status.HEALTHY : tally.status();
  }

  private boolean onTrial(Target target) {
    return status(target) == Status.TRIAL;
  }

  /** The service with those that begin slowly at a part of their weight. */
  Service warm(Service service) {
    int least = PARTS;
    int most = 0;
    for (Target target : service.targets()) {
      if (target.takesNew()) {
        least = Math.min(least, percent(target));
        most = Math.max(most, percent(target));
      }
    }
    if (least >= most) { // nobody, or all alike
      return service;
    }
    List<Target> targets = new ArrayList<>(service.targets().size());
    for (Target target : service.targets()) {
      targets.add(
          target.withWeight(
              (int) Math.min(Integer.MAX_VALUE, (long) target.weight() * percent(target))));
    }
    return new Service(service.key(), service.frontend(), service.options(), targets);
  }

  private int percent(Target target) {
    Tally tally = tallies.get(target.endpoint());
    return tally == null ? PARTS : tally.percent();
  }

  /** A table with other services in place of its own; the same where they are the same. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same is all there is to know
  static VipTable with(VipTable table, Map<Frontend, Service> others) {
    boolean same =
        others.entrySet().stream()
            .allMatch(one -> table.services().get(one.getKey()) == one.getValue());
    if (same) {
      return table;
    }
    Map<Frontend, Service> all = new HashMap<>(table.services());
    all.putAll(others);
    return VipTable.of(all.values());
  }
}
