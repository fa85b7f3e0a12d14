// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Chance;
import io.dcosnet.lb.VipExplanation.Elsewhere;
import io.dcosnet.lb.VipExplanation.Published;
import io.dcosnet.lb.VipExplanation.Serving;
import io.dcosnet.lb.VipExplanation.Told;
import io.dcosnet.lb.vip.NameStanding;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What all layers together say of a VIP, and what to do about it. A pure function. */
final class ExplainAdvice {

  private static final int MOST_NEIGHBOURS = 5;

  private final VipKey key;
  private final List<Published> published;
  private final List<Told> told;
  private final List<Serving> serving;
  private final boolean checksUnheeded;

  /**
   * @param checksUnheeded whether so much fails its checks that they are not heeded
   */
  ExplainAdvice(
      VipKey key,
      List<Published> published,
      List<Told> told,
      List<Serving> serving,
      boolean checksUnheeded) {
    this.checksUnheeded = checksUnheeded;
    this.key = key;
    this.published = published;
    this.told = told;
    this.serving = serving;
  }

  String verdict() {
    if (told.isEmpty()) {
      return serving.isEmpty()
          ? "no node tells of a back end, so there is no such VIP"
          : "its last back end is gone; it lingers until DNS has forgotten it too";
    }
    if (serving.isEmpty()) {
      return "nodes tell of back ends, but this node serves none";
    }
    List<String> parts = new ArrayList<>();
    for (Serving one : serving) {
      long fit = one.chances().stream().filter(chance -> chance.effective() > 0).count();
      String at = one.frontend().endpoint().toString();
      String use =
          one.clientsUse() == null || one.clientsUse().equals(one.frontend().endpoint())
              ? ""
              : " (clients on this node use " + one.clientsUse() + ")";
      parts.add(
          one.state().equals("serving")
              ? "serving at %s%s: %d of %d back ends get new connections"
                  .formatted(at, use, fit, one.chances().size())
              : "%s at %s%s: not served on this node".formatted(one.state(), at, use));
    }
    return String.join("; ", parts);
  }

  List<String> advice(
      VipSnapshot snapshot,
      List<NameStanding> naming,
      List<Rejection> refused,
      List<Elsewhere> elsewhere) {
    List<String> advice = new ArrayList<>();
    if (told.isEmpty()) {
      missing(snapshot, refused, advice);
    } else {
      notServed(naming, advice);
      idle(advice);
      if (checksUnheeded) {
        advice.add(
            "checks are not heeded, as too few back ends pass them: look at what they log, and at"
                + " the check");
      }
    }
    laggards(elsewhere, advice);
    return advice;
  }

  private void missing(VipSnapshot snapshot, List<Rejection> refused, List<String> advice) {
    List<VipKey> near = neighbours(snapshot);
    if (!near.isEmpty()) {
      advice.add("ask for one that is there: " + near);
    }
    if (!published.isEmpty()) {
      advice.add(
          "a task here has it, but no entry is in the store yet: look at the store's health");
    } else if (!refused.isEmpty()) {
      advice.add("mend the labels that are left out above");
    } else if (near.isEmpty()) {
      advice.add(
          "see whether a task has a VIP label for it and runs, and whether its agent is a member"
              + " of the cluster");
    }
  }

  /** The same name or address first, then names that hold its first part. */
  private List<VipKey> neighbours(VipSnapshot snapshot) {
    String first = key.host().replaceFirst("\\..*", "");
    List<VipKey> near = new ArrayList<>();
    for (boolean same : List.of(true, false)) {
      for (VipKey one : snapshot.sortedKeys()) {
        boolean isSame = one.host().equals(key.host());
        boolean alike = isSame ? same : !same && key.name() != null && one.host().contains(first);
        if (alike && !one.equals(key) && near.size() < MOST_NEIGHBOURS) {
          near.add(one);
        }
      }
    }
    return near;
  }

  private void notServed(List<NameStanding> naming, List<String> advice) {
    if (serving.isEmpty() && naming.stream().allMatch(one -> one.address() == null)) {
      advice.add("make the range of addresses larger: there was none left for the name");
    }
    for (Serving one : serving) {
      if (!one.reason().isEmpty()) {
        advice.add(one.frontend() + " is not served: " + one.reason());
      }
    }
  }

  private void idle(List<String> advice) {
    for (Serving one : serving) {
      if (one.chances().isEmpty() || one.chances().stream().anyMatch(c -> c.effective() > 0)) {
        continue;
      }
      if (one.options().locality() == Locality.STRICT_NODE
          && one.chances().stream().anyMatch(chance -> chance.table() > 0)) {
        advice.add("no back end is on this node, and the VIP wants none from elsewhere");
      } else if (one.chances().stream().anyMatch(chance -> chance.near() > 0)) {
        advice.add("all back ends fail from here: look at their network and at what they log");
      } else if (told.stream().allMatch(t -> t.drained() || isDraining(t))) {
        advice.add("all back ends are drained: undrain one, or start another");
      } else if (told.stream().allMatch(t -> t.failing() || t.drained() || isDraining(t))) {
        advice.add("all back ends fail their checks: look at what they log, and at the check");
      } else {
        advice.add("no task is healthy: look at the health checks of " + tasks());
      }
    }
    long unreachable =
        told.stream().filter(Told::counts).filter(one -> !one.reach().isUsable()).count();
    if (unreachable > 0) {
      advice.add(unreachable + " back ends are on nodes that look dead or have left");
    }
    for (Serving one : serving) {
      for (Chance chance : one.chances()) {
        if (!chance.health().isEmpty()) {
          advice.add(chance.endpoint() + " fails from here: " + chance.health());
        }
      }
    }
  }

  private static boolean isDraining(Told one) {
    return one.backend().state() == Backend.State.DRAINING;
  }

  private String tasks() {
    Set<String> tasks =
        published.stream()
            .map(one -> one.task().taskId())
            .collect(Collectors.toCollection(TreeSet::new));
    return tasks.isEmpty() ? "its tasks" : Objects.toString(tasks);
  }

  private static void laggards(List<Elsewhere> elsewhere, List<String> advice) {
    for (Elsewhere one : elsewhere) {
      if (!one.problem().isEmpty()) {
        advice.add("node " + one.node() + " told nothing: " + one.problem());
      } else if (one.changes().stream().anyMatch(change -> change.appliedMillis() == 0)) {
        advice.add("the data path of node " + one.node() + " has not taken the last change yet");
      }
    }
  }
}
