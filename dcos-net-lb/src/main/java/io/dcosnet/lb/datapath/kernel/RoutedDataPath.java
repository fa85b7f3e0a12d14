// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path in user space on the virtual addresses themselves: it makes them this node's by local
 * routes before the other path listens on them, and takes the routes away after it has stopped.
 *
 * <p>Needs Linux, the right to change the network (root, CAP_NET_ADMIN), and {@code dcos-net-linux}
 * beside it; {@link #probe} tells what is lacking. Routes that somebody takes are back within a
 * second. Left in place at the end, they let clients be refused at once until somebody serves them
 * again, in place of asking the network for addresses that it does not know.
 *
 * <p><b>Thread-safe.</b> Routes are changed on the executor of the runtime, in the network
 * namespace of the thread that brings the first table.
 */
public final class RoutedDataPath implements DataPath {

  private final DataPath inner;
  private final NetRuntime net;
  private final LbMetrics metrics;

  // Guards all below; no foreign code runs in it.
  private final Object lock = new Object();
  private List<CompletableFuture<ApplyReport>> waiting = new ArrayList<>();
  private @Nullable VipTable newest;
  private @Nullable KeptRoutes routes;
  private boolean applying;
  private boolean stopped;

  /**
   * Opens nothing before its first table.
   *
   * @param inner listens on VIPs; the one that this ends
   */
  public RoutedDataPath(DataPath inner, NetRuntime net) {
    this.inner = requireNonNull(inner, "inner");
    this.net = requireNonNull(net, "net");
    metrics = new LbMetrics(net.metrics());
  }

  /** Why there can be no such routes here; empty when there can. Changes nothing. */
  public static Optional<String> unavailableBecause() {
    try {
      return VipRoutes.unavailableBecause();
    } catch (NoClassDefFoundError e) {
      return Optional.of("dcos-net-linux or JNA is not there: " + e.getMessage());
    }
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Capabilities probe() {
    Capabilities ofInner = inner.probe();
    return unavailableBecause()
        .map(
            lack ->
                new Capabilities(
                    false, "no routes to VIPs: " + lack, ofInner.protocols(), ofInner.ipv6()))
        .orElse(ofInner);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    requireNonNull(table, "table");
    CompletableFuture<ApplyReport> report = new CompletableFuture<>();
    synchronized (lock) {
      if (stopped) {
        return CompletableFuture.failedStage(isStopped());
      }
      try {
        if (routes == null) {
          routes = KeptRoutes.open(metrics);
        }
      } catch (RuntimeException e) {
        return CompletableFuture.failedStage(e);
      }
      newest = table;
      waiting.add(report);
    }
    advance();
    return report.minimalCompletionStage();
  }

  private void advance() {
    VipTable table;
    KeptRoutes kept;
    List<CompletableFuture<ApplyReport>> told;
    synchronized (lock) {
      table = newest;
      kept = routes;
      if (applying || stopped || table == null || kept == null) {
        return;
      }
      applying = true;
      newest = null;
      told = waiting;
      waiting = new ArrayList<>();
    }
    Set<IpAddress> vips =
        table.services().keySet().stream()
            .map(frontend -> frontend.endpoint().address())
            .collect(Collectors.toUnmodifiableSet());
    CompletableFuture<Map<IpAddress, String>> added;
    try {
      added = CompletableFuture.supplyAsync(() -> kept.add(vips), net.executor());
    } catch (RejectedExecutionException e) { // too much waits there; the next table tries again
      added = CompletableFuture.failedFuture(e);
    }
    var unused =
        added
            .thenCompose(
                refused -> inner.apply(table).thenApply(report -> withWords(report, refused)))
            .thenApplyAsync(
                report -> {
                  kept.only(vips); // nobody listens on the others any more
                  return report;
                },
                net.executor())
            .whenComplete((report, failure) -> applied(told, report, failure));
  }

  private void applied(
      List<CompletableFuture<ApplyReport>> told,
      @Nullable ApplyReport report,
      @Nullable Throwable failure) {
    synchronized (lock) {
      applying = false;
    }
    for (CompletableFuture<ApplyReport> stage : told) {
      if (failure == null) {
        stage.complete(report);
      } else {
        stage.completeExceptionally(failure);
      }
    }
    advance();
  }

  /** What cannot be listened on is better explained by why there is no route. */
  private static ApplyReport withWords(ApplyReport report, Map<IpAddress, String> refused) {
    if (refused.isEmpty()) {
      return report;
    }
    Map<Frontend, Outcome> services = new HashMap<>(report.services());
    services.replaceAll(
        (frontend, outcome) -> {
          String words = refused.get(frontend.endpoint().address());
          return words == null ? outcome : new Outcome(State.FAILED, outcome.client(), words);
        });
    return new ApplyReport(report.table(), services);
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return inner.observe(observer);
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    return inner.traffic(frontend);
  }

  @Override
  public List<Considered> considered() {
    return inner.considered();
  }

  @Override
  public Subscription onChange(Runnable listener) {
    return inner.onChange(listener);
  }

  @Override
  public List<String> plan(VipTable table) {
    List<String> lines = new ArrayList<>();
    try (VipRoutes there = VipRoutes.open(VipRoutes.LOOPBACK)) {
      lines.addAll(
          there.plan(
              table.services().keySet().stream()
                  .map(frontend -> frontend.endpoint().address())
                  .toList()));
    }
    lines.addAll(inner.plan(table));
    return lines;
  }

  @Override
  public boolean outlivesItsProcess() {
    return inner.outlivesItsProcess();
  }

  @Override
  public List<String> left() {
    List<String> lines = new ArrayList<>(inner.left());
    if (unavailableBecause().isEmpty()) {
      try (VipRoutes there = VipRoutes.open(VipRoutes.LOOPBACK)) {
        lines.addAll(there.list());
      }
    }
    return lines;
  }

  @Override
  public List<String> cleanup() {
    List<String> lines = new ArrayList<>(inner.cleanup());
    try (VipRoutes there = VipRoutes.open(VipRoutes.LOOPBACK)) {
      lines.addAll(there.removeAll());
    }
    return lines;
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    List<CompletableFuture<ApplyReport>> told;
    KeptRoutes kept;
    synchronized (lock) {
      stopped = true;
      newest = null;
      kept = routes;
      routes = null;
      told = waiting;
      waiting = new ArrayList<>();
    }
    told.forEach(stage -> stage.completeExceptionally(isStopped()));
    return inner
        .stop(leaveInPlace, grace)
        .thenRunAsync(
            () -> {
              if (kept != null) {
                kept.close(leaveInPlace);
              }
            },
            net.executor());
  }

  private IllegalStateException isStopped() {
    return new IllegalStateException(name() + ": stopped");
  }
}
