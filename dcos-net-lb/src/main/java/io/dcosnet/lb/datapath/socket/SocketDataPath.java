// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.datapath.kernel.KernelLoop;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.bpf.ControlGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Redirects connections of this node's own processes at the moment when they are made: a client
 * connects to the virtual address, and its socket is connected to the back end. Nothing is done to
 * packets afterwards, so that a connection costs what a direct one does, the back end sees the
 * client's own address, and no route to the virtual address is needed. Needs root, Linux 5.18 or
 * later, and the cgroup tree of version 2.
 *
 * <p>What it does not do:
 *
 * <ul>
 *   <li>Packets from other hosts, and processes outside the control group, do not come by.
 *   <li>It draws lots by weight, whatever the policy of a VIP; it keeps no affinity of clients, no
 *       limits of connections, and adds no PROXY header.
 *   <li>It does not learn how connects end: nothing is ejected for what it sees.
 *   <li>A UDP socket that is connected is bound to its back end; when that leaves or drains, the
 *       socket is cut: who waits for an answer is told ECONNABORTED, who sends EDESTADDRREQ, and it
 *       has to be connected again. One that names the virtual address with each datagram just goes
 *       on with another back end.
 *   <li>Maps that somebody else changes are found at the next comparison, programs that somebody
 *       else takes away within a second.
 * </ul>
 *
 * <p>Programs and maps stay when the process ends without an order, and with {@code leaveInPlace};
 * the next process takes them over, with what they remember of open connections.
 *
 * <p><b>Thread-safe.</b> The work is done on the thread {@code dcosnet-socket}.
 */
public final class SocketDataPath implements DataPath {

  static final String NAME = "socket";

  private final SocketConfig config;
  private final TrafficObservers observers = new TrafficObservers();
  private final SocketWork work;
  private final KernelLoop loop;

  /**
   * A path that opens nothing before its first table.
   *
   * @param time whose monotonic clock the deadlines of targets are on
   */
  public SocketDataPath(TimeSource time, MetricsSink metrics, SocketConfig config) {
    this(time, metrics, config, UnaryOperator.identity(), OpenSockets::cut);
  }

  SocketDataPath(
      TimeSource time,
      MetricsSink metrics,
      SocketConfig config,
      UnaryOperator<EntryMap> vips,
      Cutter cutter) {
    this.config = requireNonNull(config, "config");
    work = new SocketWork(config, time, observers, new LbMetrics(metrics), vips, cutter);
    loop = new KernelLoop(NAME, time, config.repairInterval(), work);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Capabilities probe() {
    return SocketProbe.run(config);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    return loop.apply(table);
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return observers.add(observer);
  }

  @Override
  public Subscription onChange(Runnable listener) {
    return loop.onChange(listener);
  }

  /** Connections that are open, as of the last look at them; what came before is not counted. */
  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    Map<HostPort, Integer> active = work.active(frontend);
    long open = active.values().stream().mapToLong(Integer::longValue).sum();
    return Optional.of(new Traffic(open, open, 0, 0, Map.of(), active));
  }

  @Override
  public List<String> plan(VipTable table) {
    return Plan.of(config, table);
  }

  @Override
  public boolean outlivesItsProcess() {
    return true;
  }

  @Override
  public List<String> left() {
    if (config.controlGroup().or(ControlGroup::root).isEmpty()) {
      return List.of(); // nor was there ever one of ours
    }
    try (ControlGroup group = SocketWork.group(config)) {
      return Attachment.left(group);
    }
  }

  @Override
  public List<String> cleanup() {
    if (config.controlGroup().or(ControlGroup::root).isEmpty()) {
      return List.of(); // nor was there ever one of ours
    }
    try (ControlGroup group = SocketWork.group(config)) {
      return Attachment.detach(group);
    }
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    return loop.stop(leaveInPlace, grace);
  }
}
