// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.MergedSource;
import io.dcosnet.sources.exchange.PersistedSource;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.Role;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.zookeeper.ZooKeeperMasterDetector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code sources}: whom a node asks what runs in the cluster, and the one source that comes
 * of all of them.
 *
 * <p>What the masters (or a file) tell is kept on the disk; the word of the agent beside the node
 * comes on top of that. A node that asks no master takes what the leading one tells all nodes
 * through the replicated store. Where there is only the agent, its word is kept on the disk.
 *
 * <p><b>Confined to</b> the thread that builds the node; what concerns serials is thread-safe.
 */
final class SourcePart {

  private final Map<String, Lifecycle> lives = new LinkedHashMap<>();
  private final Configuration config;
  private final NetRuntime net;
  private final @Nullable ClusterInput wide;
  private final @Nullable ClusterInput agent;
  private final ClusterSource wideTold;
  private final ClusterSource source;
  private @Nullable LeaderFacts leader;
  private @Nullable PersistedSource saved;

  private SourcePart(
      Configuration config, ClusterInputs inputs, @Nullable ClusterFacts facts, NetRuntime net) {
    this.config = config;
    this.net = net;
    ZooKeeperMasterDetector elected = inputs.detector();
    if (elected != null) {
      lives.put("zookeeper", elected);
    }
    if (facts != null) {
      lives.put("facts", facts.source());
    }
    ClusterInput own = inputs.wholeCluster();
    if (own != null) {
      lives.put("source", own.life());
      if (facts != null && config.role() == Role.MASTER) {
        leader = new LeaderFacts(facts.source(), own.source(), ownAddresses(config), elected, net);
        lives.put("leader facts", leader);
      }
    }
    wide = own == null && facts != null ? facts.input() : own;
    agent = inputs.agent(config.node().address());
    if (agent != null) {
      lives.put("agent source", agent.life());
    }
    if (own != null) {
      wideTold = kept(own.source());
      source = withAgent(wideTold, () -> own.lastFailure().get().isPresent());
    } else if (facts != null) {
      wideTold = kept(facts.source());
      source = withAgent(wideTold, facts::silent);
    } else {
      // Nobody tells of the others, so names that are missing are not denied.
      wideTold = ClusterPublisher.create(net.time());
      source = kept(withAgent(wideTold, () -> true));
    }
  }

  /**
   * The source that the section describes; null when it describes none and no facts come either.
   *
   * @param facts what masters tell all nodes; null on a node without a copy of the store
   */
  static @Nullable SourcePart of(
      Configuration config, ClusterInputs inputs, @Nullable ClusterFacts facts, NetRuntime net) {
    return inputs.none() && facts == null ? null : new SourcePart(config, inputs, facts, net);
  }

  /** Where a master beside this node may be known to the others. */
  private static Set<IpAddress> ownAddresses(Configuration config) {
    HostPort bind = config.gossip().bind();
    HostPort told = config.gossip().advertise();
    return Stream.of(
            Stream.ofNullable(config.node().address()),
            Stream.ofNullable(bind).map(HostPort::address),
            Stream.ofNullable(told).map(HostPort::address))
        .flatMap(addresses -> addresses)
        .filter(address -> !address.isUnspecified())
        .collect(Collectors.toSet());
  }

  private ClusterSource kept(ClusterSource told) {
    if (!config.sources().persist()) {
      return told;
    }
    saved =
        PersistedSource.create(
            told,
            config.node().dataDirectory().resolve("state"),
            net.scheduler(),
            net.executor(),
            net.metrics());
    lives.put("saved state", saved);
    return saved;
  }

  private ClusterSource withAgent(ClusterSource told, BooleanSupplier othersFail) {
    if (agent == null) {
      return told;
    }
    ClusterInput asked = agent;
    AgentWord word =
        new AgentWord(() -> asked.lastFailure().get().isPresent(), othersFail, net.time());
    MergedSource merged =
        MergedSource.of(told, asked.source(), word, net.scheduler(), net.executor());
    lives.put("merged source", merged);
    return merged;
  }

  /** What the zones follow. */
  ClusterSource source() {
    return source;
  }

  /** What the agent beside this node tells of its own tasks; null where that is not asked. */
  @Nullable ClusterSource agent() {
    return agent == null ? null : agent.source();
  }

  /** What must run for it, by name, in the order in which it is started. */
  Map<String, Lifecycle> lives() {
    return lives;
  }

  /**
   * What the serial of a zone may have reached before the last restart; 0 when nothing is known.
   * Known once the source has started.
   */
  long serialFloor(String zone) {
    return saved == null ? 0 : saved.serialFloor(zone);
  }

  /** Takes note of a zone's serial, so that it never goes back after a restart. */
  void serialReached(String zone, long serial) {
    if (saved != null) {
      saved.serialReached(zone, serial);
    }
  }

  /** Adds what the source can tell. A source that is away makes no node unready: names stay. */
  void tell(AdminServer admin, PrometheusMetrics metrics) {
    admin.status().add("sources", this::document);
    new ListenerFigures(source, config.node().address(), metrics)
        .addTo(admin.predecessors().registry("mesos_listener"));
  }

  private ArrayNode document() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    if (wide != null) {
      ObjectNode document = wide.document(wideTold);
      if (leader != null) {
        document.put("publishing", leader.leading());
      }
      all.add(withAge(document));
    }
    if (agent != null) {
      ObjectNode document = agent.document(agent.source());
      all.add(wide == null ? withAge(document) : document);
    }
    return all;
  }

  /** How old it is, while it is what the disk has kept. */
  private ObjectNode withAge(ObjectNode document) {
    if (saved != null && saved.stale()) {
      document.put("staleSeconds", saved.age().toSeconds());
    }
    return document;
  }
}
