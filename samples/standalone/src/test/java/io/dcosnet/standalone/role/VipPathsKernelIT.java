// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.nft.Nftables;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.LbConfig;
import io.dcosnet.standalone.config.Role;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node does about what a node before it left in the kernel, when it goes another way. */
@Tag("kernel")
@Timeout(60)
class VipPathsKernelIT {

  @TempDir private Path folder;
  private NetworkNamespace network;
  private NetRuntime net;

  @BeforeEach
  void begin() {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
    Required.that(Nftables.unavailableBecause().isEmpty(), "libnftables1");
    network = NetworkNamespace.create();
    net = network.call(NetRuntime::create);
    network.call(
        () -> {
          try (RouteSocket routes = RouteSocket.open()) {
            routes.change(Links.setUp(routes.link("lo").orElseThrow().index(), true));
          }
          return nft("add table inet dcosnet_lb");
        });
  }

  @AfterEach
  void end() {
    if (network != null) {
      net.close();
      network.close();
    }
  }

  private static String nft(String commands) {
    try (Nftables nftables = Nftables.open()) {
      return nftables.run(commands);
    }
  }

  private String tables() {
    return network.call(() -> nft("list tables"));
  }

  private DataPath serving(@Nullable Cidr standIns) throws Exception {
    DataPath path = VipPaths.of(userspace(), new VipPlace(standIns, false, "")).create(net);
    var report = network.call(() -> path.apply(VipTable.EMPTY));
    var unused = report.toCompletableFuture().get(30, TimeUnit.SECONDS);
    return path;
  }

  private LbConfig userspace() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("node.yaml"),
            """
            node: {address: 192.0.2.7, dataDir: data}
            gossip: {bind: "192.0.2.7:7950", insecure: true}
            lb: {dataPath: userspace}
            """);
    return Configuration.read(Role.AGENT, ConfigDocument.load(file), Map.of()).lb();
  }

  private static void stop(DataPath path) throws Exception {
    var unused = path.stop(false, Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void userSpaceAtTheAddressesOfVipsRemovesTheRulesOfANodeBefore() throws Exception {
    DataPath path = serving(null);
    await().untilAsserted(() -> assertThat(tables()).isEmpty());
    stop(path);
  }

  @Test
  void userSpaceAtOtherAddressesMayHaveNeighbours() throws Exception {
    DataPath path = serving(Cidr.parse("127.65.0.0/16"));
    stop(path);
    assertThat(tables()).contains("dcosnet_lb");
  }
}
