// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.standalone.overlay.Datagrams.End;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host of a test: a namespace without a name with a wire to the others, and the network that is
 * tried.
 *
 * <p><b>Confined to</b> one thread.
 */
final class TestHost implements AutoCloseable {

  private static final String DEVICE = "eth0";
  private static final int PREFIX = 24;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final int number;
  private final NetworkNamespace network = NetworkNamespace.create();
  private final RouteSocket routes;
  private final HostNetwork overlay;
  private IpAddress address;
  private @Nullable TestContainer container;

  /**
   * Connects it.
   *
   * @param number counted from 1
   * @param maker makes the network that is tried, on a thread of the host
   */
  TestHost(int number, TestUnderlay underlay, Supplier<HostNetwork> maker) {
    this.number = number;
    address = IpAddress.parse("192.0.2." + number);
    routes = network.call(RouteSocket::open);
    routes.change(Links.setUp(routes.link("lo").orElseThrow().index(), true));
    underlay.connect(number, network, DEVICE);
    int link = link();
    routes.change(Links.setUp(link, true));
    routes.change(Addresses.add(Address.of(link, address, PREFIX)));
    overlay = network.call(maker::get);
  }

  private int link() {
    return routes.link(DEVICE).orElseThrow().index();
  }

  NodeId id() {
    return new NodeId(new UUID(0, number));
  }

  String name() {
    return "host " + number;
  }

  /** Where the others reach it. */
  IpAddress address() {
    return address;
  }

  /** Its socket to its kernel. */
  RouteSocket routes() {
    return routes;
  }

  /** It as a place where packets come from. */
  End end(IpAddress from) {
    return new End(network, from);
  }

  /** Gives it another address, as when it comes back after a move. */
  void move(IpAddress other) {
    int link = link();
    routes.change(Addresses.add(Address.of(link, other, PREFIX)));
    boolean unused = routes.delete(Addresses.delete(Address.of(link, address, PREFIX)));
    address = other;
  }

  /** Makes a state true; what went wrong, empty when all of it is true. */
  Optional<String> fault(DesiredState state) {
    try {
      HostReport report =
          overlay.apply(state).toCompletableFuture().get(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
      return report.faults().stream()
          .map(fault -> fault.object() + ": " + fault.code() + ": " + fault.reason())
          .findFirst();
    } catch (ExecutionException e) {
      return Optional.of(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return Optional.of("not done in " + LONGEST.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Starts a container on a bridge that is there. */
  TestContainer start(DesiredState state) {
    TestContainer started = new TestContainer(routes, state.bridges().get(0), "container" + number);
    container = started;
    return started;
  }

  TestContainer container() {
    if (container == null) {
      throw new DcosNetException(name() + " has no container");
    }
    return container;
  }

  /** Takes all away that is ours, as {@code dcos-net cleanup}; how many objects there were. */
  int cleanup() {
    overlay.stop(true).toCompletableFuture().join();
    return network.call(() -> overlay.cleanup().size());
  }

  @Override
  public void close() {
    if (container != null) {
      container.close();
    }
    var unused = overlay.stop(true);
    routes.close();
    network.close();
  }
}
