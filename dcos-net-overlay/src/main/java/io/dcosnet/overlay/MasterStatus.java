// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.Dispute;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a master fares, with everything that a person should look at. <b>Immutable.</b>
 *
 * @param allocations whether it leads, and if not, why
 * @param revision that agents are told now; 0 unless leading
 * @param leader where the leader is, as far as is known here
 * @param collecting how long it goes on listening to what agents have before it gives anything out;
 *     empty when it does not
 * @param claims what agents said to have since it listens
 * @param disputes what agents claim against each other, or against what others have
 * @param frozen ids that two hosts have
 * @param behind greatest revision that an agent has heard of since this master leads, as long as
 *     the master has not reached it; 0 for none. Either another one leads, or the store was
 *     replaced by an older one. The master then listens to agents by itself, but once in ten
 *     minutes at most; an operator lets it do so at any time ({@link OverlayMaster#rebuild})
 */
public record MasterStatus(
    AllocationStatus allocations,
    long revision,
    Optional<URI> leader,
    Optional<Duration> collecting,
    int claims,
    List<Dispute> disputes,
    List<FrozenId> frozen,
    long behind) {

  public MasterStatus {
    requireNonNull(allocations, "allocations");
    requireNonNull(leader, "leader");
    requireNonNull(collecting, "collecting");
    disputes = List.copyOf(disputes);
    frozen = List.copyOf(frozen);
  }

  /**
   * An id that two hosts have. <b>Immutable.</b>
   *
   * @param at the address that it is held at; registrations from elsewhere are refused
   * @param heardFrom all addresses that it registered from lately
   */
  public record FrozenId(NodeId agent, IpAddress at, List<IpAddress> heardFrom) {
    public FrozenId {
      requireNonNull(agent, "agent");
      requireNonNull(at, "at");
      heardFrom = List.copyOf(heardFrom);
    }
  }

  /** Whether agents get anything here. */
  public boolean isServing() {
    return allocations.phase() == AllocationStatus.Phase.LEADING && collecting.isEmpty();
  }

  boolean isCollecting() {
    return collecting.isPresent();
  }
}
