// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.names;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.OwnAddresses;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.resolvconf.ResolvConfUpstreams;
import io.dcosnet.dns.transport.LocalAddresses;
import io.dcosnet.netty.NetRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a forwarder the servers that a file such as {@code /etc/resolv.conf} names, each time that
 * they change. Servers that are this node are left out.
 *
 * <p><b>Thread-safe.</b>
 */
public final class SystemUpstreams implements Lifecycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(SystemUpstreams.class);

  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private final Supplier<Path> file;
  private final Function<List<Upstream>, RoutingTable> routes;
  private final DnsServer server;
  private final Forwarder forwarder;
  private final NetRuntime net;
  private final StartStop life =
      new StartStop("name servers of the system", this::open, this::shut);

  // Touched only by the two actions of life, which never overlap.
  private @Nullable Subscription following;

  SystemUpstreams(
      Supplier<Path> file,
      Function<List<Upstream>, RoutingTable> routes,
      DnsServer server,
      Forwarder forwarder,
      NetRuntime net) {
    this.file = file;
    this.routes = routes;
    this.server = server;
    this.forwarder = forwarder;
    this.net = net;
  }

  /**
   * Follows {@code /etc/resolv.conf} once it is started.
   *
   * @param routes all routes with these servers in the right places
   * @param forwarder that of the server
   */
  public static SystemUpstreams of(
      Function<List<Upstream>, RoutingTable> routes,
      DnsServer server,
      Forwarder forwarder,
      NetRuntime net) {
    return new SystemUpstreams(() -> RESOLV_CONF, routes, server, forwarder, net);
  }

  /**
   * As the other one, with a file of its own.
   *
   * @param file asked for once this is started
   */
  public static SystemUpstreams of(
      Supplier<Path> file,
      Function<List<Upstream>, RoutingTable> routes,
      DnsServer server,
      Forwarder forwarder,
      NetRuntime net) {
    return new SystemUpstreams(file, routes, server, forwarder, net);
  }

  private CompletionStage<?> open() {
    following =
        ResolvConfUpstreams.of(file.get(), net.scheduler(), this::leadsBack)
            .follow(net.executor(), this::take);
    return CompletableFuture.completedFuture(null);
  }

  private boolean leadsBack(HostPort address) {
    return new OwnAddresses(server.localAddresses(), LocalAddresses.all()).test(address);
  }

  private void take(List<HostPort> servers) {
    try {
      forwarder.update(routes.apply(servers.stream().map(Upstream::of).toList()));
    } catch (ConfigurationException e) { // an address that the host has got since it was looked at
      LOGGER.warn("name servers of the system not taken: {}", e.getMessage());
    }
  }

  private CompletionStage<?> shut(Duration grace) {
    if (following != null) {
      following.close();
      following = null;
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> start() {
    return life.start();
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    return life.stop(grace);
  }

  @Override
  public State state() {
    return life.state();
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    return life.onStateChange(listener);
  }

  @Override
  public void close() {
    life.close();
  }
}
