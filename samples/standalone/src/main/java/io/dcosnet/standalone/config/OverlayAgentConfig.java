// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.overlay.allocate.Wants;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code overlay.agent}: what this host has of the overlays. <b>Immutable.</b>
 *
 * @param masters where the masters' admin servers are; empty to learn it from the other members
 * @param authorities that sign the masters' certificates; null for those of the system
 * @param networks names of overlays; empty for all
 * @param pools ids of ranges; empty for all
 * @param mtu largest packet of a container; null for as large as the underlay allows
 */
public record OverlayAgentConfig(
    HostPart part,
    List<URI> masters,
    @Nullable Path authorities,
    List<String> networks,
    List<String> pools,
    @Nullable Integer mtu,
    HostNetworkKind hostNetwork,
    Duration heartbeat) {

  /** As in DC/OS ({@code dcos/dcos-mesos-modules overlay/master.cpp}). */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private static final Duration LEAST_HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration LONGEST_HEARTBEAT = Duration.ofMinutes(1);
  private static final int LEAST_MTU = 552;
  private static final int GREATEST_MTU = 65_535;

  static OverlayAgentConfig read(Section agent, Role role, DcosOverlayImport imported) {
    HostPart usual = role == Role.AGENT ? HostPart.CONTAINERS : HostPart.NONE;
    HostPart part =
        agent.optional(
            "part",
            Kind.word(List.of(HostPart.values())),
            imported.part() == null ? usual : imported.part(),
            "What this host has: a subnet of each overlay for its containers, only a way to those"
                + " of all others (gateway), or nothing. Without: containers on agents, nothing on"
                + " masters.");
    List<URI> masters =
        agent.list(
            "masters",
            Kind.URL,
            List.of(),
            "Admin servers of masters that give addresses. Without: those that masters tell all"
                + " members of gossip.");
    Path authorities =
        agent.optional(
            "authorities",
            agent.readableFile(),
            "Who may sign the certificates of masters over https, in PEM.");
    List<String> networks =
        agent.list("networks", Kind.TEXT, List.of(), "Only these overlays; without: all.");
    List<String> pools =
        agent.list(
            "pools",
            Kind.TEXT,
            imported.pools(),
            "Only bridges for these ranges of each subnet, such as cni; without: all.");
    Integer mtu =
        agent.optional(
            "mtu",
            Kind.number(LEAST_MTU, GREATEST_MTU),
            imported.mtu(),
            "Largest packet of a container in bytes, such as 1420 on a network that carries 1470."
                + " Without: as the underlay allows, which is its own less 50.");
    HostNetworkKind hostNetwork =
        agent.value(
            "hostNetwork",
            Kind.word(List.of(HostNetworkKind.values())),
            HostNetworkKind.NETLINK,
            "What makes devices and routes: this process, which needs root; or something else,"
                + " while this node only keeps what it was given, and tells it.");
    Duration heartbeat =
        agent.value(
            "heartbeat",
            Kind.DURATION,
            HEARTBEAT,
            "How often the master hears of this host, 1s to 1m.");
    if (heartbeat.compareTo(LEAST_HEARTBEAT) < 0 || heartbeat.compareTo(LONGEST_HEARTBEAT) > 0) {
      agent.problem("heartbeat", DurationText.of(heartbeat), "1s to 1m");
    }
    return new OverlayAgentConfig(
        part == null ? usual : part,
        masters,
        authorities,
        networks,
        pools,
        mtu,
        hostNetwork,
        heartbeat);
  }

  /** Whether this host has anything of the overlays. */
  public boolean takesPart() {
    return part != HostPart.NONE;
  }

  /** What this host asks the master for. */
  public Wants wants() {
    return new Wants(part == HostPart.CONTAINERS, named(networks), named(pools));
  }

  private static Optional<Set<String>> named(List<String> names) {
    return names.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(names));
  }
}
