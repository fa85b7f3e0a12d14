// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.bpf.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Tries the whole of it at a control group without processes, which it makes below the one that is
 * meant, and removes again.
 */
final class SocketProbe {

  private static final String NAME = "dcosnet-probe-";

  private SocketProbe() {}

  static Capabilities run(SocketConfig config) {
    Optional<String> lack = Linux.unavailableBecause();
    if (lack.isPresent()) {
      return no(lack.get());
    }
    Optional<Path> where = config.controlGroup().or(ControlGroup::root);
    if (where.isEmpty()) {
      return no("no cgroup2 is mounted (mount -t cgroup2 none /sys/fs/cgroup/unified)");
    }
    Path directory;
    try {
      directory = Files.createTempDirectory(where.get(), NAME);
    } catch (IOException e) {
      return no(
          "cannot make a control group in "
              + where.get()
              + ": "
              + e.getClass().getSimpleName()
              + " (root is needed)");
    }
    try {
      return at(directory, where.get());
    } finally {
      remove(directory);
    }
  }

  private static Capabilities at(Path directory, Path where) {
    SocketConfig small =
        SocketConfig.builder().maxServices(16).maxSlots(16).maxUdpFlows(16).build();
    try (Installed tried =
        Installed.open(ControlGroup.open(directory), small, UnaryOperator.identity())) {
      int attached = tried.attach();
      tried.detach();
      return new Capabilities(
          true,
          "attached " + attached + " programs to a control group in " + where,
          Set.of(Protocol.values()),
          true);
    } catch (DcosNetException e) {
      return no(String.valueOf(e.getMessage()));
    }
  }

  private static Capabilities no(String why) {
    return new Capabilities(false, why, Set.of(), false);
  }

  private static void remove(Path directory) {
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new DcosNetException("cannot remove the empty control group " + directory, e);
    }
  }
}
