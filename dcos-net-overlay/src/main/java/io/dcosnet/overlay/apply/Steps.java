// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftException;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Does the steps of one pass, and remembers what came of them. <b>Not thread-safe.</b> */
final class Steps {

  /** By this code others are told apart that made something and keep it. */
  static final String FOREIGN = "FOREIGN";

  private final Kernel kernel;
  private final boolean told;
  private final Words words = new Words();
  private final List<String> lines = new ArrayList<>();
  private final List<HostFault> faults = new ArrayList<>();
  private final Map<HostObject, Integer> done = new EnumMap<>(HostObject.class);
  private int added;
  private int changed;
  private int removed;

  /**
   * Nothing is done yet.
   *
   * @param told whether {@link #lines} are wanted, which cost more than the steps
   */
  Steps(Kernel kernel, boolean told) {
    this.kernel = kernel;
    this.told = told;
  }

  Words words() {
    return words;
  }

  /** Does one thing to something of the host; false when it was refused. */
  boolean run(Step step, Optional<String> overlay) {
    return run(step, overlay.stream().toList());
  }

  /**
   * As the other one.
   *
   * @param overlays that cannot work without it; none: all of them
   */
  boolean run(Step step, Collection<String> overlays) {
    return run(List.of(step), object -> Optional.empty(), overlays).isEmpty();
  }

  /**
   * Does many things, in order, whatever is refused of them.
   *
   * @param peer whom an object concerns
   * @return the objects that were refused
   */
  Set<Object> run(List<Step> steps, Function<Object, Optional<NodeId>> peer) {
    return run(steps, peer, List.of());
  }

  private Set<Object> run(
      List<Step> steps, Function<Object, Optional<NodeId>> peer, Collection<String> overlays) {
    Set<Object> refused = new HashSet<>();
    if (steps.isEmpty()) {
      return refused;
    }
    Set<Object> there = new HashSet<>();
    for (Refusal refusal : kernel.changeAll(steps.stream().map(Step::request).toList())) {
      Step step = steps.get(refusal.index());
      if (isAsWanted(step, refusal)) {
        there.add(step.object());
      } else {
        refused.add(step.object());
        Optional<NodeId> whom = peer.apply(step.object());
        String code = refusal.errno().name();
        each(
            overlays,
            overlay -> fault(step.kind(), words.of(step), overlay, whom, code, refusal.toString()));
      }
    }
    for (Step step : steps) {
      if (!refused.contains(step.object()) && !there.contains(step.object())) {
        count(step.change(), step.kind());
        if (told) {
          lines.add(words.of(step));
        }
      }
    }
    return refused;
  }

  private static boolean isAsWanted(Step step, Refusal refusal) {
    return step.change() == Change.REMOVE
        ? refusal.isAbsence()
        // Rules are the same whoever made them, and whoever was first.
        : step.kind() == HostObject.RULE && refusal.errno().equals(Errno.EEXIST);
  }

  /** Does what belongs to a step that was counted; false when it was refused. */
  boolean also(HostObject kind, String line, Request request, Optional<String> overlay) {
    List<Refusal> refusals = kernel.changeAll(List.of(request));
    for (Refusal refusal : refusals) {
      fault(kind, line, overlay, Optional.empty(), refusal.errno().name(), refusal.toString());
    }
    if (refusals.isEmpty() && told) {
      lines.add(line);
    }
    return refusals.isEmpty();
  }

  /**
   * Does something that is no request; false when it failed.
   *
   * @param overlays that cannot work without it; none: all of them
   */
  boolean run(
      Change change,
      HostObject kind,
      List<String> commands,
      Collection<String> overlays,
      Runnable work) {
    try {
      work.run();
    } catch (KernelException e) {
      fault(kind, commands.get(0), overlays, e.errno().name(), String.valueOf(e.getMessage()));
      return false;
    } catch (NftException e) {
      fault(kind, commands.get(0), overlays, "NFT", String.valueOf(e.getMessage()));
      return false;
    }
    count(change, kind);
    if (told) {
      lines.addAll(commands);
    }
    return true;
  }

  private void count(Change change, HostObject kind) {
    int unused = done.merge(kind, 1, Integer::sum);
    switch (change) {
      case ADD -> added++;
      case CHANGE -> changed++;
      case REMOVE -> removed++;
    }
  }

  /** How many objects of each kind were made, changed or removed. */
  Map<HostObject, Integer> done() {
    return done;
  }

  void fault(HostObject kind, String object, String code, String reason) {
    fault(kind, object, List.of(), code, reason);
  }

  /** One fault for each overlay that cannot work because of it; a single one if all cannot. */
  void fault(
      HostObject kind, String object, Collection<String> overlays, String code, String reason) {
    each(overlays, overlay -> fault(kind, object, overlay, Optional.empty(), code, reason));
  }

  private static void each(Collection<String> overlays, Consumer<Optional<String>> fault) {
    if (overlays.isEmpty()) {
      fault.accept(Optional.empty());
    } else {
      overlays.forEach(overlay -> fault.accept(Optional.of(overlay)));
    }
  }

  void fault(
      HostObject kind,
      String object,
      Optional<String> overlay,
      Optional<NodeId> peer,
      String code,
      String reason) {
    faults.add(new HostFault(kind, object, overlay, peer, code, reason));
  }

  List<HostFault> faults() {
    return faults;
  }

  /** What was done, in order, as one would tell a shell. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  int added() {
    return added;
  }

  int changed() {
    return changed;
  }

  int removed() {
    return removed;
  }
}
