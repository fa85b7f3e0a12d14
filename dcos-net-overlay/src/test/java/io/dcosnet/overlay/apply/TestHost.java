// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind.Bridge;
import io.dcosnet.linux.route.LinkKind.Other;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A host as a network namespace, with containers that are others. */
final class TestHost implements AutoCloseable {

  /** A wire that all hosts of a test are on. */
  static final class Wire implements AutoCloseable {
    private final TestNetwork network = new TestNetwork();
    private final Link bridge = network.routes().add(NewLink.of("wire", new Bridge()).thatIsUp());

    /** Gives somebody on the wire an address who is no host of the overlay. */
    void address(IpAddress address, int length) {
      network.routes().change(Addresses.add(Address.of(bridge.index(), address, length)));
    }

    @Override
    public void close() {
      network.close();
    }
  }

  private final int number;
  private final TestNetwork network = new TestNetwork();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetlinkConfig config;
  private final List<TestNetwork> containers = new ArrayList<>();
  private NetlinkHostNetwork host;

  /** Host {@code number} of {@link Plans}, on a wire. */
  TestHost(int number, Wire wire, NetlinkConfig config) {
    this.number = number;
    this.config = config;
    Veth end = Veth.to(NewLink.of("eth0", new Other("")), network.namespace().fd());
    wire.network
        .routes()
        .change(
            Links.add(NewLink.of("to" + number, end).withMaster(wire.bridge.index()).thatIsUp()));
    Link eth0 = network.routes().link("eth0").orElseThrow();
    network.routes().change(Links.setUp(eth0.index(), true));
    give(eth0, Plans.ip(number), 24);
    give(eth0, IpAddress.parse("2001:db8:c::" + number), 64);
    host = begin();
  }

  private void give(Link link, IpAddress address, int length) {
    network.routes().change(Addresses.add(Address.of(link.index(), address, length)));
  }

  private NetlinkHostNetwork begin() {
    return new NetlinkHostNetwork(TimeSource.system(), new Random(number), metrics, config);
  }

  /** Applies a state as the first process, or as one after the other. */
  HostReport apply(DesiredState state) throws Exception {
    return network
        .namespace()
        .call(() -> host.apply(state))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  /** Ends the process that holds the network, and begins another one. */
  void restart() throws Exception {
    stop(true);
    host = begin();
  }

  void stop(boolean leaveInPlace) throws Exception {
    boolean unused =
        network
            .namespace()
            .call(() -> host.stop(leaveInPlace))
            .thenApply(ended -> true)
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  /** A container behind the bridge of this host, with both kinds of addresses. */
  TestNetwork container(int address) {
    TestNetwork container = new TestNetwork();
    containers.add(container);
    Link bridge = network.routes().link("m-dcos").orElseThrow();
    NewLink inside = NewLink.of("eth0", new Other("")).withMtu(bridge.mtu());
    network
        .routes()
        .change(
            Links.add(
                NewLink.of("c" + address, Veth.to(inside, container.namespace().fd()))
                    .withMtu(bridge.mtu())
                    .withMaster(bridge.index())
                    .thatIsUp()));
    Link eth0 = container.routes().link("eth0").orElseThrow();
    container.routes().change(Links.setUp(eth0.index(), true));
    container
        .routes()
        .change(Addresses.add(Address.of(eth0.index(), Plans.container(number, address), 27)));
    container
        .routes()
        .change(Addresses.add(Address.of(eth0.index(), Plans.container6(number, address), 81)));
    for (IpAddress gateway : List.of(Plans.container(number, 1), Plans.container6(number, 1))) {
      Cidr all = AddressFamily.of(gateway).everything();
      container.routes().change(Routes.add(Route.via(all, gateway, eth0.index())));
    }
    return container;
  }

  TestNetwork network() {
    return network;
  }

  NetlinkHostNetwork host() {
    return host;
  }

  RecordingMetrics metrics() {
    return metrics;
  }

  @Override
  public void close() {
    network.namespace().call(() -> host.stop(true)).toCompletableFuture().join();
    containers.forEach(TestNetwork::close);
    network.close();
  }
}
