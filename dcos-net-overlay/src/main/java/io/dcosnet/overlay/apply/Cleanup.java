// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.overlay.desired.DesiredState;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes from this host all that was ever ours, and nothing else. */
final class Cleanup {

  private static final Logger LOGGER = LoggerFactory.getLogger(Cleanup.class);

  private Cleanup() {}

  /** Works on the network namespace of this thread; returns what was removed, a line each. */
  static List<String> run(NetlinkConfig config) {
    try (Kernel kernel = new NetlinkKernel()) {
      return run(kernel, config);
    }
  }

  /** As the other one, on a kernel. */
  static List<String> run(Kernel kernel, NetlinkConfig config) {
    Pass pass = new Pass(kernel, DesiredState.NOTHING, config, new Filtering(), true);
    Pass.Result unused = pass.run(Optional.empty(), true, Pass.Observer.NOBODY);
    pass.steps()
        .faults()
        .forEach(fault -> LOGGER.warn("it stays: {}: {}", fault.object(), fault.reason()));
    return pass.steps().lines();
  }
}
