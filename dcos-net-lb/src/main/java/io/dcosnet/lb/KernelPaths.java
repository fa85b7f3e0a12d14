// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.ipvs.IpvsConfig;
import io.dcosnet.lb.datapath.ipvs.IpvsDataPath;
import io.dcosnet.lb.datapath.nft.NftConfig;
import io.dcosnet.lb.datapath.nft.NftDataPath;
import io.dcosnet.lb.datapath.socket.SocketConfig;
import io.dcosnet.lb.datapath.socket.SocketDataPath;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.linux.Linux;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Makes the paths of the kernel. They need {@code dcos-net-linux}, which may be absent; then, and
 * where native code cannot be loaded, there is a path that says so.
 */
final class KernelPaths {

  /** Number of the capability CAP_NET_ADMIN. */
  private static final int NETWORK_ADMIN = 12;

  private KernelPaths() {}

  /** Opens nothing. */
  static DataPath socket(NetRuntime net) {
    return make(DataPaths.SOCKET, () -> Present.socket(net));
  }

  /**
   * Opens nothing.
   *
   * @param vips ranges whose addresses are refused where no service has them
   */
  static DataPath nftables(NetRuntime net, List<AddressRange> vips) {
    return make(DataPaths.NFTABLES, () -> Present.nftables(net, vips));
  }

  /**
   * Opens nothing.
   *
   * @param routes whether it makes VIPs this node's itself
   */
  static DataPath ipvs(NetRuntime net, boolean routes) {
    return make(DataPaths.IPVS, () -> Present.ipvs(net, routes));
  }

  private static DataPath make(String name, Supplier<DataPath> maker) {
    try {
      Optional<String> lack = Linux.unavailableBecause().or(KernelPaths::rights);
      return lack.isPresent() ? new AbsentDataPath(name, lack.get()) : maker.get();
    } catch (LinkageError e) {
      return new AbsentDataPath(
          name, "dcos-net-linux is not there (add it beside dcos-net-lb): " + e.getMessage());
    }
  }

  /** In words that say what to do; the kernel's own are those of whatever it was asked first. */
  private static Optional<String> rights() {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      return status
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> new BigInteger(line.substring(line.indexOf(':') + 1).strip(), 16))
          .filter(effective -> !effective.testBit(NETWORK_ADMIN))
          .map(effective -> "this process may not change the network (run it as root)")
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // the probe will tell
    }
  }

  /** Touched only where it can be loaded. */
  private static final class Present {

    private Present() {}

    static DataPath socket(NetRuntime net) {
      return new SocketDataPath(net.time(), net.metrics(), SocketConfig.defaults());
    }

    static DataPath nftables(NetRuntime net, List<AddressRange> vips) {
      NftConfig config = NftConfig.builder().vipRanges(vips).build();
      return new NftDataPath(net.time(), net.metrics(), config);
    }

    static DataPath ipvs(NetRuntime net, boolean routes) {
      return new IpvsDataPath(net, IpvsConfig.builder().routes(routes).build());
    }
  }
}
