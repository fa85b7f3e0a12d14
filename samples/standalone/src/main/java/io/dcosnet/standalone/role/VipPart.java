// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.DataPathKind;
import io.dcosnet.standalone.config.LbConfig;
import io.dcosnet.standalone.config.NodeConfig;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Section {@code lb}: the virtual addresses of services on this node, from the labels of its tasks
 * to the names of all.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class VipPart {

  private static final Logger LOGGER = LoggerFactory.getLogger(VipPart.class);

  private final VipLoadBalancer balancer;
  private final VipStatus status;
  private final @Nullable IpAddress node;
  private final NetRuntime net;

  private VipPart(
      Configuration config,
      @Nullable SourcePart source,
      @Nullable GossipPart gossip,
      NetRuntime net) {
    this.net = net;
    node = config.node().address();
    LbConfig lb = config.lb();
    if (lb.dataPath() == DataPathKind.USERSPACE && lb.listenRange() != null) {
      VipPlace.checkOwn(lb.listenRange());
    }
    VipSuspects suspects = new VipSuspects();
    VipPlace place =
        VipPlace.of(
            lb.listenRange(), lb.carriesHere() && lb.routes(), lb.names().addresses().ipv4());
    VipLoadBalancer.Builder builder =
        VipLoadBalancer.builder(net)
            .publishing(lb.publishing())
            .rules(lb.rules())
            .addresses(lb.names().addresses())
            .nameGrace(lb.names().grace())
            .addressQuarantine(lb.names().quarantine())
            .unreachableGrace(lb.unreachableGrace())
            .limits(lb.limits())
            .reachPolicy(lb.reach())
            .health(lb.health())
            .checks(lb.checks())
            .onSuspect(suspects)
            .defaults(lb.defaults())
            .dataPath(VipPaths.of(lb, place));
    follow(builder, lb, source);
    place(builder, config.node());
    if (gossip == null || lb.alone()) {
      // Its owner never shows: nobody else has a copy.
      builder.store(LocalStore.of(NodeId.random(net.random()), net.time(), net.metrics()));
    } else {
      gossip.describe(builder);
    }
    balancer = build(builder);
    status = new VipStatus(balancer, lb, place, suspects);
  }

  /**
   * The part that the section describes; null on a node that has no part in VIPs.
   *
   * @param source null where nothing tells of tasks
   * @param gossip null on a node that is no member
   * @throws ConfigurationException when the section cannot be used as a whole
   * @throws io.dcosnet.standalone.cli.CommandFailure when its addresses are not of this machine
   */
  static @Nullable VipPart of(
      Configuration config,
      @Nullable SourcePart source,
      @Nullable GossipPart gossip,
      NetRuntime net) {
    return config.lb().enabled() ? new VipPart(config, source, gossip, net) : null;
  }

  private static void follow(
      VipLoadBalancer.Builder builder, LbConfig lb, @Nullable SourcePart source) {
    ClusterSource tasks =
        source == null
            ? null
            : switch (lb.source()) {
              case AGENT -> source.agent();
              case CLUSTER -> source.source();
              case NONE -> null;
            };
    if (tasks != null) {
      builder.cluster(tasks);
    }
  }

  private static void place(VipLoadBalancer.Builder builder, NodeConfig node) {
    IpAddress address = node.address();
    if (address != null) {
      builder.nodeAddress(address);
    }
    if (!node.region().isEmpty() || !node.zone().isEmpty()) {
      builder.zone(node.region() + "/" + node.zone());
    }
  }

  private static VipLoadBalancer build(VipLoadBalancer.Builder builder) {
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          String.valueOf(e.getMessage()).lines().map(line -> "lb: " + line).toList());
    }
  }

  /** What has to be started, by name. */
  Map<String, Lifecycle> lives() {
    return new LinkedHashMap<>(Map.of("vip load balancer", balancer));
  }

  /** The names of VIPs, with the addresses that they have on this node. */
  VipDirectory directory() {
    return balancer.directory();
  }

  /** What listens where, a line each, once started. */
  List<String> listening() {
    String line = status.place();
    LOGGER.info("{}", line);
    return List.of(line);
  }

  /**
   * Adds what is known of VIPs. One that cannot be served makes no node unready: the others are,
   * and so it stands in the status alone.
   */
  void tell(AdminServer admin, PrometheusMetrics metrics) {
    admin
        .health()
        .ready(
            "vips",
            () ->
                balancer.state() == State.RUNNING
                    ? Optional.empty()
                    : Optional.of("the load balancer is " + balancer.state()));
    admin.status().add("lb", status::document);
    VipResources.tell(balancer.inspect(), node, admin, metrics, net);
  }
}
