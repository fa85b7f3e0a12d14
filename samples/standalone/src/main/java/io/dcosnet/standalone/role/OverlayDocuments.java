// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.overlay.MasterStatus;
import io.dcosnet.overlay.MasterView;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.standalone.config.OverlayAgentConfig;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the status of a node says of overlays. */
final class OverlayDocuments {

  /** Longer lists help nobody on one screen. */
  private static final int MOST = 20;

  private OverlayDocuments() {}

  /** Of a master. */
  static ObjectNode master(MasterStatus status, Optional<MasterView> view) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("phase", status.allocations().phase().name().toLowerCase(Locale.ROOT));
    document.put("revision", status.revision());
    document.put("leader", status.leader().map(URI::toString).orElse(null));
    document.put("agents", view.map(now -> now.allocations().agents().size()).orElse(0));
    status
        .collecting()
        .ifPresent(
            left -> {
              document.put("collectingSeconds", left.toSeconds());
              document.put("claims", status.claims());
            });
    problem(status).ifPresent(problem -> document.put("problem", problem));
    return document;
  }

  /** The gravest of what a person should look at. */
  private static Optional<String> problem(MasterStatus status) {
    if (!status.disputes().isEmpty()) {
      return Optional.of(
          status.disputes().size() + " agents claim what others have: " + status.disputes().get(0));
    }
    if (!status.frozen().isEmpty()) {
      return Optional.of("two hosts have the id of " + status.frozen().get(0).agent());
    }
    if (status.behind() > status.revision()) {
      return Optional.of(
          "agents know revision "
              + status.behind()
              + ", so another master leads, or the store was replaced by an older one");
    }
    if (!status.allocations().blockers().isEmpty()) {
      return Optional.of(
          "the configuration is not in force, since "
              + status.allocations().blockers().get(0)
              + " is in the way");
    }
    return Optional.of(status.allocations().reason()).filter(reason -> !reason.isEmpty());
  }

  /** Of an agent. */
  static ObjectNode agent(AgentStatus status, OverlayAgentConfig config, String network) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("state", status.phase().name());
    document.put("part", config.part().name().toLowerCase(Locale.ROOT));
    document.put("hostNetwork", network);
    document.put("address", status.address().toString());
    document.put("revision", status.revision());
    ArrayNode overlays = document.putArray("overlays");
    status
        .assignment()
        .ifPresent(
            known -> {
              AgentAddresses own =
                  AgentAddresses.of(known.config(), known.record(), status.wants());
              document.put("vtep", own.vtep().ipText());
              document.put("vtep6", own.vtep().ip6Text().orElse(null));
              document.put("mac", own.vtep().mac().toString());
              own.overlays().forEach(overlay -> overlay(overlay, status, overlays.addObject()));
            });
    status
        .report()
        .ifPresent(report -> report.mtu().ifPresent(octets -> document.put("mtu", octets)));
    document.put("peers", status.desired().peers().size());
    document.put("rejected", status.peers().rejections().size());
    rejections(status.peers().rejections(), document.putArray("rejections"));
    rejections(status.shortfalls(), document.putArray("shortfalls"));
    rejections(status.alarms(), document.putArray("alarms"));
    ArrayNode faults = document.putArray("faults");
    status.faults().stream().limit(MOST).forEach(fault -> fault(fault, faults.addObject()));
    return document;
  }

  private static void overlay(
      AgentAddresses.OverlayAddresses overlay, AgentStatus status, ObjectNode target) {
    target.put("name", overlay.name());
    ArrayNode subnets = target.putArray("subnets");
    overlay.subnet().ifPresent(subnet -> subnets.add(subnet.toString()));
    overlay.subnet6().ifPresent(subnet -> subnets.add(subnet.toString()));
    ArrayNode bridges = target.putArray("bridges");
    overlay.pools().forEach(pool -> bridges.add(pool.bridge()));
    status.overlays().stream()
        .filter(state -> state.overlay().equals(overlay.name()))
        .findFirst()
        .ifPresent(
            state -> target.put("status", state.status().name()).put("error", state.error()));
  }

  private static void fault(HostFault fault, ObjectNode target) {
    target.put("kind", fault.kind().text());
    target.put("object", fault.object());
    target.put("code", fault.code());
    target.put("reason", fault.reason());
    fault.overlay().ifPresent(overlay -> target.put("overlay", overlay));
    fault.peer().ifPresent(peer -> target.put("peer", peer.toString()));
  }

  /** As far as they fit on a screen. */
  static void rejections(List<Rejection> all, ArrayNode target) {
    all.stream()
        .limit(MOST)
        .forEach(
            one ->
                target
                    .addObject()
                    .put("kind", one.kind())
                    .put("subject", one.subject())
                    .put("code", one.code())
                    .put("detail", one.detail()));
  }
}
