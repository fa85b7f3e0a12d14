// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.lb;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.benchmarks.AddingMetrics;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.datapath.proxy.ProxyDataPath;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Serves one VIP in user space with one event loop, for {@code benchmarks/lb/compare.sh}: tells
 * when it does, then goes on until its input ends.
 */
public final class OneVip {

  private OneVip() {}

  /**
   * Serves.
   *
   * @param arguments {@code tcp} or {@code udp}, where to listen, and the back ends, each as {@code
   *     address:port}
   */
  public static void main(String[] arguments) throws IOException {
    Protocol protocol = Protocol.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    HostPort vip = HostPort.parse(arguments[1]);
    List<Target> targets =
        Stream.of(arguments)
            .skip(2)
            .map(HostPort::parse)
            .sorted()
            .map(at -> Target.up(at, 1))
            .toList();
    try (NetRuntime net = NetRuntime.builder().ioThreads(1).metrics(new AddingMetrics()).build()) {
      ProxyDataPath path = new ProxyDataPath(net, ProxyConfig.defaults());
      Service service =
          new Service(
              VipKey.named(protocol, "bench.marathon", vip.port()),
              new Frontend(protocol, vip),
              targets);
      ApplyReport report = path.apply(VipTable.of(List.of(service))).toCompletableFuture().join();
      System.out.println("ready " + report.services().values());
      while (System.in.read() >= 0) {
        System.out.println("active " + path.activeConnections());
      }
      path.stop(false, Duration.ZERO).toCompletableFuture().join();
    }
  }
}
