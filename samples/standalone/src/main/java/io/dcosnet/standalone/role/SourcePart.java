// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.MergedSource;
import io.dcosnet.sources.exchange.PersistedSource;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.zookeeper.ZooKeeperMasterDetector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code sources}: whom a node asks what runs in the cluster, and the one source that comes
 * of all of them.
 *
 * <p>What the masters (or a file) tell is kept on the disk; the word of the agent beside the node
 * comes on top of that. Where there is only the agent, its word is kept on the disk.
 *
 * <p><b>Confined to</b> the thread that builds the node; what concerns serials is thread-safe.
 */
final class SourcePart {

  private final Map<String, Lifecycle> lives = new LinkedHashMap<>();
  private final Configuration config;
  private final NetRuntime net;
  private final @Nullable ClusterInput wide;
  private final @Nullable ClusterInput agent;
  private final @Nullable MasterDetector detector;
  private final ClusterSource wideTold;
  private final ClusterSource source;
  private @Nullable PersistedSource saved;

  private SourcePart(Configuration config, NetRuntime net) {
    this.config = config;
    this.net = net;
    SourceAccess access = SourceAccess.of(config.sources(), net);
    ClusterInputs inputs = new ClusterInputs(config.sources(), access, net);
    ZooKeeperMasterDetector elected = inputs.detector();
    detector = elected;
    if (elected != null) {
      lives.put("zookeeper", elected);
    }
    ClusterInput all = inputs.wholeCluster(elected);
    wide = all;
    if (all != null) {
      lives.put("source", all.life());
    }
    agent = inputs.agent(config.node().address());
    if (agent != null) {
      lives.put("agent source", agent.life());
    }
    if (all == null) {
      // Nobody tells of the others, so names that are missing are not denied.
      wideTold = ClusterPublisher.create(net.time());
      source = kept(withAgent(wideTold, () -> true));
    } else {
      wideTold = kept(all.source());
      source = withAgent(wideTold, () -> all.lastFailure().get().isPresent());
    }
  }

  /** The source that the section describes; null when it describes none. */
  static @Nullable SourcePart of(Configuration config, NetRuntime net) {
    boolean none = config.sources().kind() == null && config.sources().agent() == null;
    return none ? null : new SourcePart(config, net);
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

  /** Who follows the election of the masters; null where nobody does. */
  @Nullable MasterDetector detector() {
    return detector;
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
      all.add(withAge(wide.document(wideTold)));
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
