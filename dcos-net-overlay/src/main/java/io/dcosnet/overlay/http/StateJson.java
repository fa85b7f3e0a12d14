// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dcosnet.overlay.MasterView;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.OverlayAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.PoolRange;
import io.dcosnet.overlay.allocate.AgentAddresses.Vtep;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.PoolId;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The state of a cluster in the shape of DC/OS ({@code State} of {@code dcos/dcos-mesos-modules
 * overlay/overlay.proto}): what is not there is left out, so that what reads it today goes on.
 */
final class StateJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Ranges of these ids have fields of their own there; any others are in a list of ours. */
  private static final Map<String, String> BRIDGES =
      Map.of("cni", "mesos_bridge", "docker", "docker_bridge");

  private StateJson() {}

  static ObjectNode of(MasterView view, long nanos) {
    AllocationState state = view.allocations();
    NetworkConfig config = state.config();
    ObjectNode json = NODES.objectNode();
    json.putRawValue("network", new RawValue(config.toJson()));
    ArrayNode agents = json.putArray("agents");
    for (AgentRecord agent : state.agents()) {
      Wants wants = view.wantsOf(agent.agent());
      ObjectNode one = agents.addObject();
      one.put("ip", agent.ip().toString());
      ArrayNode overlays = one.putArray("overlays");
      AgentAddresses addresses = AgentAddresses.of(config, agent, wants);
      Map<String, OverlayAddresses> had =
          addresses.overlays().stream()
              .collect(Collectors.toMap(OverlayAddresses::name, Function.identity()));
      for (OverlayConfig overlay : config.overlays()) {
        Optional<OverlayAddresses> part = Optional.ofNullable(had.get(overlay.name()));
        Optional<OverlayState> status = view.report(agent.agent(), overlay.name());
        if (part.isEmpty() && isShort(state, overlay, wants, agent, nanos)) {
          String why = "SUBNET_EXHAUSTED";
          status = Optional.of(new OverlayState(overlay.name(), Status.FAILED, why));
        } else if (part.isEmpty() && !isGateway(agent, overlay)) {
          continue; // added since the agent registered last
        }
        overlays.add(overlay(config, overlay, addresses.vtep(), part, status));
      }
    }
    return json;
  }

  /** A mere gateway is part of all overlays without having anything of them. */
  private static boolean isGateway(AgentRecord agent, OverlayConfig overlay) {
    return agent.subnets().isEmpty() && overlay.enabled();
  }

  /** Whether an agent would have a piece of an overlay if any were left. */
  private static boolean isShort(
      AllocationState state, OverlayConfig overlay, Wants wants, AgentRecord agent, long nanos) {
    boolean wanted =
        wants.subnets()
            && overlay.enabled()
            && wants.networks().map(names -> names.contains(overlay.name())).orElse(true);
    return wanted
        && agent.subnetsOf(overlay.name()).isEmpty()
        && (isEmpty(state, PoolId.subnets(overlay.name()), nanos)
            || isEmpty(state, PoolId.subnets6(overlay.name()), nanos));
  }

  private static boolean isEmpty(AllocationState state, PoolId pool, long nanos) {
    return state
        .usage(pool, nanos)
        .filter(usage -> usage.free().equals(BigInteger.ZERO) && usage.quarantined() == 0)
        .isPresent();
  }

  /** One overlay of one agent. */
  static ObjectNode overlay(
      NetworkConfig config,
      OverlayConfig overlay,
      Vtep vtep,
      Optional<OverlayAddresses> part,
      Optional<OverlayState> status) {
    ObjectNode json = NODES.objectNode();
    json.set("info", info(overlay));
    part.flatMap(OverlayAddresses::subnet)
        .ifPresent(subnet -> json.put("subnet", subnet.toString()));
    part.flatMap(OverlayAddresses::subnet6)
        .ifPresent(subnet -> json.put("subnet6", subnet.toString()));
    ArrayNode others = NODES.arrayNode();
    for (PoolRange range : part.map(OverlayAddresses::pools).orElse(List.of())) {
      String field = BRIDGES.get(range.id());
      if (field == null) {
        others.add(bridge(range).put("id", range.id()));
      } else {
        json.set(field, bridge(range));
      }
    }
    if (!others.isEmpty()) {
      json.set("pools", others);
    }
    json.putObject("backend").set("vxlan", vxlan(config, vtep));
    ObjectNode state = json.putObject("state");
    status.ifPresent(
        known -> {
          state.put("status", known.status().text());
          if (!known.error().isEmpty()) {
            state.put("error", known.error());
          }
        });
    return json;
  }

  private static ObjectNode info(OverlayConfig overlay) {
    ObjectNode json = NODES.objectNode();
    json.put("name", overlay.name());
    overlay
        .ipv4()
        .ifPresent(
            space -> json.put("subnet", space.subnet().toString()).put("prefix", space.prefix()));
    overlay
        .ipv6()
        .ifPresent(
            space -> json.put("subnet6", space.subnet().toString()).put("prefix6", space.prefix()));
    if (!overlay.enabled()) {
      json.put("enabled", false);
    }
    return json;
  }

  private static ObjectNode bridge(PoolRange range) {
    ObjectNode json = NODES.objectNode();
    json.put("name", range.bridge());
    range.cidr().ifPresent(cidr -> json.put("ip", cidr.toString()));
    range.cidr6().ifPresent(cidr -> json.put("ip6", cidr.toString()));
    return json;
  }

  private static ObjectNode vxlan(NetworkConfig config, Vtep vtep) {
    ObjectNode json = NODES.objectNode();
    json.put("vni", config.vni());
    json.put("vtep_name", config.vtepName());
    json.put("vtep_ip", vtep.ipText());
    vtep.ip6Text().ifPresent(text -> json.put("vtep_ip6", text));
    json.put("vtep_mac", vtep.mac().toString());
    config.vtepMtu().ifPresent(mtu -> json.put("vtep_mtu", mtu));
    return json;
  }
}
