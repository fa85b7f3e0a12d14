// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.store.FileDurableStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.http.MasterApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The part of the master that gives agents their overlay addresses, over HTTP, and keeps them in a
 * folder that goes with the demo.
 *
 * <p><b>Confined to</b> one thread.
 */
final class DemoOverlay implements AutoCloseable {

  /** As the installer of DC/OS writes it, with one overlay that has both families. */
  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet": "44.128.0.0/20", "vtep_subnet6": "fd01:a::/64",
           "vtep_mac_oui": "70:B3:D5:00:00:00", "quorum_wait": "0s",
           "overlays": [{"name": "dcos", "subnet": "9.0.0.0/8", "prefix": 24,
                         "subnet6": "fd01:b::/64", "prefix6": 80}]}
          """);

  private final NetRuntime net;
  private final ReplicatedStore hosts;
  private final Path folder;
  private final HttpServer server;
  private FileDurableStore store;
  private OverlayMaster master;
  private volatile HttpHandler api;

  /**
   * Opens the store, takes the lead and listens; blocks until all is done.
   *
   * @param hosts where hosts hear of those that are gone
   */
  DemoOverlay(NetRuntime net, ReplicatedStore hosts) {
    this.net = net;
    this.hosts = hosts;
    try {
      folder = Files.createTempDirectory("dcos-net-demo");
    } catch (IOException e) {
      throw new DcosNetException("no folder for temporary files: " + e.getMessage(), e);
    }
    store = open();
    master = lead();
    api = new MasterApi(master, net.executor());
    server =
        HttpServer.builder(net)
            .name("overlay")
            .listen(new HostPort(IpAddress.LOOPBACK_IPV4, 0))
            .mount("/overlay-master", request -> api.handle(request))
            .build();
    net.startAll(server);
  }

  private FileDurableStore open() {
    return FileDurableStore.open(folder.resolve("master"));
  }

  private OverlayMaster lead() {
    OverlayMaster leader =
        OverlayMaster.builder(net).allocations(store, CONFIG).store(hosts).build();
    net.startAll(leader);
    return leader;
  }

  /** Where agents register. */
  URI url() {
    return URI.create("http://" + server.localAddress());
  }

  /** Where a host keeps what it was given. */
  Path folderOf(String host) {
    return folder.resolve(host);
  }

  /** All agents with what they have, as it is safe in the store. */
  List<AgentAddresses> all() {
    return master.view().orElseThrow().allocations().agents().stream()
        .map(agent -> AgentAddresses.of(CONFIG, agent, Wants.EVERYTHING))
        .toList();
  }

  /** Forgets everything and reads it again from the disk, as after a crash. */
  void restart() {
    master.close();
    store.close();
    store = open();
    master = lead();
    api = new MasterApi(master, net.executor());
  }

  @Override
  public void close() {
    server.close();
    master.close();
    store.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
