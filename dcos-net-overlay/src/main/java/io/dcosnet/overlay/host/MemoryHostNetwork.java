// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.overlay.desired.DesiredState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A network of a host that is only remembered: for tests, and for demonstrations without root.
 * Everything that can go wrong with a real one can be made to go wrong here.
 *
 * <p><b>Thread-safe.</b> Stages complete and listeners hear on the thread that caused it.
 */
public final class MemoryHostNetwork implements HostNetwork {

  private record Waiting(DesiredState state, CompletableFuture<HostReport> told) {}

  private static final int TUNNEL_MTU = 1450;

  private final List<Consumer<HostReport>> listeners = new CopyOnWriteArrayList<>();

  // Guards all fields below; never held while foreign code runs.
  private final Object lock = new Object();
  private final List<DesiredState> applied = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private DesiredState state = DesiredState.NOTHING;
  private SortedMap<String, String> held = new TreeMap<>();
  private List<HostFault> faults = List.of();
  private List<HostFault> faultsBefore = List.of();
  private @Nullable String unavailable;
  private @Nullable String failure;
  private boolean holding;
  private boolean stopped;

  /** One that holds nothing and works. */
  public static MemoryHostNetwork create() {
    return new MemoryHostNetwork();
  }

  private MemoryHostNetwork() {}

  /** What was applied last, {@link DesiredState#NOTHING} before that. */
  public DesiredState state() {
    synchronized (lock) {
      return state;
    }
  }

  /** Everything that was applied, the oldest first. */
  public List<DesiredState> applied() {
    synchronized (lock) {
      return List.copyOf(applied);
    }
  }

  /** Says from now on that it cannot work; null: that it can. */
  public void unavailable(@Nullable String reason) {
    synchronized (lock) {
      unavailable = reason;
    }
  }

  /** Every {@link #apply} fails from now on; null: none does. */
  public void failing(@Nullable String reason) {
    synchronized (lock) {
      failure = reason;
    }
  }

  /** These objects cannot be made from now on; one more pass tells of it. */
  public void faults(List<HostFault> objects) {
    synchronized (lock) {
      faults = List.copyOf(objects);
    }
    tell(pass(false, 0, 0, 0));
  }

  /** Applies nothing until {@link #release}. */
  public void hold() {
    synchronized (lock) {
      holding = true;
    }
  }

  /** Applies the newest of what came since {@link #hold}, for all who wait. */
  public void release() {
    List<Waiting> due;
    synchronized (lock) {
      holding = false;
      due = List.copyOf(waiting);
      waiting.clear();
    }
    if (!due.isEmpty()) {
      HostReport report = become(due.get(due.size() - 1).state());
      tell(report);
      due.forEach(one -> one.told().complete(report));
    }
  }

  /** Somebody else takes everything away; it is put back and told of. */
  public void lose() {
    int lost;
    synchronized (lock) {
      lost = held.size();
    }
    tell(pass(true, lost, 0, 0));
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Optional<String> unavailableBecause() {
    synchronized (lock) {
      return Optional.ofNullable(unavailable);
    }
  }

  @Override
  public CompletionStage<HostReport> apply(DesiredState wanted) {
    requireNonNull(wanted, "wanted");
    CompletableFuture<HostReport> told = new CompletableFuture<>();
    synchronized (lock) {
      if (stopped || failure != null) {
        String reason = stopped ? "stopped" : failure;
        return CompletableFuture.failedStage(new DcosNetException("apply: " + reason));
      }
      if (holding) {
        waiting.add(new Waiting(wanted, told));
        return told.minimalCompletionStage();
      }
    }
    HostReport report = become(wanted);
    tell(report);
    return CompletableFuture.completedStage(report);
  }

  private HostReport become(DesiredState wanted) {
    synchronized (lock) {
      SortedMap<String, String> lines = lines(wanted, held);
      int added = 0;
      int changed = 0;
      for (var line : lines.entrySet()) {
        String before = held.get(line.getKey());
        added += before == null ? 1 : 0;
        changed += before == null || before.equals(line.getValue()) ? 0 : 1;
      }
      int removed = (int) held.keySet().stream().filter(key -> !lines.containsKey(key)).count();
      state = wanted;
      held = lines;
      applied.add(wanted);
      return pass(false, added, changed, removed);
    }
  }

  private static SortedMap<String, String> lines(
      DesiredState wanted, SortedMap<String, String> now) {
    SortedMap<String, String> lines = StateLines.of(wanted);
    if (wanted.keepsOthers()) {
      now.forEach(
          (key, value) -> {
            if (StateLines.isOfPeer(key)) {
              lines.putIfAbsent(key, value);
            }
          });
    }
    return lines;
  }

  private HostReport pass(boolean repair, int added, int changed, int removed) {
    synchronized (lock) {
      OptionalInt mtu =
          state
              .tunnel()
              .map(tunnel -> OptionalInt.of(tunnel.mtu().orElse(TUNNEL_MTU)))
              .orElse(OptionalInt.empty());
      return new HostReport(state, added, changed, removed, repair, faults, mtu);
    }
  }

  private void tell(HostReport report) {
    boolean news;
    synchronized (lock) {
      news = report.isNewsAfter(faultsBefore);
      faultsBefore = report.faults();
    }
    if (news) {
      listeners.forEach(listener -> listener.accept(report));
    }
  }

  @Override
  public Subscription onReport(Consumer<HostReport> listener) {
    listeners.add(requireNonNull(listener, "listener"));
    return () -> listeners.remove(listener);
  }

  @Override
  public List<String> plan(DesiredState wanted) {
    SortedMap<String, String> now;
    synchronized (lock) {
      now = held;
    }
    SortedMap<String, String> lines = lines(wanted, now);
    List<String> steps = new ArrayList<>();
    now.keySet().stream()
        .filter(key -> !lines.containsKey(key))
        .forEach(key -> steps.add("del " + key));
    lines.forEach(
        (key, value) -> {
          String before = now.get(key);
          if (!value.equals(before)) {
            steps.add(((before == null ? "add " : "change ") + key + " " + value).strip());
          }
        });
    return steps;
  }

  @Override
  public List<String> cleanup() {
    synchronized (lock) {
      List<String> removed = List.copyOf(held.keySet());
      held = new TreeMap<>();
      state = DesiredState.NOTHING;
      return removed;
    }
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace) {
    List<Waiting> undone;
    synchronized (lock) {
      stopped = true;
      undone = List.copyOf(waiting);
      waiting.clear();
      if (!leaveInPlace) {
        held = new TreeMap<>();
        state = DesiredState.NOTHING;
      }
    }
    undone.forEach(one -> one.told().completeExceptionally(new DcosNetException("apply: stopped")));
    return CompletableFuture.completedStage(null);
  }
}
