// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.testkit.FakeElection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** A machine on which a master runs, is killed and starts again. */
final class SimMaster {

  private final int number;
  private final Weather weather;
  private final SimStore store;
  private final LocalStore hosts;
  private final NetworkConfig config;
  private Optional<Life> life = Optional.empty();

  private record Life(MortalScheduler scheduler, FakeElection election, OverlayMaster master) {}

  SimMaster(int number, Weather weather, SimStore store, LocalStore hosts, NetworkConfig config) {
    this.number = number;
    this.weather = weather;
    this.store = store;
    this.hosts = hosts.forNode(new NodeId(new UUID(1, number)));
    this.config = config;
  }

  void start() {
    if (life.isPresent()) {
      return;
    }
    MortalScheduler scheduler = new MortalScheduler(weather.time);
    FakeElection election = new FakeElection(URI.create("http://master" + number + ".example.org"));
    NetRuntime net = NetRuntime.builder().scheduler(scheduler).build();
    OverlayMaster master =
        OverlayMaster.builder(net)
            .allocations(store.handle(), config)
            .store(hosts)
            .election(election)
            .commitTimeout(Duration.ofSeconds(30))
            .build();
    var unused = master.start();
    life = Optional.of(new Life(scheduler, election, master));
  }

  /** Whatever it was doing, it does not go on. */
  void kill() {
    life.ifPresent(one -> one.scheduler().kill());
    life = Optional.empty();
  }

  void elected() {
    life.ifPresent(one -> one.election().elected());
  }

  void lost() {
    life.ifPresent(one -> one.election().lost());
  }

  Optional<OverlayMaster> master() {
    return life.map(Life::master);
  }
}
