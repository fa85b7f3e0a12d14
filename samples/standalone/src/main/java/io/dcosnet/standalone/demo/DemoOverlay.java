// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.FileDurableStore;
import io.dcosnet.overlay.Allocations;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The part of the master that gives agents their overlay addresses, kept in a folder of its own
 * that goes with the demo.
 *
 * <p><b>Confined to</b> one thread.
 */
final class DemoOverlay implements AutoCloseable {

  /** As the installer of DC/OS writes it, with one overlay that has both families. */
  private static final String CONFIG =
      """
      {"vtep_subnet": "44.128.0.0/20", "vtep_subnet6": "fd01:a::/64",
       "vtep_mac_oui": "70:B3:D5:00:00:00",
       "overlays": [{"name": "dcos", "subnet": "9.0.0.0/8", "prefix": 24,
                     "subnet6": "fd01:b::/64", "prefix6": 80}]}
      """;

  private final NetworkConfig config = NetworkConfig.parse(CONFIG);
  private final Scheduler scheduler;
  private final Path folder;
  private FileDurableStore store;
  private Allocations allocations;

  /** Opens the store and takes the lead; blocks until both is done. */
  DemoOverlay(Scheduler scheduler) {
    this.scheduler = scheduler;
    try {
      folder = Files.createTempDirectory("dcos-net-demo");
    } catch (IOException e) {
      throw new DcosNetException("no folder for temporary files: " + e.getMessage(), e);
    }
    store = FileDurableStore.open(folder.resolve("overlay"));
    allocations = lead();
  }

  private Allocations lead() {
    Allocations leader = Allocations.builder(store, config, scheduler).build();
    leader.lead().toCompletableFuture().join();
    return leader;
  }

  /** What an agent gets that registers, for the first time or again. */
  AgentAddresses register(NodeId agent, IpAddress ip) {
    Registration answer =
        allocations.register(agent, ip, Wants.EVERYTHING).toCompletableFuture().join();
    if (answer instanceof Registration.Assigned assigned) {
      return AgentAddresses.of(config, assigned.agent(), Wants.EVERYTHING);
    }
    throw new DcosNetException("overlay: agent " + ip + " gets nothing: " + answer);
  }

  /** All agents with what they have, as it is safe in the store. */
  List<AgentAddresses> all() {
    return allocations.state().orElseThrow().agents().stream()
        .map(agent -> AgentAddresses.of(config, agent, Wants.EVERYTHING))
        .toList();
  }

  /** Forgets everything and reads it again from the disk, as after a crash. */
  void restart() {
    allocations.resign();
    store.close();
    store = FileDurableStore.open(folder.resolve("overlay"));
    allocations = lead();
  }

  @Override
  public void close() {
    allocations.resign();
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
