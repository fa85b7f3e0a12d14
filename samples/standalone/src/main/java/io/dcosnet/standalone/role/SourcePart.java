// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.sources.mesos.MesosStateSource;
import io.dcosnet.sources.mesos.StateFileSource;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.SourcesConfig;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code sources}: the one place that knows which source a configuration asks for.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class SourcePart {

  /** Keys that have no part behind them yet; whoever connects one takes its line out. */
  static final Map<String, String> NOT_CONNECTED =
      Map.of(
          "sources.kind=stream", "state or file; events cannot be followed by this version",
          "sources.zk", "masters; leaders cannot be found in ZooKeeper by this version",
          "sources.authentication", "not set; this version shows nothing to masters",
          "sources.tls", "not set; this version trusts what the JVM trusts",
          "sources.agent", "not set; this version does not ask agents");

  private final ClusterSource source;
  private final Lifecycle life;
  private final Supplier<Optional<SourceFailure>> lastFailure;
  private final String kind;
  private final String from;

  private SourcePart(
      ClusterSource source,
      Lifecycle life,
      Supplier<Optional<SourceFailure>> lastFailure,
      String kind,
      String from) {
    this.source = source;
    this.life = life;
    this.lastFailure = lastFailure;
    this.kind = kind;
    this.from = from;
  }

  /** The source that the section describes; null when it describes none. */
  static @Nullable SourcePart of(SourcesConfig config, NetRuntime net) {
    if (config.kind() == null) {
      return null;
    }
    return switch (config.kind()) {
      case FILE -> file(config, net);
      case STATE -> state(config, net);
      case STREAM -> throw new AssertionError("refused when the configuration was read");
    };
  }

  private static SourcePart file(SourcesConfig config, NetRuntime net) {
    var file = requireNonNull(config.file(), "file");
    StateFileSource source =
        StateFileSource.builder(file, net.scheduler(), net.executor())
            .metrics(net.metrics())
            .build();
    return new SourcePart(source, source, source::lastFailure, "file", file.toString());
  }

  private static SourcePart state(SourcesConfig config, NetRuntime net) {
    MesosStateSource.Builder builder =
        MesosStateSource.builder(net.scheduler(), net.executor(), net.random())
            .refresh(config.refresh())
            .timeout(config.timeout())
            .electionGrace(config.electionGrace())
            .metrics(net.metrics());
    config.masters().forEach(builder::master);
    MesosStateSource source = builder.build();
    String masters =
        config.masters().stream().map(Object::toString).collect(Collectors.joining(" "));
    return new SourcePart(source, source, source::lastFailure, "state", masters);
  }

  ClusterSource source() {
    return source;
  }

  Lifecycle life() {
    return life;
  }

  /**
   * What the serial of a zone may have reached before the last restart; 0 when nothing is known.
   * Known once the source has started.
   */
  long serialFloor(String zone) {
    return 0;
  }

  /** Takes note of a zone's serial, so that it never goes back after a restart. */
  void serialReached(String zone, long serial) {}

  /** Adds what the source can tell. A source that is away makes no node unready: names stay. */
  void tell(AdminServer admin, PrometheusMetrics metrics) {
    admin.status().add("sources", () -> JsonNodeFactory.instance.arrayNode().add(document()));
    admin
        .predecessors()
        .registry("mesos_listener")
        .gauge("agents_total", "Agents", () -> (long) source.cluster().agents().size())
        .gauge("frameworks_total", "Frameworks", () -> (long) source.cluster().frameworks().size())
        .gauge("tasks_total", "Tasks", () -> (long) source.cluster().tasks().size())
        .counter(
            "failures_total",
            "Reads of the cluster's state that failed",
            () -> metrics.sum("dcosnet.sources.reads", "result", "failed"));
  }

  private ObjectNode document() {
    ClusterState cluster = source.cluster();
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("kind", kind);
    document.put("from", from);
    document.put("ready", source.ready());
    document.put("agents", cluster.agents().size());
    document.put("frameworks", cluster.frameworks().size());
    document.put("tasks", cluster.tasks().size());
    Master leader = cluster.masters().leader();
    document.put("leader", leader == null ? null : leader.endpoint().toString());
    document.put("leftOut", source.rejections().size());
    lastFailure
        .get()
        .ifPresent(
            failure ->
                document
                    .putObject("failure")
                    .put("reason", failure.reason())
                    .put("at", failure.at().toString())
                    .put("inARow", failure.inARow()));
    return document;
  }
}
