// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries TCP and UDP in user space. It listens on the virtual addresses where they are this
 * node's, else on loopback addresses that stand for them ({@link ProxyConfig.Builder#listenRange}).
 *
 * <p>A service without a target that takes new connections resets them at once; for UDP the kernel
 * tells clients by ICMP that the port is unreachable. The source address of a client is not visible
 * to the back end. Nothing is left behind when the process ends.
 *
 * <p><b>Thread-safe.</b> Tables are applied on the scheduler of the runtime, one at a time.
 */
public final class ProxyDataPath implements DataPath {

  private static final Duration IDLE_SWEEP = Duration.ofSeconds(60);
  private static final Duration CLOSING_STEP = Duration.ofMillis(50);
  private static final Logger LOGGER = LoggerFactory.getLogger(ProxyDataPath.class);

  private final ProxyContext context;
  private final Scheduler scheduler;
  private final ListenPlan plan;
  private final UdpSessionLimit udpSessions;

  // All below is touched on the scheduler only.
  private final Map<Frontend, Listener> listeners = new HashMap<>();
  private final Map<Frontend, String> bindFailures = new HashMap<>();
  // What is known of back ends and clients outlives tables and moves of listeners.
  private final Map<Frontend, Map<HostPort, BackendLoad>> loads = new HashMap<>();
  private final Map<Frontend, ServiceTally> tallies = new HashMap<>();
  private final List<CompletableFuture<ApplyReport>> waiting = new ArrayList<>();
  private @Nullable VipTable newest;
  private boolean applying;
  private boolean stopped;
  private Scheduler.@Nullable Timer drainTimer;
  private Scheduler.@Nullable Timer idleTimer;

  private volatile Map<Frontend, Listener> serving = Map.of();

  /** A path that opens nothing before its first table. */
  public ProxyDataPath(NetRuntime net, ProxyConfig config) {
    LbMetrics metrics = new LbMetrics(net.metrics());
    context =
        new ProxyContext(net, requireNonNull(config, "config"), metrics, new TrafficObservers());
    scheduler = net.scheduler();
    plan = new ListenPlan(config);
    metrics.activeConnections(this::activeConnections);
    udpSessions = new UdpSessionLimit(config.maxUdpSessions());
    metrics.activeUdpSessions(udpSessions::open);
  }

  @Override
  public String name() {
    return "userspace";
  }

  @Override
  public Capabilities probe() {
    Cidr range = context.config().listenRange().orElse(null);
    IpAddress address = range == null ? IpAddress.LOOPBACK_IPV4 : range.first().plus(1);
    Set<Protocol> protocols = Set.of(Protocol.values());
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address.toInetAddress(), 0));
      return new Capabilities(true, "can listen on " + address, protocols, range == null);
    } catch (IOException e) {
      return new Capabilities(
          false,
          "cannot listen on "
              + address
              + (range == null ? "" : " of listenRange " + range)
              + ": "
              + e.getMessage(),
          protocols,
          false);
    }
  }

  /** TCP connections that are open now. */
  public long activeConnections() {
    return serving.values().stream()
        .filter(listener -> listener.frontend().protocol() == Protocol.TCP)
        .mapToLong(Listener::active)
        .sum();
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    Listener listener = serving.get(requireNonNull(frontend, "frontend"));
    if (listener == null) {
      return Optional.empty();
    }
    Route route = listener.route();
    ServiceTally tally = route.tally();
    return Optional.of(
        new Traffic(
            tally.connections(),
            listener.active(),
            tally.bytesToBackends(),
            tally.bytesToClients(),
            tally.failures(),
            route.active()));
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return context.observers().add(requireNonNull(observer, "observer"));
  }

  /** TCP connections that each event loop carries now. */
  List<Integer> loads() {
    return context.loops().all().stream().map(ProxyLoop::load).toList();
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    requireNonNull(table, "table");
    CompletableFuture<ApplyReport> report = new CompletableFuture<>();
    scheduler.execute(
        () -> {
          if (stopped) {
            report.completeExceptionally(new IllegalStateException("userspace: stopped"));
            return;
          }
          newest = table;
          waiting.add(report);
          applyNewest();
        });
    return report.minimalCompletionStage();
  }

  private void applyNewest() {
    VipTable table = newest;
    if (applying || table == null) {
      return;
    }
    applying = true;
    newest = null;
    List<CompletableFuture<ApplyReport>> told = List.copyOf(waiting);
    waiting.clear();
    long begun = scheduler.time().nanos();
    try {
      Map<Frontend, HostPort> places = plan.plan(table.services().keySet(), begun);
      // Always through the scheduler: a bind may end on an event loop or at once.
      var unused =
          CompletableFuture.allOf(change(table, places))
              .whenCompleteAsync((done, failure) -> applied(table, places, begun, told), scheduler);
    } catch (RuntimeException e) {
      applying = false;
      told.forEach(stage -> stage.completeExceptionally(e));
    }
  }

  private void applied(
      VipTable table,
      Map<Frontend, HostPort> places,
      long begun,
      List<CompletableFuture<ApplyReport>> told) {
    applying = false;
    context.metrics().applyNanos.accept(scheduler.time().nanos() - begun);
    serving = Map.copyOf(listeners);
    cutDrained(); // a table may come late, with drains that are over
    armIdleSweep();
    ApplyReport report = report(table, places);
    told.forEach(stage -> stage.complete(report));
    applyNewest();
  }

  /** Closes what is gone or moves first, as its place may be wanted by another. */
  private CompletableFuture<?>[] change(VipTable table, Map<Frontend, HostPort> places) {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Listener listener : List.copyOf(listeners.values())) {
      if (!listener.address().equals(places.get(listener.frontend()))) {
        listeners.remove(listener.frontend());
        // Cut only then: until it is closed it takes connections, which would be forgotten.
        closing.add(listener.close().thenRun(listener::cutAll));
        LOGGER.info(
            "stopped listening vip=\"{}\" address={}", listener.frontend(), listener.address());
      }
    }
    bindFailures.keySet().retainAll(places.keySet());
    loads.keySet().retainAll(table.services().keySet());
    tallies.keySet().retainAll(table.services().keySet());
    CompletableFuture<Void> closed =
        CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]));
    List<CompletableFuture<?>> work = new ArrayList<>();
    work.add(closed);
    places.forEach(
        (frontend, place) -> {
          Service service = requireNonNull(table.services().get(frontend));
          Listener known = listeners.get(frontend);
          if (known == null) {
            work.add(closed.thenCompose(ok -> open(service, frontend, place)));
          } else if (bindFailures.containsKey(frontend)
              || !known.route().service().equals(service)) {
            work.add(
                known
                    .route(route(known.route(), service))
                    .handleAsync(
                        (bound, failure) -> noteBind(frontend, place, failure), scheduler));
          }
        });
    return work.toArray(new CompletableFuture<?>[0]);
  }

  private CompletableFuture<Void> open(Service service, Frontend frontend, HostPort place) {
    Listener listener =
        frontend.protocol() == Protocol.UDP
            ? new UdpListener(context, udpSessions, frontend, place, route(null, service))
            : new ProxyListener(context, frontend, place, route(null, service));
    return listener
        .bind()
        .handleAsync(
            (bound, failure) -> {
              if (failure == null) {
                listeners.put(frontend, listener);
                LOGGER.info("listening vip=\"{}\" address={}", frontend, place);
              } else {
                var unused = listener.close();
              }
              return noteBind(frontend, place, failure);
            },
            scheduler);
  }

  private @Nullable Void noteBind(Frontend frontend, HostPort place, @Nullable Throwable failure) {
    if (failure == null) {
      bindFailures.remove(frontend);
    } else {
      failedToBind(frontend, place, failure);
    }
    return null;
  }

  private void failedToBind(Frontend frontend, HostPort place, Throwable failure) {
    String protocol = frontend.protocol().toString();
    String reason = String.valueOf(BindFailedException.of(protocol, place, failure).getMessage());
    String before = bindFailures.put(frontend, reason);
    if (!reason.equals(before)) {
      LOGGER.warn("vip \"{}\" is not served: {}", frontend, reason);
    }
  }

  private Route route(@Nullable Route before, Service service) {
    Map<HostPort, BackendLoad> known =
        loads.computeIfAbsent(service.frontend(), frontend -> new HashMap<>());
    boolean checksum = context.config().proxyHeaderChecksum();
    ServiceTally tally =
        tallies.compute(
            service.frontend(),
            (frontend, old) ->
                old != null && old.key().equals(service.key())
                    ? old
                    : new ServiceTally(service.key(), context.metrics()));
    Route route = new Route(before, service, tally, known, context.net().random(), checksum);
    known
        .entrySet()
        .removeIf(load -> route.target(load.getKey()) == null && load.getValue().active() == 0);
    return route;
  }

  private ApplyReport report(VipTable table, Map<Frontend, HostPort> places) {
    Map<Frontend, Outcome> outcomes = new HashMap<>();
    for (Frontend frontend : table.services().keySet()) {
      HostPort place = places.get(frontend);
      String failure = bindFailures.get(frontend);
      if (place == null) {
        outcomes.put(frontend, new Outcome(State.UNMAPPED, null, plan.lack(frontend)));
      } else if (failure != null) {
        outcomes.put(frontend, new Outcome(State.BIND_FAILED, place, failure));
      } else {
        outcomes.put(frontend, Outcome.serving(place));
      }
    }
    return new ApplyReport(table, outcomes);
  }

  private void armDrains() {
    if (drainTimer != null) {
      drainTimer.cancel();
      drainTimer = null;
    }
    long now = scheduler.time().nanos();
    long least = Long.MAX_VALUE;
    for (Listener listener : listeners.values()) {
      for (Target target : listener.route().service().targets()) {
        long deadline = target.drainDeadlineNanos();
        if (deadline != Target.NEVER && deadline - now > 0) {
          least = Math.min(least, deadline - now);
        }
      }
    }
    if (least != Long.MAX_VALUE && !stopped) {
      drainTimer = scheduler.schedule(Duration.ofNanos(least), this::cutDrained);
    }
  }

  private void cutDrained() {
    long now = scheduler.time().nanos();
    listeners.values().forEach(listener -> listener.cutDrained(now));
    armDrains();
  }

  private void armIdleSweep() {
    if (idleTimer == null && !stopped && !listeners.isEmpty()) {
      Duration tcp = context.config().idleTimeout();
      Duration udp = context.config().udpIdleTimeout();
      Duration quarter = (tcp.compareTo(udp) < 0 ? tcp : udp).dividedBy(4);
      Duration step = quarter.compareTo(IDLE_SWEEP) < 0 ? quarter : IDLE_SWEEP;
      idleTimer = scheduler.schedule(step, this::sweepIdle);
    }
  }

  private void sweepIdle() {
    idleTimer = null;
    long now = scheduler.time().nanos();
    listeners.values().forEach(listener -> listener.cutIdle(now));
    armIdleSweep();
  }

  /** {@inheritDoc} Here nothing can be left in place. */
  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    scheduler.execute(
        () -> {
          stopped = true;
          for (CompletableFuture<ApplyReport> report : waiting) {
            report.completeExceptionally(new IllegalStateException("userspace: stopped"));
          }
          waiting.clear();
          newest = null;
          closeAll(scheduler.time().nanos() + grace.toNanos(), done);
        });
    return done.minimalCompletionStage();
  }

  private void closeAll(long cutAtNanos, CompletableFuture<Void> done) {
    if (applying) { // its binds must end first, else a listener would be left behind
      scheduler.schedule(CLOSING_STEP, () -> closeAll(cutAtNanos, done));
      return;
    }
    armDrains();
    if (idleTimer != null) {
      idleTimer.cancel();
    }
    Set<Listener> open = new HashSet<>(listeners.values());
    listeners.clear();
    var unused =
        CompletableFuture.allOf(
                open.stream().map(Listener::close).toArray(CompletableFuture<?>[]::new))
            .whenCompleteAsync((ok, failure) -> awaitEnd(open, cutAtNanos, done), scheduler);
  }

  private void awaitEnd(Set<Listener> open, long cutAtNanos, CompletableFuture<Void> done) {
    long left = cutAtNanos - scheduler.time().nanos();
    boolean quiet = open.stream().allMatch(listener -> listener.active() == 0);
    if (!quiet && left > 0) {
      long step = Math.min(left, CLOSING_STEP.toNanos());
      scheduler.schedule(Duration.ofNanos(step), () -> awaitEnd(open, cutAtNanos, done));
      return;
    }
    open.forEach(Listener::cutAll);
    serving = Map.of();
    context.release();
    done.complete(null);
  }
}
