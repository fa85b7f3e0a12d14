// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code overlay}: an address for every container. <b>Immutable.</b>
 *
 * @param master what a master gives to agents, and how it remembers; null on agents and where
 *     nobody says
 * @param tokenFile holds the secret between agents and masters; null for none
 */
public record OverlayNodeConfig(
    boolean enabled,
    @Nullable OverlayMasterConfig master,
    OverlayAgentConfig agent,
    @Nullable Path tokenFile) {

  private static final String FILE = "dcosOverlayConfigFile";

  static OverlayNodeConfig read(
      Section overlay, Role role, NodeConfig node, AdminConfig admin, GossipConfig gossip) {
    boolean enabled =
        overlay.value(
            "enabled",
            Kind.FLAG,
            false,
            "Whether this node has a part in it. Needs gossip.store, by which hosts find each"
                + " other.");
    Path tokenFile =
        overlay.optional(
            "tokenFile",
            overlay.readableFile(),
            "File with the bearer token that agents show to masters, the same on all nodes; it"
                + " opens nothing else. Without: that of admin.tokenFile, where a master has one.");
    Path file =
        overlay.optional(
            FILE,
            overlay.readableFile(),
            "Configuration of the overlay module of DC/OS, that of a master on masters, that of an"
                + " agent on agents; gives defaults. Read once.");
    DcosOverlayImport imported = DcosOverlayImport.read(overlay, FILE, file, role);
    OverlayMasterConfig master =
        OverlayMasterConfig.read(
            overlay.section("master", "What agents get, on masters only."),
            role,
            enabled,
            imported,
            role == Role.MASTER ? OverlayMasterConfig.reachedAt(node, admin) : null,
            node.address());
    OverlayAgentConfig agent =
        OverlayAgentConfig.read(
            overlay.section("agent", "What this host has of the overlays."), role, imported);
    if (enabled && !gossip.hasStore()) {
      overlay.problem(
          "enabled",
          true,
          "gossip.bind with gossip.store beside it, by which hosts find each other");
    }
    if (enabled && agent.takesPart() && node.address() == null) {
      overlay.problem(
          "agent.part", agent.part(), "none, or node.address, at which others reach this host");
    }
    return new OverlayNodeConfig(enabled, master, agent, tokenFile);
  }
}
