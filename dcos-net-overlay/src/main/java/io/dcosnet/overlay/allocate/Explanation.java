// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who has an address, or why nobody has. <b>Immutable.</b>
 *
 * @param pool that the address belongs to, if it belongs to one
 * @param element what is given out as one piece: the address itself, or the subnet around it
 * @param agent who has it, if anybody
 * @param detail for a person
 */
public record Explanation(
    IpAddress address,
    Finding finding,
    Optional<PoolId> pool,
    Optional<Cidr> element,
    Optional<AgentRecord> agent,
    String detail) {

  /** What an address is. */
  public enum Finding {
    /** An agent itself, on the underlay. */
    AGENT,
    /** The tunnel end of an agent. */
    VTEP,
    /** In the subnet of an agent. */
    SUBNET,
    /** Nobody has it, anybody may get it. */
    FREE,
    /** Given back so lately that others are given out first. */
    QUARANTINED,
    /** Claimed against what others have or claim. */
    WITHHELD,
    /** Of a pool, but nobody ever gets it. */
    RESERVED,
    /** Of none of the pools, and no agent. */
    OUTSIDE
  }

  public Explanation {
    requireNonNull(address, "address");
    requireNonNull(finding, "finding");
    requireNonNull(pool, "pool");
    requireNonNull(element, "element");
    requireNonNull(agent, "agent");
    requireNonNull(detail, "detail");
  }

  /**
   * Explains an address.
   *
   * @param nanos monotonic time of the process that made the state
   */
  public static Explanation of(AllocationState state, IpAddress address, long nanos) {
    Optional<AgentRecord> agent = state.agentAt(address);
    if (agent.isPresent()) {
      return new Explanation(
          address,
          Finding.AGENT,
          Optional.empty(),
          Optional.empty(),
          agent,
          "agent " + agent.get().agent() + " on the underlay, VTEP " + agent.get().vtep());
    }
    for (PoolId id : state.pools().keySet()) {
      Optional<Cidr> element = element(state.config(), id, address);
      if (element.isPresent()) {
        return inPool(state, address, id, element.get(), nanos);
      }
    }
    return new Explanation(
        address,
        Finding.OUTSIDE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "no agent has it and no pool holds it");
  }

  private static Optional<Cidr> element(NetworkConfig config, PoolId id, IpAddress address) {
    if (id.isVtep()) {
      Optional<Cidr> subnet = id.isIpv4() ? Optional.of(config.vtepSubnet()) : config.vtepSubnet6();
      return subnet
          .filter(pool -> pool.contains(address))
          .map(pool -> new Cidr(address, address.bitLength()));
    }
    return config
        .overlay(id.overlay())
        .flatMap(id.isIpv4() ? OverlayConfig::ipv4 : OverlayConfig::ipv6)
        .filter(space -> space.subnet().contains(address))
        .map(space -> Cidr.containing(address, space.prefix()));
  }

  private static Explanation inPool(
      AllocationState state, IpAddress address, PoolId id, Cidr element, long nanos) {
    ElementPool pool = state.pools().get(id);
    String text = new Element(id, element).toString();
    Optional<AgentRecord> owner =
        pool == null
            ? Optional.empty()
            : Optional.ofNullable(pool.owner(element)).flatMap(state::agent);
    Finding finding = Finding.RESERVED;
    String detail = text + " is reserved: nobody gets it";
    if (owner.isPresent()) {
      finding = id.isVtep() ? Finding.VTEP : Finding.SUBNET;
      detail = text + " of agent " + owner.get().agent() + " at " + owner.get().ip();
      detail += id.isVtep() ? "" : place(state.config(), owner.get(), id.overlay(), address);
    } else if (pool != null && pool.isWithheld(element)) {
      finding = Finding.WITHHELD;
      detail = text + " is claimed by " + pool.claimants(element).stream().sorted().toList();
      detail += ", who contradict each other or others: nobody gets it until one is deleted";
    } else if (pool != null && pool.release(element).isPresent()) {
      Release release = pool.release(element).get();
      boolean fresh = release.isFresh(nanos, state.config().reuseDelay().toNanos());
      Duration rest = Duration.ofNanos(Math.max(0, nanos - release.nanos()));
      finding = fresh ? Finding.QUARANTINED : Finding.FREE;
      detail = text + " was given back by " + release.formerOwner() + " " + rest.toSeconds();
      detail += " s ago" + (fresh ? ": others are given out first" : ": free");
    } else if (pool != null && pool.isFree(element)) {
      finding = Finding.FREE;
      detail = text + " is free and was never given out";
    }
    return new Explanation(address, finding, Optional.of(id), Optional.of(element), owner, detail);
  }

  /** Where in the subnet of an agent an address lies. */
  private static String place(
      NetworkConfig config, AgentRecord agent, String overlay, IpAddress address) {
    List<String> places = new ArrayList<>();
    AgentAddresses.of(config, agent, Wants.EVERYTHING).overlays().stream()
        .filter(part -> part.name().equals(overlay))
        .flatMap(part -> part.pools().stream())
        .forEach(
            range ->
                (address.isIpv4() ? range.cidr() : range.cidr6())
                    .filter(cidr -> cidr.contains(address))
                    .ifPresent(cidr -> places.add(place(range, cidr, address))));
    return places.isEmpty() ? "" : ", " + String.join(", ", places);
  }

  private static String place(AgentAddresses.PoolRange range, Cidr cidr, IpAddress address) {
    String where = " of range " + range.id() + " " + cidr + " on bridge " + range.bridge();
    if (address.equals(cidr.first())) {
      return "the network address" + where;
    } else if (address.equals(cidr.first().plus(1))) {
      return "the gateway" + where;
    }
    return (address.isIpv4() && address.equals(cidr.last())
            ? "the broadcast address"
            : "a container")
        + where;
  }
}
