// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.NodeIdFile;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.admin.Health;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Version;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.standalone.setup.NodeSetup;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node as its configuration describes it: the parts of each feature, and the admin server that
 * tells of them. A new feature is one more {@code …Part} that is made here, told of here, and
 * started here.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Node {

  private final Configuration config;
  private final NetRuntime net;
  private final NodeSetup setup;
  private final @Nullable SourcePart source;
  private final @Nullable DnsPart dns;
  private final @Nullable GossipPart gossip;
  private final @Nullable VipPart vips;
  private final TimerPulse pulse;
  private final AdminServer admin;
  private final HttpServer adminServer;
  private final @Nullable OverlayPart overlay;
  private final NodeId identity;

  /**
   * Builds all parts; opens nothing.
   *
   * @param started false when the node is built to see whether it can be; then nothing is written
   * @throws io.dcosnet.api.ConfigurationException when parts cannot be made of the configuration
   * @throws CommandFailure when the folder of the node cannot be used, or the machine lacks
   *     something
   */
  Node(Configuration config, boolean started, NetRuntime net, PrometheusMetrics metrics) {
    this.config = config;
    this.net = net;
    identity = started ? identity() : NodeId.random(net.random());
    setup = NodeSetup.of(config, net);
    ClusterInputs inputs = ClusterInputs.of(config.sources(), net);
    gossip = GossipPart.of(config, inputs.detector(), started, identity, net);
    source = SourcePart.of(config, inputs, gossip == null ? null : gossip.facts(), net);
    if (gossip != null && source != null) {
      gossip.follow(source.source());
    }
    vips = VipPart.of(config, source, gossip, net);
    overlay = OverlayPart.of(config, gossip, identity, net);
    dns =
        DnsPart.of(
            setup.dns(),
            config.node().address(),
            source == null ? null : source.source(),
            vips == null ? null : vips.directory(),
            source == null
                ? ZoneSerials.FORGOTTEN
                : new ZoneSerials(source::serialFloor, source::serialReached),
            setup::serversBefore,
            net);
    pulse = new TimerPulse(net.scheduler());
    admin = new AdminServer(net, config, Version.text(), metrics);
    tellOfItself();
    setup.tell(admin);
    if (source != null) {
      source.tell(admin, metrics);
    }
    if (dns != null) {
      dns.tell(admin, metrics);
    }
    if (gossip != null) {
      gossip.tell(admin);
    }
    if (vips != null) {
      vips.tell(admin, metrics);
    }
    if (overlay != null) {
      overlay.tell(admin);
    }
    adminServer = admin.build();
  }

  /** Every key that has no part behind it yet, with the reason. */
  static Map<String, String> notConnected() {
    Map<String, String> all = new HashMap<>(DnsPart.NOT_CONNECTED);
    return all;
  }

  private void tellOfItself() {
    long begin = net.time().nanos();
    admin.health().live("timers", pulse::whyNotLive);
    admin
        .status()
        .add(
            "node",
            () -> {
              ObjectNode node = JsonNodeFactory.instance.objectNode();
              node.put("role", config.role().toString());
              node.put("version", Version.text());
              node.put("id", identity.toString());
              node.put("address", Objects.toString(config.node().address(), ""));
              node.put("region", config.node().region());
              node.put("zone", config.node().zone());
              node.put("uptimeSeconds", (net.time().nanos() - begin) / 1_000_000_000);
              return node;
            });
  }

  /**
   * Starts all parts and waits until they serve; on a failure those before are stopped again. The
   * admin server comes first and goes last, so that it can tell how the others are.
   *
   * @throws CommandFailure when this machine lacks what a part needs
   */
  void start() {
    if (overlay != null) {
      overlay.checkMachine();
    }
    Map<String, Lifecycle> parts = new LinkedHashMap<>();
    parts.put("admin server", adminServer);
    parts.putAll(setup.before()); // before anybody listens at its addresses
    if (gossip != null) {
      parts.putAll(gossip.lives()); // before those who read and write its store
    }
    if (overlay != null) {
      parts.putAll(overlay.lives()); // before what containers of this host are asked for
    }
    if (source != null) {
      parts.putAll(source.lives());
    }
    if (vips != null) {
      parts.putAll(vips.lives()); // before its names are answered for
    }
    if (dns != null) {
      parts.putAll(dns.lives());
    }
    parts.putAll(setup.after());
    parts.forEach((name, part) -> admin.health().live(name, () -> whyFailed(part)));
    List<Lifecycle> inOrder = new ArrayList<>(List.of(pulse));
    inOrder.addAll(parts.values());
    net.startAll(inOrder.toArray(Lifecycle[]::new));
  }

  private NodeId identity() {
    try {
      return NodeIdFile.loadOrCreate(config.node().dataDirectory(), new SecureRandom());
    } catch (DcosNetException e) {
      throw CommandFailure.environment(
          e.getMessage() + " (set node.dataDir to a folder that this user may write to)", e);
    }
  }

  private static Optional<String> whyFailed(Lifecycle part) {
    return part.state() == Lifecycle.State.FAILED
        ? Optional.of("it failed and does not come back by itself")
        : Optional.empty();
  }

  /** Tells when this node must not go on, with the reason and what to do. */
  void onEnd(Consumer<String> listener) {
    if (overlay != null && gossip != null) {
      gossip.onClone(listener);
    }
  }

  Health health() {
    return admin.health();
  }

  /**
   * Tells other nodes that this one goes, before it stops. What writes to their store, and what
   * answers from it, ends before.
   */
  void leave() {
    setup.after().values().forEach(Lifecycle::close);
    if (gossip != null) {
      if (dns != null) {
        dns.lives().values().forEach(Lifecycle::close);
      }
      if (vips != null) {
        vips.lives().values().forEach(Lifecycle::close);
      }
      if (overlay != null) {
        overlay.leave();
      }
      // Its containers go on without it, and who has left is forgotten after a while.
      if (overlay == null || !overlay.leavesContainers()) {
        gossip.leave();
      }
    }
  }

  /** What listens where, a line each, once started. */
  List<String> listening() {
    List<String> lines = new ArrayList<>();
    String scheme = config.admin().tls() == null ? "http" : "https";
    lines.add("admin on " + scheme + "://" + adminServer.localAddress());
    lines.addAll(setup.lines());
    if (dns != null) {
      lines.addAll(dns.listening());
    }
    if (gossip != null) {
      lines.add(gossip.listening());
    }
    if (vips != null) {
      lines.addAll(vips.listening());
    }
    if (overlay != null) {
      lines.addAll(overlay.listening());
    }
    return lines;
  }
}
