// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.nft.Nftables;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.testkit.Required;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What tests of this path share. */
final class Here {

  private Here() {}

  /** Goes on when this process may program the kernel. */
  static void needsRoot() {
    Required.that(
        Linux.unavailableBecause().isEmpty()
            && Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")),
        "root is needed");
    Required.that(Nftables.unavailableBecause().isEmpty(), "libnftables1");
  }

  /** Makes the network namespace of this thread take all addresses of a prefix as its own. */
  static void route(Cidr vips) {
    try (RouteSocket routes = RouteSocket.open()) {
      int loopback = routes.link("lo").orElseThrow().index();
      routes.change(Routes.add(Route.local(vips, loopback)));
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** Runs commands as somebody else would. */
  static String nft(String commands) {
    try (Nftables nftables = Nftables.open()) {
      return nftables.run(commands);
    }
  }

  static Service service(String endpoint, Target... targets) {
    return service(Protocol.TCP, endpoint, ServiceOptions.DEFAULTS, targets);
  }

  static Service service(
      Protocol protocol, String endpoint, ServiceOptions options, Target... targets) {
    HostPort to = HostPort.parse(endpoint);
    return new Service(
        VipKey.named(protocol, "web.marathon", to.port()),
        new Frontend(protocol, to),
        options,
        Stream.of(targets).sorted(Comparator.comparing(Target::endpoint)).toList());
  }

  static Target up(String endpoint) {
    return Target.up(HostPort.parse(endpoint), 1);
  }

  static VipTable table(Service... services) {
    return VipTable.of(List.of(services));
  }

  static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
