// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A path in memory, on a machine of which a test says what it allows, and what happened to it. */
final class FakePath implements DataPath {

  /** What a machine allows a kind of path, and holds of it; outlives single paths. */
  static final class Machine {
    @Nullable String lack;
    @Nullable String probeFailure;
    @Nullable String refusal;
    @Nullable HostPort elsewhere;
    boolean slowToGo;
    final Map<Frontend, String> unserved = new HashMap<>();
    List<String> leftovers = List.of();
    long connections;
  }

  private final String name;
  private final Machine machine;
  private final List<String> log;
  private final MemoryDataPath memory = new MemoryDataPath();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private Duration grace = Duration.ZERO;
  private boolean held;

  FakePath(String name, Machine machine, List<String> log) {
    this.name = name;
    this.machine = machine;
    this.log = log;
  }

  VipTable table() {
    return memory.table();
  }

  boolean stopped() {
    return memory.stopped();
  }

  TrafficObserver traffic() {
    return memory.traffic();
  }

  /** Applies nothing until {@link #release}. */
  void hold() {
    held = true;
    memory.hold();
  }

  void release() {
    held = false;
    memory.release();
  }

  boolean isHeld() {
    return held;
  }

  /** How long its connections may go on, by the last word about it. */
  Duration grace() {
    return grace;
  }

  /** It would report otherwise of its table now. */
  void changed() {
    listeners.forEach(Runnable::run);
  }

  /** Its last connection ends. */
  void emptied() {
    gone.complete(null);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Capabilities probe() {
    String failure = machine.probeFailure;
    if (failure != null) {
      throw new DcosNetException(failure);
    }
    String lack = machine.lack;
    return lack == null
        ? new Capabilities(true, name + " works", Set.of(Protocol.values()), true)
        : new Capabilities(false, lack, Set.of(), false);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    String refusal = machine.refusal;
    if (refusal != null) {
      log.add(name + " refuses");
      return CompletableFuture.failedStage(new DcosNetException(refusal));
    }
    return memory
        .apply(table)
        .thenApply(
            report -> {
              log.add(name + " has " + report.services().size());
              return told(report);
            });
  }

  private ApplyReport told(ApplyReport report) {
    Map<Frontend, Outcome> services = new HashMap<>();
    report
        .services()
        .forEach(
            (frontend, outcome) -> {
              String why = machine.unserved.get(frontend);
              HostPort client = machine.elsewhere;
              services.put(
                  frontend,
                  why != null
                      ? new Outcome(
                          why.startsWith("kind") ? State.UNSUPPORTED : State.FAILED, null, why)
                      : client == null ? outcome : Outcome.serving(client));
            });
    return new ApplyReport(report.table(), services);
  }

  @Override
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return memory.observe(observer);
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    return machine.connections == 0
        ? Optional.empty()
        : Optional.of(new Traffic(machine.connections, 1, 10, 20, Map.of(), Map.of()));
  }

  @Override
  public List<String> plan(VipTable table) {
    return List.of(name + " would serve " + table.services().size());
  }

  @Override
  public List<String> left() {
    return machine.leftovers;
  }

  @Override
  public List<String> cleanup() {
    List<String> removed = machine.leftovers;
    machine.leftovers = List.of();
    return removed;
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    this.grace = grace;
    if (!memory.stopped()) {
      log.add(name + " stops" + (leaveInPlace ? ", stays in place" : "") + " within " + grace);
    }
    return memory
        .stop(leaveInPlace, grace)
        .thenCompose(ok -> machine.slowToGo ? gone : CompletableFuture.completedStage(null));
  }
}
