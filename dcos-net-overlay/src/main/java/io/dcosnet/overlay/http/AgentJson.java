// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.overlay.agent.AddressExplanation;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.OverlayAddresses;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Documents of an agent. */
final class AgentJson {

  /** How many things a list of faults or refusals holds. */
  static final int MOST = 100;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AgentJson() {}

  /**
   * In the shape of DC/OS ({@code AgentInfo} of {@code dcos/dcos-mesos-modules
   * overlay/overlay.proto}).
   */
  static ObjectNode overlay(AgentStatus status) {
    ObjectNode json = NODES.objectNode();
    json.put("ip", status.address().toString());
    ArrayNode overlays = json.putArray("overlays");
    status.assignment().ifPresent(assignment -> overlays(overlays, status, assignment));
    json.put("configuration_attempts", status.configurationAttempts());
    return json;
  }

  private static void overlays(ArrayNode json, AgentStatus status, Assignment assignment) {
    NetworkConfig config = assignment.config();
    Wants wants = status.wants();
    AgentAddresses addresses = AgentAddresses.of(config, assignment.record(), wants);
    for (OverlayConfig overlay : config.overlays()) {
      Optional<OverlayAddresses> part =
          addresses.overlays().stream()
              .filter(one -> one.name().equals(overlay.name()))
              .findFirst();
      Optional<OverlayState> state = state(status, overlay.name());
      boolean gateway = !wants.subnets() && overlay.enabled();
      if (part.isPresent() || state.isPresent() || gateway) {
        json.add(StateJson.overlay(config, overlay, addresses.vtep(), part, state));
      }
    }
  }

  private static Optional<OverlayState> state(AgentStatus status, String overlay) {
    Optional<OverlayState> known =
        status.overlays().stream().filter(one -> one.overlay().equals(overlay)).findFirst();
    return known.isPresent()
        ? known
        : status.shortfalls().stream()
            .filter(one -> one.kind().equals("overlay") && one.subject().equals(overlay))
            .map(one -> new OverlayState(overlay, Status.FAILED, one.code() + ": " + one.detail()))
            .findFirst();
  }

  /** How the agent stands, and all that a person should look at. */
  static ObjectNode status(AgentStatus status) {
    ObjectNode json = NODES.objectNode();
    json.put("agentId", status.node().toString());
    json.put("ip", status.address().toString());
    json.put("phase", status.phase().name().toLowerCase(Locale.ROOT));
    json.put("revision", status.revision());
    ArrayNode overlays = json.putArray("overlays");
    for (OverlayState one : status.overlays()) {
      overlays
          .addObject()
          .put("name", one.overlay())
          .put("status", one.status().text())
          .put("error", one.error());
    }
    rejections(json.putArray("shortfalls"), status.shortfalls());
    rejections(json.putArray("alarms"), status.alarms());
    json.put("peers", status.peers().size());
    json.put("rejectedTotal", status.peers().rejections().size());
    rejections(json.putArray("rejected"), status.peers().rejections());
    json.put("faultsTotal", status.faults().size());
    faults(json.putArray("faults"), status.faults());
    return json;
  }

  static ObjectNode peers(AgentStatus status) {
    ObjectNode json = NODES.objectNode();
    ArrayNode peers = json.putArray("peers");
    for (Peer peer : status.peers().peers()) {
      ObjectNode one = peers.addObject();
      one.put("agentId", peer.agent().toString());
      one.put("ip", peer.ip().toString());
      one.put("vtep", peer.vtep().toString());
      peer.vtep6().ifPresent(vtep -> one.put("vtep6", vtep.toString()));
      one.put("mac", peer.mac().toString());
      ArrayNode subnets = one.putArray("subnets");
      peer.subnets().forEach(subnet -> subnets.add(subnet.toString()));
    }
    rejections(json.putArray("rejected"), status.peers().rejections());
    return json;
  }

  /**
   * What the host holds for the overlays.
   *
   * @param plan what is still to be done; empty if nobody asked
   */
  static ObjectNode dataPath(AgentStatus status, String network, Optional<List<String>> plan) {
    ObjectNode json = NODES.objectNode();
    json.put("network", network);
    json.put("backend", status.desired().backend().text());
    status.desired().tunnel().ifPresent(tunnel -> json.put("tunnel", tunnel.name()));
    status.report().map(HostReport::mtu).ifPresent(mtu -> mtu.ifPresent(n -> json.put("mtu", n)));
    ArrayNode bridges = json.putArray("bridges");
    status.desired().bridges().forEach(bridge -> bridges.add(bridge.name()));
    json.put("peers", status.desired().peers().size());
    json.put(
        "applied", status.report().map(one -> one.state().equals(status.desired())).orElse(false));
    json.put("faultsTotal", status.faults().size());
    faults(json.putArray("faults"), status.faults());
    if (plan.isPresent()) {
      ArrayNode steps = json.putArray("diff");
      plan.get().forEach(steps::add);
    }
    return json;
  }

  static ObjectNode explanation(AddressExplanation explanation) {
    ObjectNode json = NODES.objectNode();
    json.put("address", explanation.address().toString());
    json.put("kind", explanation.kind().word());
    json.put("is", explanation.kind().text());
    json.put("reachable", explanation.isReachable());
    if (!explanation.overlay().isEmpty()) {
      json.put("overlay", explanation.overlay());
    }
    if (!explanation.pool().isEmpty()) {
      json.put("pool", explanation.pool());
    }
    explanation.range().ifPresent(range -> json.put("range", range.toString()));
    explanation.agent().ifPresent(agent -> json.put("agentId", agent.toString()));
    ArrayNode parts = json.putArray("parts");
    for (AddressExplanation.Part part : explanation.parts()) {
      ObjectNode one = parts.addObject();
      one.put("kind", part.kind().text());
      one.put("object", part.object());
      one.put("standing", part.standing().word());
      if (!part.reason().isEmpty()) {
        one.put("reason", part.reason());
      }
    }
    ArrayNode notes = json.putArray("notes");
    explanation.notes().forEach(notes::add);
    return json;
  }

  private static void faults(ArrayNode json, List<HostFault> faults) {
    for (HostFault fault : faults.subList(0, Math.min(MOST, faults.size()))) {
      ObjectNode one = json.addObject();
      one.put("kind", fault.kind().text());
      one.put("object", fault.object());
      fault.overlay().ifPresent(overlay -> one.put("overlay", overlay));
      fault.peer().ifPresent(peer -> one.put("peer", peer.toString()));
      one.put("code", fault.code());
      one.put("reason", fault.reason());
    }
  }

  /** A cluster gone wrong refuses thousands; the first ones tell what it is about. */
  private static void rejections(ArrayNode json, List<Rejection> rejections) {
    MasterJson.rejections(json, rejections.subList(0, Math.min(MOST, rejections.size())));
  }
}
