// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.http.BearerGuard;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.OverlayMasterConfig;
import io.dcosnet.standalone.config.OverlayNodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code overlay}: what this node gives to agents, and what its host has.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class OverlayPart {

  private final @Nullable OverlayMasterPart master;
  private volatile @Nullable OverlayAgentPart agent;
  private final FoundMasters found;
  private final @Nullable String token;
  private final NetRuntime net;

  private OverlayPart(Configuration config, GossipPart gossip, NodeId identity, NetRuntime net) {
    this.net = net;
    OverlayNodeConfig section = config.overlay();
    Path data = config.node().dataDirectory();
    token = token(section.tokenFile());
    OverlayMasterConfig allocations = section.master();
    master =
        allocations == null ? null : new OverlayMasterPart(allocations, data, gossip.store(), net);
    IpAddress address = config.node().address();
    found = gossip.overlayMasters(this::masterFound);
    agent = // found masters may be told before it is there
        address == null || !section.agent().takesPart()
            ? null
            : new OverlayAgentPart(
                section.agent(),
                data,
                identity,
                address,
                MasterLinks.of(section.agent(), token, found::urls, net),
                gossip.store(),
                net);
  }

  /**
   * The part that the section describes; null on a node that has no part in overlays.
   *
   * @param gossip null on a node that is no member
   * @throws ConfigurationException when the section cannot be used as a whole
   */
  static @Nullable OverlayPart of(
      Configuration config, @Nullable GossipPart gossip, NodeId identity, NetRuntime net) {
    return gossip == null || !config.overlay().enabled()
        ? null
        : new OverlayPart(config, gossip, identity, net);
  }

  private void masterFound() {
    OverlayAgentPart waiting = agent;
    if (waiting != null) {
      waiting.masterFound();
    }
  }

  private static @Nullable String token(@Nullable Path file) {
    if (file == null) {
      return null;
    }
    try {
      String token = Files.readString(file).strip();
      HttpHandler nothing = request -> CompletableFuture.completedFuture(HttpResponse.NOT_FOUND);
      var unused = BearerGuard.of(token, nothing); // only to see whether it is one
      return token;
    } catch (IllegalArgumentException e) {
      throw refused(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw refused(file + " (expected: a readable file; " + e + ")");
    }
  }

  private static ConfigurationException refused(String problem) {
    return new ConfigurationException(List.of("overlay.tokenFile: " + problem));
  }

  /**
   * Sees whether this machine has what is needed.
   *
   * @throws io.dcosnet.standalone.cli.CommandFailure when it has not
   */
  void checkMachine() {
    if (agent != null) {
      agent.checkMachine();
    }
  }

  /** What has to be started, by name. */
  Map<String, Lifecycle> lives() {
    Map<String, Lifecycle> lives = new LinkedHashMap<>();
    if (master != null) {
      lives.putAll(master.lives());
    }
    if (agent != null) {
      lives.putAll(agent.lives());
    }
    return lives;
  }

  /** Ends what writes to the store of the members. */
  void leave() {
    found.close();
    List<Lifecycle> lives = new ArrayList<>(lives().values());
    for (int i = lives.size() - 1; i >= 0; i--) {
      lives.get(i).close();
    }
  }

  /** Whether others still have to reach this host when the node does not run. */
  boolean leavesContainers() {
    return agent != null;
  }

  /** What this host has, a line each, once started. */
  List<String> listening() {
    return agent == null ? List.of() : agent.lines();
  }

  /** Adds what is known of overlays. */
  void tell(AdminServer admin) {
    if (master != null) {
      master.tell(admin, token);
    }
    if (agent != null) {
      agent.tell(admin, net);
    }
    admin.status().add("overlay", this::status);
    admin
        .resources()
        .add(
            AddressResource.PATH,
            "whose an address of an overlay is, " + AddressResource.PATH + "/{address}",
            new AddressResource(agent, master, net.executor()));
  }

  private ObjectNode status() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    if (master != null) {
      document.set("master", master.status());
    }
    if (agent != null) {
      document.set("agent", agent.status());
    }
    return document;
  }
}
