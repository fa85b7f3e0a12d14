// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.netty.NetRuntime;

/**
 * Makes the paths of the kernel. They need {@code dcos-net-linux}, which may be absent; then, and
 * where native code cannot be loaded, there is a path that says so.
 */
final class KernelPaths {

  private static final String LACK =
      "dcos-net-linux is not there, or does not work here (add it beside dcos-net-lb): ";

  private KernelPaths() {}

  /** A path by its name; opens nothing. */
  static DataPath make(String name, NetRuntime net) {
    try {
      return new AbsentDataPath(name, "not in this version");
    } catch (LinkageError e) {
      return new AbsentDataPath(name, LACK + e.getMessage());
    }
  }
}
