// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Origin;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Weights as they count for one node, for services that prefer back ends nearby.
 *
 * <ul>
 *   <li>On the own node: they get everything while 5 of 7 of their share are fit, less in
 *       proportion below that (Envoy's priority levels with a factor of 1.4); the others get the
 *       rest by their weights.
 *   <li>In the own zone: the same, but no zone takes more than {@link ZoneSplit} lets it.
 *   <li>On the own node only: the others get nothing, also where the own ones can take nothing.
 * </ul>
 *
 * <p>Where no near one takes any, or it is not known what is near, weights stay as they are. What
 * comes out are proportions, in which the greatest weight is 1000 or as great as before. The share
 * of a target stays.
 *
 * <p><b>Immutable.</b>
 *
 * @param here the node that looks
 */
public record Nearness(Origin here) {

  /** What near ones may take beyond their part of what is fit. */
  static final double OVERPROVISIONING = 1.4;

  private static final int RESOLUTION = 1000;

  public Nearness {
    requireNonNull(here, "here");
  }

  /** The table for this node; the same objects where nothing changes. */
  public VipTable tune(VipTable table) {
    return where(table, locality -> locality != Locality.NONE);
  }

  /**
   * The table without what is not on this node, for services that want nothing else; {@link #tune}
   * leaves that as it is.
   */
  public VipTable confine(VipTable table) {
    return where(table, locality -> locality == Locality.STRICT_NODE);
  }

  private VipTable where(VipTable table, Predicate<Locality> wanted) {
    boolean asked = false;
    List<Service> tuned = new ArrayList<>(table.services().size());
    for (Service service : table.services().values()) {
      boolean wants = wanted.test(service.options().locality());
      asked |= wants;
      tuned.add(wants ? tune(service) : service);
    }
    return asked ? VipTable.of(tuned) : table;
  }

  Service tune(Service service) {
    List<Target> targets = service.targets();
    List<Target> tuned =
        switch (service.options().locality()) {
          case NONE -> targets;
          case PREFER_NODE -> preferNode(targets);
          case PREFER_ZONE -> preferZone(targets);
          case STRICT_NODE -> strictly(targets);
        };
    return tuned.equals(targets)
        ? service
        : new Service(service.key(), service.frontend(), service.options(), tuned);
  }

  private boolean isOnNode(Target target) {
    IpAddress node = here.node();
    return node != null && Objects.equals(node, target.origin().node());
  }

  private List<Target> strictly(List<Target> targets) {
    return targets.stream().map(t -> isOnNode(t) ? t : t.withWeight(0)).toList();
  }

  private List<Target> preferNode(List<Target> targets) {
    long all = weights(targets, target -> true);
    long near = weights(targets, this::isOnNode);
    if (near == 0 || near == all) {
      return targets;
    }
    double part = Math.min(1, OVERPROVISIONING * near / shares(targets, this::isOnNode));
    if (part == 1) {
      return strictly(targets);
    }
    double[] weights = new double[targets.size()];
    for (int i = 0; i < weights.length; i++) {
      Target target = targets.get(i);
      weights[i] =
          isOnNode(target)
              ? part * target.weight() / near
              : (1 - part) * target.weight() / (all - near);
    }
    return proportions(targets, weights);
  }

  private List<Target> preferZone(List<Target> targets) {
    if (here.zone().isEmpty()) {
      return targets;
    }
    ZoneSplit split = ZoneSplit.of(targets);
    double[] parts = split.partsFrom(here.zone());
    if (parts.length < 2) {
      return targets;
    }
    double[] weights = new double[targets.size()];
    boolean onlyNear = true;
    for (int i = 0; i < weights.length; i++) {
      Target target = targets.get(i);
      int zone = split.indexOf(target.origin().zone());
      weights[i] = target.weight() == 0 ? 0 : parts[zone] * target.weight() / split.weight(zone);
      onlyNear &= weights[i] == 0 || target.origin().zone().equals(here.zone());
    }
    if (onlyNear) { // as it was written: proportions would only round it
      return targets.stream()
          .map(t -> t.origin().zone().equals(here.zone()) ? t : t.withWeight(0))
          .toList();
    }
    return proportions(targets, weights);
  }

  private static List<Target> proportions(List<Target> targets, double[] weights) {
    double greatest = 0;
    int before = RESOLUTION;
    for (int i = 0; i < weights.length; i++) {
      greatest = Math.max(greatest, weights[i]);
      before = Math.max(before, targets.get(i).weight());
    }
    List<Target> tuned = new ArrayList<>(weights.length);
    for (int i = 0; i < weights.length; i++) {
      long rounded = Math.round(weights[i] / greatest * before);
      tuned.add(targets.get(i).withWeight(weights[i] == 0 ? 0 : (int) Math.max(1, rounded)));
    }
    return List.copyOf(tuned);
  }

  private static long weights(List<Target> targets, Predicate<Target> which) {
    return targets.stream().filter(which).mapToLong(Target::weight).sum();
  }

  private static double shares(List<Target> targets, Predicate<Target> which) {
    return targets.stream().filter(which).mapToLong(t -> Math.max(t.share(), t.weight())).sum();
  }
}
