// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.mesos.MesosAgentSource;
import io.dcosnet.sources.mesos.MesosSource;
import io.dcosnet.sources.mesos.MesosStateSource;
import io.dcosnet.sources.mesos.StateFileSource;
import io.dcosnet.standalone.config.SourcesConfig;
import io.dcosnet.zookeeper.ZooKeeperMasterDetector;
import io.dcosnet.zookeeper.ZooKeeperUrl;
import java.net.URI;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes of section {@code sources} those who are asked; opens nothing.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class ClusterInputs {

  private final SourcesConfig config;
  private final SourceAccess access;
  private final NetRuntime net;
  private final @Nullable ZooKeeperMasterDetector detector;

  private ClusterInputs(SourcesConfig config, SourceAccess access, NetRuntime net) {
    this.config = config;
    this.access = access;
    this.net = net;
    detector = detector(config, net);
  }

  /**
   * Reads the files that the section names.
   *
   * @throws io.dcosnet.api.ConfigurationException that lists all problems, without any secret
   */
  static ClusterInputs of(SourcesConfig config, NetRuntime net) {
    return new ClusterInputs(config, SourceAccess.of(config, net), net);
  }

  /** Whether the section names nobody. */
  boolean none() {
    return config.kind() == null && config.agent() == null;
  }

  /** Follows the election of the masters; null where nobody said that they meet in ZooKeeper. */
  @Nullable ZooKeeperMasterDetector detector() {
    return detector;
  }

  private static @Nullable ZooKeeperMasterDetector detector(SourcesConfig config, NetRuntime net) {
    ZooKeeperUrl url = config.zooKeeper();
    return url == null
        ? null
        : ZooKeeperMasterDetector.builder(url, net.time())
            .masters(config.masters().stream().flatMap(ClusterInputs::endpoint).toList())
            .detectionTimeout(config.detectionTimeout())
            .metrics(net.metrics())
            .build();
  }

  /** Of a master whose address is configured; that of one with a name ZooKeeper tells. */
  private static Stream<HostPort> endpoint(URI master) {
    String host = master.getHost().replaceAll("[\\[\\]]", "");
    int port = master.getPort() < 0 ? Master.DEFAULT_PORT : master.getPort();
    try {
      return Stream.of(new HostPort(IpAddress.parse(host), port));
    } catch (DecodeException e) {
      return Stream.empty();
    }
  }

  /** Who knows of the whole cluster; null where nobody is given. */
  @Nullable ClusterInput wholeCluster() {
    if (config.kind() == null) {
      return null;
    }
    return switch (config.kind()) {
      case FILE -> file();
      case STATE -> state();
      case STREAM -> stream();
    };
  }

  private ClusterInput file() {
    var file = requireNonNull(config.file(), "file");
    StateFileSource source =
        StateFileSource.builder(file, net.scheduler(), net.executor())
            .metrics(net.metrics())
            .build();
    return new ClusterInput("file", file.toString(), source, source, source::lastFailure);
  }

  private ClusterInput state() {
    MesosStateSource.Builder builder =
        MesosStateSource.builder(net.scheduler(), net.executor(), net.random())
            .refresh(config.refresh())
            .timeout(config.timeout())
            .electionGrace(config.electionGrace())
            .metrics(net.metrics());
    config.masters().stream().map(ClusterInputs::stateOf).forEach(builder::master);
    if (detector != null) {
      builder.detector(detector);
    }
    if (access.authorization() != null) {
      builder.authorization(access.authorization());
    }
    if (access.tls() != null) {
      builder.tls(access.tls());
    }
    MesosStateSource source = builder.build();
    return new ClusterInput(
        "state", masters(), source, source, source::lastFailure, status -> tell(detector, status));
  }

  /** Where the state is, for one who wrote that or what the paths of the master are under. */
  private static URI stateOf(URI master) {
    String path = master.getRawPath().replaceFirst("/$", "");
    return SourcesConfig.isState(master)
        ? master
        : master.resolve(path + MesosStateSource.DEFAULT_PATH);
  }

  private ClusterInput stream() {
    MesosSource.Builder builder =
        MesosSource.builder(net.scheduler(), net.executor(), net.random())
            .refresh(config.refresh())
            .timeout(config.timeout())
            .electionGrace(config.electionGrace())
            .metrics(net.metrics());
    config.masters().forEach(builder::master);
    if (detector != null) {
      builder.detector(detector);
    }
    if (access.authorization() != null) {
      builder.authorization(access.authorization());
    }
    if (access.tls() != null) {
      builder.tls(access.tls());
    }
    MesosSource source = builder.build();
    return new ClusterInput(
        "stream",
        masters(),
        source,
        source,
        source::lastFailure,
        status -> {
          status.put("polling", source.isPolling());
          tell(detector, status);
        });
  }

  /** That nobody leads makes no node unready: names stay, and masters may be asked all the same. */
  private static void tell(@Nullable ZooKeeperMasterDetector detector, ObjectNode status) {
    if (detector != null) {
      status.put("zooKeeperConnected", detector.isConnected());
      detector.problem().or(detector::lastFailure).ifPresent(why -> status.put("problem", why));
    }
  }

  /** The agent beside this node; null where it is not to be asked. */
  @Nullable ClusterInput agent(@Nullable IpAddress address) {
    SourcesConfig.Agent agent = config.agent();
    if (agent == null) {
      return null;
    }
    MesosAgentSource.Builder builder =
        MesosAgentSource.builder(agent.url(), net.scheduler(), net.executor(), net.random())
            .interval(agent.refresh())
            .metrics(net.metrics());
    if (address != null) {
      builder.address(address);
    }
    if (access.authorization() != null) {
      builder.authorization(access.authorization());
    }
    if (access.tls() != null) {
      builder.tls(access.tls());
    }
    MesosAgentSource source = builder.build();
    return new ClusterInput("agent", agent.url().toString(), source, source, source::lastFailure);
  }

  private String masters() {
    return Stream.concat(Stream.ofNullable(config.zooKeeper()), config.masters().stream())
        .map(Object::toString)
        .collect(Collectors.joining(" "));
  }
}
