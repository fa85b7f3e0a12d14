// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The VIPs that a cluster state makes, for people and tools: no store, no health of nodes, nothing
 * that time brings. <b>Immutable.</b>
 *
 * @param vips sorted by name or address, then by family, protocol and port
 * @param rejected labels that make no VIP, sorted by task
 * @param remarks labels that count although something is odd about them, or that have no back end
 *     yet, sorted by task
 * @param refused back ends and VIPs that are left out for a reason that is not in their label
 */
public record VipListing(
    List<Row> vips,
    List<LabelReport> rejected,
    List<LabelReport> remarks,
    List<Rejection> refused) {

  /**
   * One VIP in one family of addresses.
   *
   * @param name canonical; null for a VIP that is an address
   * @param fqdn with the zone, without a final dot; null for a VIP that is an address
   * @param backends sorted by address and port
   */
  public record Row(
      @Nullable String name,
      Protocol protocol,
      IpAddress address,
      int port,
      @Nullable String fqdn,
      List<RowBackend> backends) {
    public Row {
      backends = List.copyOf(backends);
    }
  }

  /**
   * One back end.
   *
   * @param agent address of the node that the task runs on
   * @param healthy false while it gets no new connections because of the task's health or end
   */
  public record RowBackend(IpAddress agent, IpAddress address, int port, boolean healthy) {}

  public VipListing {
    vips = List.copyOf(vips);
    rejected = List.copyOf(rejected);
    remarks = List.copyOf(remarks);
    refused = List.copyOf(refused);
  }

  /** Reads a state; addresses are those that the names have when they all come at once. */
  public static VipListing of(ClusterState state, VipRules rules, VipAddresses addresses) {
    ClusterVips vips = ClusterVips.of(state, rules);
    Map<VipKey, List<Candidate>> candidates = new HashMap<>();
    Map<VipBackend.Place, Backend> backends = new HashMap<>();
    for (VipBackend.Place place : vips.places()) {
      Backend backend = Objects.requireNonNull(vips.backend(place)).backend();
      backends.put(place, backend);
      candidates
          .computeIfAbsent(place.key(), key -> new ArrayList<>())
          .add(new Candidate(backend, true, 0));
    }
    TableAssembly assembly =
        new TableAssembly(addresses, Duration.ZERO, Duration.ZERO, TableLimits.DEFAULTS);
    candidates.forEach(assembly::put);
    assembly.assemble(0);
    List<Row> rows =
        assembly.live().stream()
            .sorted(Comparator.comparing(Service::key).thenComparing(Service::frontend))
            .map(service -> row(service, backends, rules))
            .toList();
    return new VipListing(rows, vips.refused(), vips.remarks(), assembly.refused());
  }

  private static Row row(Service service, Map<VipBackend.Place, Backend> backends, VipRules rules) {
    List<RowBackend> rows = new ArrayList<>();
    for (Target target : service.targets()) {
      Backend backend = backends.get(new VipBackend.Place(service.key(), target.endpoint()));
      if (backend != null) {
        rows.add(
            new RowBackend(
                backend.node(),
                target.endpoint().address(),
                target.endpoint().port(),
                backend.state() == Backend.State.UP));
      }
    }
    String name = service.key().name();
    return new Row(
        name,
        service.key().protocol(),
        service.frontend().endpoint().address(),
        service.key().port(),
        name == null ? null : name + "." + rules.zone(),
        rows);
  }
}
