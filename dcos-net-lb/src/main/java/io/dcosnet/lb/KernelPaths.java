// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.nft.NftConfig;
import io.dcosnet.lb.datapath.nft.NftDataPath;
import io.dcosnet.linux.Linux;
import io.dcosnet.netty.NetRuntime;
import java.util.Optional;

/**
 * Makes the paths of the kernel. They need {@code dcos-net-linux}, which may be absent; then, and
 * where native code cannot be loaded, there is a path that says so.
 */
final class KernelPaths {

  private KernelPaths() {}

  /** A path by its name; opens nothing. */
  static DataPath make(String name, NetRuntime net) {
    try {
      Optional<String> lack = Linux.unavailableBecause();
      return lack.isPresent() ? new AbsentDataPath(name, lack.get()) : Present.make(name, net);
    } catch (LinkageError e) {
      return new AbsentDataPath(
          name, "dcos-net-linux is not there (add it beside dcos-net-lb): " + e.getMessage());
    }
  }

  /** Touched only where it can be loaded. */
  private static final class Present {

    private Present() {}

    static DataPath make(String name, NetRuntime net) {
      return switch (name) {
        case DataPaths.NFTABLES ->
            new NftDataPath(net.time(), net.metrics(), NftConfig.defaults());
        default -> new AbsentDataPath(name, "not in this version");
      };
    }
  }
}
