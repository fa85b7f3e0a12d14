// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.http.BearerGuard;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.FileDurableStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.AllocationStatus;
import io.dcosnet.overlay.MasterStatus;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.allocate.Explanation;
import io.dcosnet.overlay.http.MasterApi;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.OverlayMasterConfig;
import io.dcosnet.zookeeper.ZooKeeperDurableStore;
import io.dcosnet.zookeeper.ZooKeeperLeaderElection;
import io.dcosnet.zookeeper.ZooKeeperUrl;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code overlay.master}: this node gives agents their addresses, or knows who does.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
final class OverlayMasterPart {

  /** In the folder of the node. */
  private static final String FOLDER = "overlay/allocations";

  private static final String RESOURCES = "/overlay-master";
  private static final String FOR_AGENTS = RESOURCES + "/v1";

  private final OverlayMaster master;
  private final AllocationStorePart store;
  private final @Nullable ZooKeeperLeaderElection election;
  private final NetRuntime net;

  /**
   * Builds it; opens nothing.
   *
   * @param data folder of the node
   * @param hosts where hosts are told of those that are gone
   */
  OverlayMasterPart(OverlayMasterConfig config, Path data, ReplicatedStore hosts, NetRuntime net) {
    this.net = net;
    ZooKeeperUrl zooKeeper = config.zooKeeper();
    store = new AllocationStorePart(() -> open(zooKeeper, data, net), net.executor());
    election = zooKeeper == null ? null : election(config, zooKeeper, net);
    OverlayMaster.Builder builder =
        OverlayMaster.builder(net).allocations(store.store(), config.network()).store(hosts);
    if (election != null) {
      builder.election(election);
    }
    master = builder.build();
  }

  private static DurableStore open(@Nullable ZooKeeperUrl url, Path data, NetRuntime net) {
    return url == null
        ? FileDurableStore.open(data.resolve(FOLDER), net.time(), net.metrics())
        : ZooKeeperDurableStore.builder(below(url, "store"))
            .name("overlay")
            .metrics(net.metrics())
            .open();
  }

  private static ZooKeeperLeaderElection election(
      OverlayMasterConfig config, ZooKeeperUrl url, NetRuntime net) {
    try {
      return ZooKeeperLeaderElection.builder(below(url, "leader"), config.advertise())
          .metrics(net.metrics())
          .build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(List.of("overlay.master.zk: " + e.getMessage()));
    }
  }

  private static ZooKeeperUrl below(ZooKeeperUrl url, String name) {
    String path = url.path().equals("/") ? "/" + name : url.path() + "/" + name;
    return new ZooKeeperUrl(url.servers(), url.credentials(), path);
  }

  /** What has to be started, by name. */
  Map<String, Lifecycle> lives() {
    Map<String, Lifecycle> lives = new LinkedHashMap<>();
    lives.put("overlay store", store);
    if (election != null) {
      lives.put("overlay election", election);
    }
    lives.put("overlay master", master);
    return lives;
  }

  /** For an agent of the same node. */
  OverlayMaster master() {
    return master;
  }

  /** Whose an address is, as far as this node knows; empty unless it leads. */
  Optional<Explanation> explain(IpAddress address) {
    return master.explain(address);
  }

  /**
   * Adds its resources and checks.
   *
   * @param token that agents show; null for that of the admin server, if it has one
   */
  void tell(AdminServer admin, @Nullable String token) {
    admin.health().ready("overlay master", this::whyNotReady);
    MasterApi api = new MasterApi(master, net.executor());
    admin
        .resources()
        .add(
            RESOURCES,
            "who has which addresses, " + RESOURCES + "/state as on DC/OS; /verify, /config",
            api);
    if (token != null) {
      admin.resources().addOpen(FOR_AGENTS, "where agents register", BearerGuard.of(token, api));
    }
  }

  private Optional<String> whyNotReady() {
    if (master.state() != State.RUNNING) {
      return Optional.of("the overlay master is " + master.state());
    }
    MasterStatus status = master.status();
    AllocationStatus allocations = status.allocations();
    return switch (allocations.phase()) {
      case LEADING -> Optional.empty();
      case RECOVERING -> Optional.of("the allocations are read: " + allocations.reason());
      case IDLE ->
          election != null && status.leader().isPresent()
              ? Optional.empty()
              : Optional.of("no master leads: " + allocations.reason());
    };
  }

  ObjectNode status() {
    return OverlayDocuments.master(master.status(), master.view());
  }
}
