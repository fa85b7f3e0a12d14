// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Protocol;
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
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.nft.Nftables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Redirects connections by nftables: those of processes of this node, and those that come in from
 * containers and other machines. Needs root or CAP_NET_ADMIN.
 *
 * <p>All of it is in one table, {@code inet dcosnet_lb}, which goes on without this process when it
 * is left in place, and is adopted by the next one. What others change in it is repaired, other
 * tables are never touched. Only the first packet of a connection costs more than tracking it.
 *
 * <p><b>Limits.</b> Weights count to a hundredth of a service, and every policy but {@code maglev}
 * draws lots by them. {@code maglev} and affinity both hash the address of the client onto the same
 * table as user space, with the kernel's own hash: all nodes with this path agree, but not with
 * those in user space. So a client keeps its back end as long as that is there, not for a time.
 * Limits of connections are not kept. The PROXY protocol is not spoken; services that want it are
 * not served. What a back end refuses is not seen: nothing is tried again, and nothing ejected by
 * it. Back ends on 127.0.0.0/8 serve processes of this node only.
 *
 * <p><b>Thread-safe.</b> See {@link KernelLoop} for its thread, and for the network namespace that
 * it works on.
 */
public final class NftDataPath implements DataPath {

  static final String NAME = "nftables";

  private static final String PROBE = "dcosnet_probe";
  private static final Set<Protocol> PROTOCOLS = Set.of(Protocol.values());

  private final TimeSource time;
  private final NftConfig config;
  private final TrafficObservers observers = new TrafficObservers();
  private final Tallies tallies;
  private final KernelLoop loop;

  /** A path that touches nothing before its first table. */
  public NftDataPath(TimeSource time, MetricsSink metrics, NftConfig config) {
    this.time = requireNonNull(time, "time");
    this.config = requireNonNull(config, "config");
    NftWork work = new NftWork(config, time, new LbMetrics(metrics), observers);
    tallies = work.tallies();
    loop = new KernelLoop(NAME, time, config.repairInterval(), work);
    work.onDamage(loop::repair);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** {@inheritDoc} It is a table with all rules, made and deleted in one transaction. */
  @Override
  public Capabilities probe() {
    Optional<String> lack = Nftables.unavailableBecause();
    if (lack.isPresent()) {
      return unusable(lack.get());
    }
    String commands =
        Rules.commands(config, List.of(new Chain(true, false, 2), new Chain(false, true, 2)))
            .replace("inet " + Rules.TABLE, "inet " + PROBE);
    try (Nftables nftables = Nftables.open();
        Conntrack conntrack = Conntrack.open()) {
      String unused = nftables.run(commands + "delete table inet " + PROBE + "\n");
      var unusedFlows = conntrack.flows(true);
      return new Capabilities(true, "nftables takes all rules", PROTOCOLS, true);
    } catch (DcosNetException e) {
      String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      boolean lacksRight = said.contains("not permitted");
      return unusable(lacksRight ? said + " (root or CAP_NET_ADMIN is needed)" : said);
    }
  }

  private static Capabilities unusable(String reason) {
    return new Capabilities(false, reason, PROTOCOLS, false);
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

  /**
   * {@inheritDoc} As the kernel had it a second ago, or when it was looked at last. Octets and
   * failures are not counted; nor are connections of the last seconds before a service gets another
   * number of slots.
   */
  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    return tallies.of(requireNonNull(frontend, "frontend"));
  }

  /** {@inheritDoc} Here they are commands of {@code nft}. */
  @Override
  public List<String> plan(VipTable table) {
    return Plan.of(requireNonNull(table, "table"), config, time.nanos());
  }

  @Override
  public boolean outlivesItsProcess() {
    return true;
  }

  @Override
  public List<String> left() {
    if (Nftables.unavailableBecause().isPresent()) {
      return List.of(); // nor was there ever one of ours
    }
    try (Nftables nftables = Nftables.open()) {
      return tables(nftables);
    }
  }

  private static List<String> tables(Nftables nftables) {
    String table = "table inet " + Rules.TABLE;
    return nftables.run("list tables inet").lines().filter(table::equals).toList();
  }

  @Override
  public List<String> cleanup() {
    if (Nftables.unavailableBecause().isPresent()) {
      return List.of();
    }
    try (Nftables nftables = Nftables.open()) {
      List<String> tables = tables(nftables);
      for (String table : tables) {
        String unused = nftables.run("delete " + table);
      }
      return tables;
    }
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    return loop.stop(leaveInPlace, grace);
  }
}
