// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.HostPlan;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a few hosts get and must hold, by the real allocator without a store.
 *
 * <p><b>Confined to</b> one thread.
 */
final class TestNetwork {

  private final NetworkConfig config;
  private final Map<TriedHost, AgentRecord> records = new LinkedHashMap<>();
  private AllocationState state;

  TestNetwork(NetworkConfig config) {
    this.config = config;
    state = AllocationState.empty(config);
  }

  /** A host registers, for the first time or from another address. */
  void register(TriedHost host) {
    Step<Registration> step =
        Allocator.register(
            state, host.id(), host.host().address(), Wants.EVERYTHING, Moment.at(records.size()));
    state = step.state();
    if (!(step.answer() instanceof Registration.Assigned assigned)) {
      throw new DcosNetException(host.host().name() + " gets nothing: " + step.answer());
    }
    records.put(host, assigned.agent());
  }

  /** What a host has. */
  AgentRecord record(TriedHost host) {
    AgentRecord record = records.get(host);
    if (record == null) {
      throw new DcosNetException(host.host().name() + " did not register");
    }
    return record;
  }

  /** What a host must hold for itself and all others. */
  DesiredState wanted(TriedHost host) {
    List<Peer> peers = new ArrayList<>();
    records.forEach(
        (other, record) -> {
          if (!other.equals(host)) {
            peers.add(peer(record));
          }
        });
    return HostPlan.of(
        new Assignment(record(host), config, 1),
        host.host().address(),
        Wants.EVERYTHING,
        OptionalInt.empty(),
        peers);
  }

  private Peer peer(AgentRecord record) {
    List<Cidr> subnets = new ArrayList<>();
    for (AgentSubnets part : record.subnets()) {
      part.subnet().ifPresent(subnets::add);
      part.subnet6().ifPresent(subnets::add);
    }
    return new Peer(
        record.agent(),
        record.ip(),
        record.vtep(),
        record.vtep6(),
        AgentAddresses.mac(config, record.vtep()),
        subnets);
  }
}
