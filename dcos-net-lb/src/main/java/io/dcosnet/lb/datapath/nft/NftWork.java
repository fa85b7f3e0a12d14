// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.kernel.KernelWork;
import io.dcosnet.lb.datapath.nft.FlowCuts.Cut;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.conntrack.Flow;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the nftables path does to the kernel. <b>Confined to</b> the thread of its loop, but for
 * {@link #onDamage}.
 */
final class NftWork implements KernelWork {

  /** Between two words about damage or refusals, which may come again and again. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  /** Something changes all the time, and comparing beside it does not help. */
  private static final int MAX_FAILED_AUDITS = 5;

  private static final Logger LOGGER = LoggerFactory.getLogger(NftWork.class);

  private final NftConfig config;
  private final TimeSource time;
  private final LbMetrics metrics;
  private final TrafficObserver observer;
  private final Tallies tallies;
  private final Followed followed = new Followed();
  private final Services services = new Services(followed);
  private final Suspects suspects = new Suspects();
  private final Frame frame;
  private final Elements elements;
  private final Audit audit = new Audit();

  /** Whose elements may be others than those that the audit under way was told of. */
  private final Set<Owner> changedSinceAudit = new HashSet<>();

  private Runnable damage = () -> {};
  private @Nullable Kernel kernel;
  private @Nullable Watch watch;

  /** Whether what was there before us has been taken over. */
  private boolean adopted;

  /** Whether the rules are still to come, as there were none before us. */
  private boolean withheld;

  /** Services of which the audit under way looks at flows. */
  private Set<Frontend> audited = Set.of();

  private long auditNanos;
  private int failedAudits;
  private long quietUntilNanos;

  NftWork(NftConfig config, TimeSource time, LbMetrics metrics, TrafficObserver observer) {
    this.config = config;
    this.time = time;
    this.metrics = metrics;
    this.observer = observer;
    tallies = new Tallies(metrics.connections);
    frame = new Frame(config);
    elements = new Elements(services, frame, metrics);
    quietUntilNanos = time.nanos();
    auditNanos = quietUntilNanos + config.repairInterval().toNanos();
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
    if (!adopted) {
      Difference unused = services.learn(table, time.nanos());
      adopt(open);
    } else {
      if (readBack) {
        repair(open, Set.of());
      }
      Difference difference = services.learn(table, time.nanos());
      suspects.add(services.takeSuspects());
      suspects.look(difference.replacedServices(), open::connections);
      change(open, difference);
    }
    cutFlows(open, readBack);
    tallies.serve(table);
    return report(table);
  }

  private ApplyReport report(VipTable table) {
    Map<Frontend, Outcome> failed = elements.outcomes();
    if (failed.isEmpty()) {
      return ApplyReport.serving(table, services.unserved());
    }
    Map<Frontend, Outcome> exceptions = new HashMap<>(failed);
    exceptions.putAll(services.unserved());
    return ApplyReport.serving(table, exceptions);
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
      Looks looks = Looks.open(time, followed, observer, tallies, audit);
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
    // Who serves these VIPs until now goes on while the elements come: no rule refuses them yet.
    withheld |= open.structure().isEmpty();
    frame.make(open, withheld, services);
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
    int changed = elements.compare(open, Set.of(), time.nanos());
    serve(open);
    adopted = true;
    LOGGER.info(
        "nftables path serves: services={} found={} changed={}",
        services.frontends().size(),
        before.size(),
        changed);
  }

  /** Makes the rules that were withheld until all elements are there. */
  private void serve(Kernel open) {
    if (withheld) {
      frame.make(open, false, services);
      withheld = false;
    }
  }

  /**
   * Makes rules and elements what they were before somebody else came.
   *
   * @param changing who is about to change
   */
  private void repair(Kernel open, Set<Owner> changing) {
    endAudit();
    Structure found = open.structure();
    Structure made = frame.made();
    boolean damaged = made != null && !found.equals(made);
    withheld |= found.isEmpty();
    if (damaged || made == null || withheld) {
      frame.make(open, withheld, services);
    }
    int changed = elements.compare(open, changing, time.nanos());
    serve(open);
    if (damaged || changed > 0) {
      metrics.kernelRepaired(NftDataPath.NAME).add(changed + (damaged ? 1 : 0));
      say(
          () ->
              "somebody changed table "
                  + Rules.TABLE
                  + " of nftables; repaired: rules="
                  + damaged
                  + " elements="
                  + changed);
    }
  }

  /** What was ordered, if anything, is found out otherwise. */
  private void endAudit() {
    audit.order(null);
    suspects.lookAgain(audited);
    audited = Set.of();
    auditNanos = time.nanos() + config.repairInterval().toNanos();
  }

  private void say(Supplier<String> news) {
    if (time.nanos() - quietUntilNanos >= 0) {
      quietUntilNanos = time.nanos() + QUIET.toNanos();
      LOGGER.warn("{}", news.get());
    } else if (LOGGER.isDebugEnabled()) {
      LOGGER.debug("{}", news.get());
    }
  }

  private void change(Kernel open, Difference difference) {
    if (difference.isEmpty()) {
      return;
    }
    if (audit.isBusy()) {
      changedSinceAudit.addAll(difference.owners());
    }
    if (!elements.change(open, difference)) {
      // Somebody changed something and it was not told yet, or the kernel does not take it at all.
      repair(open, difference.owners());
    }
  }

  private void cutFlows(Kernel open, boolean all) {
    cut(
        () ->
            all
                ? suspects.cutAll(open.flowCuts(), services::allowed, time.nanos())
                : suspects.cut(open.flowCuts(), time.nanos()));
    if (all) {
      tidy(open);
    }
  }

  /** Services serve as they should whatever becomes of old flows, which are tried again. */
  private void cut(Supplier<Cut> cutting) {
    try {
      Cut cut = cutting.get();
      metrics.kernelCuts(NftDataPath.NAME).add(cut.count());
      if (!cut.failed().isEmpty()) {
        metrics.kernelRefused(NftDataPath.NAME).add(cut.failed().size());
        say(() -> "flows of some services could not be cut; tried again: " + cut.failed());
      }
    } catch (DcosNetException e) {
      metrics.kernelRefused(NftDataPath.NAME).increment();
      say(() -> "flows could not be cut; tried again: " + e.getMessage());
    }
  }

  private void tidy(Kernel open) {
    suspects.keep(services.frontends());
    try {
      frame.dropSpare(open, services.chains());
    } catch (DcosNetException e) {
      LOGGER.debug("chains without use stay until the next comparison", e);
    }
  }

  @Override
  public boolean comparesByItself() {
    return true;
  }

  /**
   * {@inheritDoc} Among it is the comparison that is made beside the work, and begun now and then.
   */
  @Override
  public boolean watch() {
    Kernel open = kernel;
    if (open == null || !adopted) {
      return false;
    }
    long now = time.nanos();
    boolean differs = judge(open, now);
    if (suspects.isDue(now)) {
      cut(() -> suspects.cut(open.flowCuts(), now));
    }
    if (!differs && !audit.isBusy() && auditNanos - now <= 0) {
      auditNanos = now + config.repairInterval().toNanos();
      changedSinceAudit.clear();
      audited = suspects.takeAgain();
      audit.order(new Audit.Order(services.snapshot(), frame.made(), audited));
    }
    return differs || elements.isDue(now);
  }

  /** Whether what was found beside the work, if anything, calls for a repair. */
  private boolean judge(Kernel open, long now) {
    Audit.Finding finding;
    try {
      finding = audit.take();
      if (finding == null) {
        return false;
      }
      failedAudits = 0;
      audited = Set.of();
    } catch (RuntimeException e) {
      LOGGER.debug("nftables could not be compared beside the work", e);
      endAudit();
      auditNanos = now; // the next one begins at once
      failedAudits++;
      return isAbsence(e) || failedAudits % MAX_FAILED_AUDITS == 0;
    }
    suspects.use(finding.used());
    List<Flow> strays =
        finding.strays().stream()
            .filter(flow -> FlowCuts.isStray(flow, services.allowed(FlowCuts.frontend(flow))))
            .toList();
    cut(() -> open.flowCuts().cut(strays));
    tidy(open);
    Set<Owner> differing = new HashSet<>(finding.differing());
    differing.removeAll(changedSinceAudit);
    differing.removeIf(owner -> elements.isResting(owner, now));
    boolean rules =
        !finding.sameStructure() && Objects.equals(frame.made(), finding.order().structure());
    return rules || !differing.isEmpty();
  }

  /** The table or a part of it is not there. */
  private static boolean isAbsence(RuntimeException e) {
    return e instanceof KernelException refused && refused.errno().equals(Errno.ENOENT);
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
        cut(() -> open.flowCuts().cut(nowhere, new HashSet<>()));
        // Made first, as somebody may have deleted it already.
        open.run("add table inet " + Rules.TABLE + "\ndelete table inet " + Rules.TABLE);
      }
    }
  }
}
