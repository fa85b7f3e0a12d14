// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.vip.VipKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * All figures of the load balancer: their names, units and help.
 *
 * <p><b>Thread-safe.</b>
 */
public final class LbMetrics {

  private static final String PREFIX = "dcosnet.lb.";
  private static final String UDP_DATAGRAMS = "datagrams forwarded";

  private final MetricsSink sink;
  private final VipSeries.All series;
  private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
  private final Map<String, Counter> connectFailures = new ConcurrentHashMap<>();
  private final Map<String, Counter> udpSessionsEnded = new ConcurrentHashMap<>();
  private final Map<String, Counter> headersRefused = new ConcurrentHashMap<>();
  private final Map<String, Counter> udpDropped = new ConcurrentHashMap<>();
  private final Map<String, Counter> checks = new ConcurrentHashMap<>();
  private final Map<String, Counter> limited = new ConcurrentHashMap<>();
  private final Map<String, Counter> ejections = new ConcurrentHashMap<>();
  private final Map<String, Counter> pathSwitches = new ConcurrentHashMap<>();
  private final Map<String, Counter> pathUnusable = new ConcurrentHashMap<>();

  public final Counter exchangeWrites;
  public final Counter exchangeWriteFailures;
  public final Counter exchangeUnreadable;
  public final Counter connections;
  public final Counter connectRetries;
  public final Counter noBackend;
  public final Counter drainCuts;
  public final Counter acceptPauses;
  public final Counter routeRepairs;
  public final Counter bytesToBackends;
  public final Counter bytesToClients;
  public final LongConsumer connectNanos;
  public final LongConsumer applyNanos;
  public final Counter udpSessions;
  public final Counter udpToBackends;
  public final Counter udpToClients;
  public final Counter drainAnswers;
  public final Counter drainLaggards;
  public final LongConsumer drainNanos;
  public final LongConsumer convergeMillis;

  public LbMetrics(MetricsSink sink) {
    this.sink = requireNonNull(sink, "sink");
    series = new VipSeries.All(sink);
    exchangeWrites = counter("exchange.writes", "back ends written to the store");
    exchangeWriteFailures =
        counter("exchange.write.failures", "writes that the store refused; they are repeated");
    exchangeUnreadable =
        counter("exchange.unreadable", "entries of the store that were skipped as unreadable");
    connections = counter("connections", "connections accepted on VIPs");
    connectRetries = counter("connect.retries", "further back ends tried for one connection");
    noBackend = counter("no.backend", "connections reset as no back end could take them");
    drainCuts = counter("drain.cuts", "connections cut at the end of a drain");
    acceptPauses = counter("accept.pauses", "pauses as the process had no free descriptor");
    routeRepairs =
        counter("route.repairs", "routes to VIPs that somebody else had changed, put right");
    bytesToBackends = sink.counter(PREFIX + "bytes", "payload forwarded", "to", "backend");
    bytesToClients = sink.counter(PREFIX + "bytes", "payload forwarded", "to", "client");
    connectNanos =
        sink.distribution(
            PREFIX + "connect.nanos",
            "time until a back end had taken a connection, or answered a first datagram");
    applyNanos =
        sink.distribution(PREFIX + "apply.nanos", "time for the data path to take a table");
    udpSessions = counter("udp.sessions", "UDP clients that were given a back end");
    udpToBackends = sink.counter(PREFIX + "udp.datagrams", UDP_DATAGRAMS, "to", "backend");
    udpToClients = sink.counter(PREFIX + "udp.datagrams", UDP_DATAGRAMS, "to", "client");
    drainAnswers = counter("drain.answers", "answers to drains of other nodes, repeated ones too");
    drainLaggards = counter("drain.laggards", "nodes that had not answered a drain in time");
    convergeMillis =
        sink.distribution(
            PREFIX + "converge.millis",
            "time from a task event, on whichever node, to the data path of this one");
    drainNanos =
        sink.distribution(PREFIX + "drain.nanos", "time until a drain was everywhere, or given up");
  }

  /** The figures of one VIP. */
  public VipSeries vip(VipKey key) {
    return series.of(key);
  }

  /** A label, back end or VIP that was refused, by its code. */
  public Counter rejected(String reason) {
    return rejected.computeIfAbsent(
        reason,
        r -> sink.counter(PREFIX + "rejected", "labels, back ends and VIPs refused", "reason", r));
  }

  /** A connect that failed: {@code refused}, {@code timeout}, {@code reset}, {@code other}. */
  public Counter connectFailures(String kind) {
    return connectFailures.computeIfAbsent(
        kind,
        k ->
            sink.counter(
                PREFIX + "connect.failures", "connects to back ends that failed", "kind", k));
  }

  /**
   * A UDP session that ended: {@code idle}, {@code left} (its back end did), {@code unreachable},
   * {@code evicted} for another, {@code closed} with its VIP, {@code lost}.
   */
  public Counter udpSessionsEnded(String reason) {
    return udpSessionsEnded.computeIfAbsent(
        reason,
        r -> sink.counter(PREFIX + "udp.sessions.ended", "UDP sessions that ended", "reason", r));
  }

  /**
   * A datagram that went nowhere: {@code no_backend}, {@code full} (a socket), {@code descriptors}
   * (none free), {@code empty}, {@code unsendable}.
   */
  public Counter udpDropped(String reason) {
    return udpDropped.computeIfAbsent(
        reason, r -> sink.counter(PREFIX + "udp.dropped", "datagrams dropped", "reason", r));
  }

  /** A header of the PROXY protocol that was none, by what was wrong with it. */
  public Counter headersRefused(String reason) {
    return headersRefused.computeIfAbsent(
        reason,
        r ->
            sink.counter(
                PREFIX + "proxy.headers.refused",
                "connections of trusted proxies reset for what they sent as a header",
                "reason",
                r));
  }

  /** Things of ours in the kernel that somebody else had changed, by the name of the path. */
  public Counter kernelRepaired(String path) {
    return sink.counter(
        PREFIX + "kernel.repaired", "things that others changed and we put back", "path", path);
  }

  /** Single changes that a kernel took, by the name of the path. */
  public Counter kernelChanges(String path) {
    return sink.counter(PREFIX + "kernel.changes", "changes that the kernel took", "path", path);
  }

  /** Single changes that a kernel refused, by the name of the path. */
  public Counter kernelRefused(String path) {
    return sink.counter(PREFIX + "kernel.refused", "changes that the kernel refused", "path", path);
  }

  /** Times that a path cannot know what others changed in the kernel, so that it compared all. */
  public Counter kernelLost(String path) {
    return sink.counter(
        PREFIX + "kernel.lost", "times that news of the kernel were lost", "path", path);
  }

  public void activeUdpSessions(LongSupplier value) {
    gauge("udp.sessions.active", "UDP clients that have a back end now", value);
  }

  /**
   * A connection refused by a limit: {@code vip}, {@code backend}, {@code connects} or {@code
   * retries}.
   */
  public Counter limited(String by) {
    return limited.computeIfAbsent(
        by, b -> sink.counter(PREFIX + "limited", "connections reset by a limit", "by", b));
  }

  /**
   * A back end that was ejected: {@code consecutive_failures}, {@code success_rate}, {@code
   * failure_percentage} or {@code trial_failed}.
   */
  public Counter ejections(String cause) {
    return ejections.computeIfAbsent(
        cause,
        c -> sink.counter(PREFIX + "ejections", "back ends ejected for a while", "cause", c));
  }

  /** Connections of a path, by its name, that were cut as their back end is not theirs any more. */
  public Counter kernelCuts(String path) {
    return sink.counter(
        PREFIX + "kernel.cuts", "connections cut as they may not go on", "path", path);
  }

  public void ejected(LongSupplier value) {
    gauge("ejected", "back ends that are ejected or on trial", value);
  }

  public void panicVips(LongSupplier value) {
    gauge("panic.vips", "VIPs of which too much is ejected, so that no ejection counts", value);
  }

  public void vips(LongSupplier value) {
    gauge("vips", "VIPs with back ends", value);
  }

  public void backends(LongSupplier value) {
    gauge("backends", "back ends of all VIPs", value);
  }

  public void unreachableVips(LongSupplier value) {
    gauge("unreachable.vips", "VIPs whose nodes all look dead, served all the same", value);
  }

  public void partitionGuard(LongSupplier value) {
    gauge(
        "partition.guard",
        "1 while so many nodes look dead that no more back ends are taken out for it",
        value);
  }

  /** A try of a back end: {@code good}, {@code bad}, or {@code nothing} as it could not begin. */
  public Counter checks(String result) {
    return checks.computeIfAbsent(
        result, r -> sink.counter(PREFIX + "checks", "tries of back ends by checks", "result", r));
  }

  public void checkedDown(LongSupplier value) {
    gauge("checked.down", "back ends that get nothing new for what checks found", value);
  }

  public void checksUnheeded(LongSupplier value) {
    gauge("checks.unheeded", "VIPs of which too much fails its checks, so that none counts", value);
  }

  public void suspects(LongSupplier value) {
    gauge("suspects", "back ends that a third of the nodes which use them have ejected", value);
  }

  public void nameCollisions(LongSupplier value) {
    gauge("name.collisions", "names that did not get the address of their hash", value);
  }

  public void drains(LongSupplier value) {
    gauge("drains", "drains in force", value);
  }

  public void faultyServices(LongSupplier value) {
    gauge("services.faulty", "services that the data path cannot serve", value);
  }

  public void activeConnections(LongSupplier value) {
    gauge("connections.active", "connections that are open now", value);
  }

  /** A switch to another data path that was asked for: {@code done} or {@code failed}. */
  public Counter pathSwitches(String result) {
    return pathSwitches.computeIfAbsent(
        result,
        r -> sink.counter(PREFIX + "path.switches", "switches of the data path", "result", r));
  }

  /** A data path that could not be used where it was to, by its name. */
  public Counter pathUnusable(String path) {
    return pathUnusable.computeIfAbsent(
        path,
        p ->
            sink.counter(PREFIX + "path.unusable", "data paths that could not be used", "path", p));
  }

  private Counter counter(String name, String help) {
    return sink.counter(PREFIX + name, help);
  }

  private void gauge(String name, String help, LongSupplier value) {
    sink.gauge(PREFIX + name, help, value);
  }
}
