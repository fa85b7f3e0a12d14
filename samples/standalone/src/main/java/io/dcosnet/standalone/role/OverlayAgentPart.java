// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.OverlayAgent;
import io.dcosnet.overlay.agent.AddressExplanation;
import io.dcosnet.overlay.agent.AgentRules;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.apply.NetlinkConfig;
import io.dcosnet.overlay.apply.NetlinkHostNetwork;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.overlay.http.AgentApi;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.config.HostNetworkKind;
import io.dcosnet.standalone.config.OverlayAgentConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code overlay.agent}: what this host has of the overlays. What is in the kernel stays
 * when the node stops, so that containers go on.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class OverlayAgentPart {

  /** In the folder of the node. */
  private static final String FOLDER = "overlay";

  private static final String RESOURCES = "/overlay-agent";

  private final OverlayAgent agent;
  private final HostNetwork network;
  private final OverlayAgentConfig config;

  /**
   * Builds it; touches nothing.
   *
   * @param data folder of the node
   * @param address of this host on the underlay
   * @throws ConfigurationException when the section cannot be used as a whole
   */
  OverlayAgentPart(
      OverlayAgentConfig config,
      Path data,
      NodeId node,
      IpAddress address,
      MasterLink master,
      ReplicatedStore store,
      NetRuntime net) {
    this.config = config;
    network = network(config.hostNetwork(), net);
    OverlayAgent.Builder builder =
        OverlayAgent.builder(net)
            .node(node)
            .address(address)
            .wants(config.wants())
            .master(master)
            .store(store)
            .network(network)
            .rules(AgentRules.DEFAULTS.withHeartbeat(config.heartbeat()))
            .directory(data.resolve(FOLDER));
    @Nullable Integer mtu = config.mtu();
    if (mtu != null) {
      builder.mtu(mtu);
    }
    try {
      agent = builder.build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          String.valueOf(e.getMessage()).lines().map(line -> "overlay.agent: " + line).toList());
    }
  }

  private static HostNetwork network(HostNetworkKind kind, NetRuntime net) {
    return switch (kind) {
      case NETLINK ->
          new NetlinkHostNetwork(net.time(), net.random(), net.metrics(), NetlinkConfig.DEFAULT);
      case NONE -> MemoryHostNetwork.create();
    };
  }

  /**
   * Leaves nothing behind.
   *
   * @throws CommandFailure when this machine cannot have what the configuration wants
   */
  void checkMachine() {
    network
        .unavailableBecause()
        .ifPresent(
            lack -> {
              throw CommandFailure.environment(
                  "overlay.agent: " + lack + " (run as root, or set hostNetwork: none)", null);
            });
  }

  /** What has to be started, by name. */
  Map<String, Lifecycle> lives() {
    return new LinkedHashMap<>(Map.of("overlay agent", agent));
  }

  /** There may be an answer now where there was none. */
  void masterFound() {
    agent.masterChanged();
  }

  /** What an address is to this host. */
  AddressExplanation explain(IpAddress address) {
    return agent.explain(address);
  }

  /** What the host has, in a line. */
  String listening() {
    AgentStatus status = agent.status();
    return "overlay by "
        + network.name()
        + status
            .assignment()
            .map(known -> ", tunnel end " + known.record().vtep() + " from the disk")
            .orElse(", nothing is known yet");
  }

  /** Adds its resources and checks. */
  void tell(AdminServer admin, NetRuntime net) {
    admin
        .resources()
        .add(
            RESOURCES,
            "what this host has, " + RESOURCES + "/overlay as on DC/OS; /datapath?diff=1",
            new AgentApi(agent, net.executor()));
    admin.health().ready("overlay agent", this::whyNotReady);
  }

  /** That somebody else cannot be reached, or no master, makes no node unready. */
  private Optional<String> whyNotReady() {
    if (agent.state() != State.RUNNING) {
      return Optional.of("the overlay agent is " + agent.state());
    }
    AgentStatus status = agent.status();
    if (status.assignment().isEmpty()) {
      String alarm =
          status.alarms().stream().findFirst().map(one -> ": " + one.detail()).orElse("");
      return Optional.of("no master gave this host its addresses yet" + alarm);
    }
    if (status.report().isEmpty()) {
      return Optional.of("the network of this host is not looked at yet");
    }
    return status.faults().stream()
        .filter(fault -> fault.kind().isLocal())
        .findFirst()
        .map(OverlayAgentPart::words);
  }

  private static String words(HostFault fault) {
    return fault.object() + ": " + fault.reason();
  }

  ObjectNode status() {
    return OverlayDocuments.agent(agent.status(), config, network.name());
  }

  /** What there is to say, with what may be in the way. */
  List<String> lines() {
    return List.of(listening());
  }
}
