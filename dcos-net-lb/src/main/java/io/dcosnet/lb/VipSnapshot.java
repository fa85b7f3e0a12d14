// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All VIPs at one moment, as the nodes of the cluster told of them and as this node serves them.
 * Two snapshots share what did not change between them.
 *
 * <p><b>Immutable.</b>
 */
public final class VipSnapshot {

  private final long run;
  private final long version;
  private final String zone;
  private final Map<VipKey, List<Candidate>> told;
  private final VipTable table;
  private final ApplyReport report;

  // Made by the first who asks, which is not the one writer that makes snapshots.
  private volatile @Nullable Map<VipKey, List<Served>> served;
  private volatile @Nullable List<VipKey> sorted;

  VipSnapshot(
      long run,
      long version,
      String zone,
      Map<VipKey, List<Candidate>> told,
      VipTable table,
      ApplyReport report) {
    this.run = run;
    this.version = version;
    this.zone = requireNonNull(zone, "zone");
    this.told = Map.copyOf(told);
    this.table = requireNonNull(table, "table");
    this.report = requireNonNull(report, "report");
  }

  /** Grows with each change, from the start of this load balancer on. */
  public long version() {
    return version;
  }

  /** Another one for each snapshot, also of another run of this load balancer. */
  public String tag() {
    return Long.toHexString(run) + "-" + version;
  }

  /** What stands behind canonical names, without a final dot. */
  public String zone() {
    return zone;
  }

  /** What the data path was told last. */
  public VipTable table() {
    return table;
  }

  /** What the data path made of it; may be one table behind. */
  public ApplyReport report() {
    return report;
  }

  /** VIPs that have back ends, without a defined order. */
  public Set<VipKey> keys() {
    return told.keySet();
  }

  /** VIPs that have back ends, in their order. */
  public List<VipKey> sortedKeys() {
    List<VipKey> made = sorted;
    if (made == null) {
      made = List.copyOf(new TreeSet<>(told.keySet()));
      sorted = made;
    }
    return made;
  }

  /** One VIP; empty when it has no back end. */
  public Optional<Vip> vip(VipKey key) {
    List<Candidate> candidates = told.get(requireNonNull(key, "key"));
    return Optional.ofNullable(candidates)
        .map(all -> new Vip(key, all, served().getOrDefault(key, List.of())));
  }

  /** The VIP that this node serves at an address and port, by whichever of the two it is known. */
  public Optional<VipKey> at(Frontend frontend) {
    return table.service(requireNonNull(frontend, "frontend")).map(Service::key);
  }

  private Map<VipKey, List<Served>> served() {
    Map<VipKey, List<Served>> made = served;
    if (made == null) {
      made = new HashMap<>(table.services().size() * 2);
      for (Service service : table.services().values()) {
        Outcome outcome = report.services().get(service.frontend());
        made.computeIfAbsent(service.key(), key -> new ArrayList<>(2))
            .add(new Served(service, outcome));
      }
      served = made; // whoever is slower makes the same once more
    }
    return made;
  }

  /**
   * One VIP.
   *
   * @param told back ends as nodes told of them, sorted by endpoint: before health counts
   * @param served what this node makes of it, for each family of addresses
   */
  public record Vip(VipKey key, List<Candidate> told, List<Served> served) {

    private static final Comparator<Served> BY_FRONTEND =
        Comparator.comparing(one -> one.service().frontend());

    public Vip {
      requireNonNull(key, "key");
      told = List.copyOf(told);
      served = served.stream().sorted(BY_FRONTEND).toList();
    }

    /** The service that an endpoint of a back end belongs to by its family. */
    public Optional<Served> served(HostPort endpoint) {
      return served.stream()
          .filter(
              one ->
                  one.service().frontend().endpoint().address().isIpv4()
                      == endpoint.address().isIpv4())
          .findFirst();
    }
  }

  /**
   * A VIP in one family of addresses on this node.
   *
   * @param outcome what the data path made of it; null while it does not have it yet
   */
  public record Served(Service service, @Nullable Outcome outcome) {
    public Served {
      requireNonNull(service, "service");
    }
  }
}
