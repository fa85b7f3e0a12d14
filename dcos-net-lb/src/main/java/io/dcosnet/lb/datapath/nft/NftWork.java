// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.kernel.KernelWork;
import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.nft.NftGeneration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the nftables path does to the kernel. <b>Confined to</b> the thread of its loop, but for
 * {@link #onDamage}.
 */
final class NftWork implements KernelWork {

  /** Somebody changes rules all the time, and comparing again does not help. */
  private static final int MAX_COMPARISONS = 5;

  /** Chains that no service needs now may be needed again soon, and cost next to nothing. */
  private static final int MAX_SPARE_CHAINS = 64;

  /** Between two words about damage, which may be done again and again. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(NftWork.class);

  private final NftConfig config;
  private final TimeSource time;
  private final LbMetrics metrics;
  private final TrafficObserver observer;
  private final Tallies tallies;
  private final Followed followed = new Followed();
  private final Services services = new Services(followed);

  /** Chains for slots that are in the kernel, with their rules. */
  private final Set<Chain> chains = new HashSet<>();

  private final Suspects suspects = new Suspects();

  private Runnable damage = () -> {};
  private @Nullable Kernel kernel;
  private @Nullable Watch watch;
  private @Nullable Structure structure;
  private long quietUntilNanos;

  NftWork(NftConfig config, TimeSource time, LbMetrics metrics, TrafficObserver observer) {
    this.config = config;
    this.time = time;
    this.metrics = metrics;
    this.observer = observer;
    tallies = new Tallies(metrics.connections);
    quietUntilNanos = time.nanos();
  }

  /** What is called when somebody else changed something; to be set before the first table. */
  void onDamage(Runnable told) {
    damage = told;
  }

  /** What services carry; any thread. */
  Tallies tallies() {
    return tallies;
  }

  @Override
  public ApplyReport apply(VipTable table, boolean readBack) {
    Kernel open = kernel();
    services.ownAddresses(open.ownAddresses());
    if (structure == null) {
      Difference unused = services.learn(table, time.nanos());
      adopt(open);
    } else {
      if (readBack) {
        repair(open);
      }
      Difference difference = services.learn(table, time.nanos());
      suspects.add(services.takeSuspects());
      suspects.look(open);
      change(open, difference);
    }
    cutFlows(open, readBack);
    tallies.serve(table);
    return ApplyReport.serving(table, services.unserved());
  }

  @Override
  public long firstDeadline(VipTable table, long sinceNanos) {
    return services.firstDeadline(sinceNanos);
  }

  private Kernel kernel() {
    Kernel open = kernel;
    return open == null ? begin() : open;
  }

  /** All or nothing, so that the next try finds nothing half open. */
  private Kernel begin() {
    Kernel made = Kernel.open();
    try {
      Looks looks = Looks.open(time, followed, observer, tallies);
      try {
        int ownThread = made.generation().thread();
        watch = Watch.start(ownThread, damage, looks, metrics.kernelLost(NftDataPath.NAME));
      } catch (RuntimeException | Error e) {
        looks.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
    kernel = made;
    return made;
  }

  /** Takes over what is there, from whichever process, and makes of it what is wanted. */
  private void adopt(Kernel open) {
    Structure found = open.structure();
    // Who serves these VIPs until now goes on while the elements come: no rule refuses them yet.
    makeRules(open, found, found.isEmpty() ? Rules.withdrawal() : "");
    try {
      fill(open, found);
    } catch (RuntimeException e) {
      structure = null; // else the rules that are lacking would be taken for what is wanted
      throw e;
    }
  }

  private void fill(Kernel open, Structure found) {
    Contents before = open.contents();
    // Whatever was served before may have left flows.
    Map<Frontend, Set<HostPort>> looked = new HashMap<>();
    for (Part part : new Part[] {Part.VIPS4, Part.VIPS6}) {
      for (Bytes vip : before.of(part).keySet()) {
        Frontend frontend = Layout.frontend(vip);
        looked.put(frontend, services.allowed(frontend));
      }
    }
    services.frontends().forEach(each -> looked.put(each, services.allowed(each)));
    suspects.add(looked);
    tallies.begin(open.connections());
    int changed = compare(open);
    if (found.isEmpty()) {
      makeRules(open, open.structure(), "");
    }
    LOGGER.info(
        "nftables path serves: services={} found={} changed={}",
        services.frontends().size(),
        before.size(),
        changed);
  }

  /**
   * All rules in one transaction, of which packets see nothing when they are as before.
   *
   * @param then commands behind them
   */
  private void makeRules(Kernel open, Structure found, String then) {
    Set<Chain> all = new HashSet<>(services.chains());
    found.chains().forEach(name -> Chain.parse(name).ifPresent(all::add));
    try {
      open.run(Rules.commands(config, all) + then);
    } catch (DcosNetException e) {
      if (found.isEmpty()) {
        throw e;
      }
      // Sets of other types or chains at other hooks, as another version would have them.
      LOGGER.warn(
          "table {} is made anew, as it cannot be adopted: {}", Rules.TABLE, e.getMessage());
      open.run("delete table inet " + Rules.TABLE + "\n" + Rules.commands(config, all));
    }
    chains.clear();
    chains.addAll(all);
    structure = open.structure();
  }

  /** Makes rules and elements what they were before somebody else came. */
  private void repair(Kernel open) {
    Structure found = open.structure();
    boolean damaged = !found.equals(structure);
    if (damaged) {
      makeRules(open, found, "");
    }
    int elements = compare(open);
    if (damaged || elements > 0) {
      metrics.kernelRepaired(NftDataPath.NAME).add(elements + (damaged ? 1 : 0));
      String news = "somebody changed table {} of nftables; repaired: rules={} elements={}";
      if (time.nanos() - quietUntilNanos >= 0) {
        quietUntilNanos = time.nanos() + QUIET.toNanos();
        LOGGER.warn(news, Rules.TABLE, damaged, elements);
      } else {
        LOGGER.debug(news, Rules.TABLE, damaged, elements);
      }
    }
  }

  /** Makes the elements what they should be, whatever they are; how many were not. */
  private int compare(Kernel open) {
    makeChains(open, services.chains());
    Contents wanted = services.contents();
    for (int i = 0; ; i++) {
      NftGeneration since = open.generation();
      Difference difference = Difference.between(open.contents(), wanted);
      if (difference.isEmpty()) {
        return 0;
      }
      if (commit(open, difference, i < MAX_COMPARISONS ? since : null)) {
        return difference.size();
      }
    }
  }

  private boolean commit(Kernel open, Difference difference, @Nullable NftGeneration since) {
    if (!difference.first().isEmpty() && !commit(open, difference.first(), since)) {
      return false;
    }
    @Nullable NftGeneration still = difference.first().isEmpty() ? since : null;
    return difference.then().isEmpty() || commit(open, difference.then(), still);
  }

  private boolean commit(Kernel open, List<Change> changes, @Nullable NftGeneration since) {
    boolean done = open.commit(changes, since);
    if (done) {
      metrics.kernelChanges(NftDataPath.NAME).add(Difference.size(changes));
    }
    return done;
  }

  private void change(Kernel open, Difference difference) {
    try {
      makeChains(open, services.chains());
      boolean unused = commit(open, difference, null);
    } catch (DcosNetException e) {
      // Somebody changed something, and it was not told yet.
      metrics.kernelRefused(NftDataPath.NAME).increment();
      LOGGER.debug("nftables refused a change, which is made by comparing", e);
      repair(open);
    }
  }

  private void makeChains(Kernel open, Collection<Chain> needed) {
    if (chains.containsAll(needed)) {
      return;
    }
    List<Chain> missing = new ArrayList<>(needed);
    missing.removeAll(chains);
    open.run(missing.stream().map(Chain::commands).collect(Collectors.joining()));
    chains.addAll(missing);
    structure = open.structure();
  }

  private void dropSpareChains(Kernel open) {
    List<Chain> spare = new ArrayList<>(chains);
    spare.removeAll(services.chains());
    if (spare.size() > MAX_SPARE_CHAINS) {
      open.run(spare.stream().map(Chain::deletion).collect(Collectors.joining()));
      spare.forEach(chains::remove);
      structure = open.structure();
    }
  }

  private void cutFlows(Kernel open, boolean all) {
    FlowCuts flows = open.flowCuts();
    metrics
        .kernelCuts(NftDataPath.NAME)
        .add(all ? suspects.cutAll(flows, services::allowed) : suspects.cut(flows));
    if (all) {
      suspects.keep(services.frontends());
      dropSpareChains(open);
    }
  }

  /** What is open does not come to rules any more, and whoever comes next may serve what is new. */
  @Override
  public void withdraw() {
    kernel().run(Rules.withdrawal());
  }

  @Override
  public long open() {
    Kernel open = kernel;
    return open == null ? 0 : open.flowCuts().open(services.frontends());
  }

  @Override
  public void close(boolean leaveInPlace) {
    if (watch != null) {
      watch.close();
    }
    try (Kernel open = kernel) {
      if (open != null && !leaveInPlace) {
        Map<Frontend, Set<HostPort>> nowhere = new HashMap<>();
        services.frontends().forEach(each -> nowhere.put(each, Set.of()));
        metrics.kernelCuts(NftDataPath.NAME).add(open.flowCuts().cut(nowhere, new HashSet<>()));
        // Made first, as somebody may have deleted it already.
        open.run("add table inet " + Rules.TABLE + "\ndelete table inet " + Rules.TABLE);
      }
    }
  }
}
