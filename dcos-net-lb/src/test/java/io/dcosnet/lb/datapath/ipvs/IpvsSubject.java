// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.Required;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The path in the network namespace of the thread that makes it, with clients on the node. */
class IpvsSubject implements PathSubject {

  /** System property that says that the kernel has IPVS. */
  static final String EXPECTED = "dcosnet.ipvs";

  private static final Cidr VIPS = Cidr.parse("11.0.0.0/8");
  private static final Cidr VIPS6 = Cidr.parse("fd01:c::/32");
  private static final IpAddress NODE = IpAddress.parse("192.0.2.1");
  private static final IpAddress NODE6 = IpAddress.parse("2001:db8::1");
  private static final int PORT = 8080;

  private final boolean ipv6;
  private final NetRuntime net;
  private final IpvsDataPath path;

  IpvsSubject(boolean ipv6, IpvsConfig config) {
    requireIpvs();
    this.ipv6 = ipv6;
    try (RouteSocket routes = RouteSocket.open()) {
      int loopback = routes.link("lo").orElseThrow().index();
      // Whom back ends see in place of clients.
      routes.change(Addresses.add(Address.of(loopback, backends(), backends().bitLength())));
      // So that a VIP that is not there any more refuses, as on a node in a network that knows it.
      routes.change(Routes.replace(Route.local(ipv6 ? VIPS6 : VIPS, loopback)));
    }
    net = NetRuntime.builder().transport(Transport.NIO).ioThreads(1).workThreads(2).build();
    path = new IpvsDataPath(net, config);
  }

  /** Goes on where this process may change IPVS; most kernels of build machines do not have it. */
  static void requireIpvs() {
    boolean there;
    try {
      there = IpvsProbe.isThere();
    } catch (KernelException e) {
      there = false;
    }
    if (Boolean.getBoolean(EXPECTED)) {
      Required.that(there, "IPVS");
    } else if (!there) {
      System.err.println("SKIPPED IPVS is not in this kernel, see IpvsInUserModeLinuxIT");
      Assumptions.abort("IPVS is not in this kernel");
    }
  }

  @Override
  public IpvsDataPath path() {
    return path;
  }

  @Override
  public Frontend frontend(Protocol protocol, int number) {
    IpAddress first = ipv6 ? IpAddress.parse("fd01:c::9:0") : IpAddress.parse("11.9.0.0");
    return new Frontend(protocol, new HostPort(first.plus(number), PORT));
  }

  @Override
  public IpAddress backends() {
    return ipv6 ? NODE6 : NODE;
  }

  /** Somebody else serves it already. */
  @Override
  public AutoCloseable obstruct(Frontend frontend) {
    IpvsService.Key key = Wanted.key(frontend);
    try (IpvsSocket ipvs = IpvsSocket.open().orElseThrow()) {
      assertThat(
              ipvs.changeAll(
                  List.of(
                      ipvs.messages().add(IpvsService.of(key, "rr")),
                      ipvs.messages()
                          .add(key, IpvsDestination.of(new HostPort(backends(), 9), 1)))))
          .isEmpty();
    }
    return () -> {
      try (IpvsSocket ipvs = IpvsSocket.open().orElseThrow()) {
        assertThat(ipvs.destinations(key)).as("left alone").hasSize(1);
        assertThat(ipvs.changeAll(List.of(ipvs.messages().delete(key)))).isEmpty();
      }
    };
  }

  @Override
  public boolean keepsLimits() {
    return false;
  }

  /** The kernel finds the connections of a destination that is back. */
  @Override
  public boolean cutsAtOnce() {
    return false;
  }

  @Override
  public boolean tellsOutcomes() {
    return false;
  }

  @Override
  public boolean outlivesItsProcess() {
    return true;
  }

  @Override
  public void close() {
    path.stop(false, Duration.ZERO).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    path.cleanup(); // what a test left in place
    net.close();
  }
}
