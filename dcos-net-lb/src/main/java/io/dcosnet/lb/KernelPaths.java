// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.ipvs.IpvsConfig;
import io.dcosnet.lb.datapath.ipvs.IpvsDataPath;
import io.dcosnet.lb.datapath.nft.NftConfig;
import io.dcosnet.lb.datapath.nft.NftDataPath;
import io.dcosnet.lb.datapath.socket.SocketConfig;
import io.dcosnet.lb.datapath.socket.SocketDataPath;
import io.dcosnet.linux.Linux;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the paths of the kernel. They need {@code dcos-net-linux}, which may be absent; then, and
 * where native code cannot be loaded, there is a path that says so.
 */
final class KernelPaths {

  /** Number of the capability CAP_NET_ADMIN. */
  private static final int NETWORK_ADMIN = 12;

  private KernelPaths() {}

  /** A path by its name; opens nothing. */
  static DataPath make(String name, NetRuntime net) {
    try {
      Optional<String> lack = Linux.unavailableBecause().or(KernelPaths::rights);
      return lack.isPresent() ? new AbsentDataPath(name, lack.get()) : Present.make(name, net);
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

    static DataPath make(String name, NetRuntime net) {
      return switch (name) {
        case DataPaths.SOCKET ->
            new SocketDataPath(net.time(), net.metrics(), SocketConfig.defaults());
        case DataPaths.NFTABLES -> new NftDataPath(net.time(), net.metrics(), NftConfig.defaults());
        case DataPaths.IPVS -> new IpvsDataPath(net, IpvsConfig.defaults());
        default -> throw new IllegalArgumentException(name);
      };
    }
  }
}
