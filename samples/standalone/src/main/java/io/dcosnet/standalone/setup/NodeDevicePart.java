// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import io.dcosnet.api.Part;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.device.NodeAddresses;
import io.dcosnet.linux.device.NodeDevice;
import io.dcosnet.linux.netlink.NetlinkWatch;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.NodeDeviceConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device of the node while it runs: made at the start, put right when somebody changes it, and
 * left in place at the end, so that a new version takes over without a gap.
 *
 * <p><b>Thread-safe.</b> The kernel is asked on the executor of the runtime, and on a thread of the
 * watch.
 */
final class NodeDevicePart extends Part {

  /** Longest time until damage is repaired that nobody told of. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(NodeDevicePart.class);

  private final NodeDeviceConfig config;
  private final NetRuntime net;
  private final Counter repairs;
  private final Object lock = new Object(); // one pass at a time

  // Touched only by open and shut.
  private @Nullable NodeDevice device;
  private @Nullable NetlinkWatch watch;

  private volatile @Nullable NodeAddresses now;

  NodeDevicePart(NodeDeviceConfig config, NetRuntime net) {
    super("node device");
    this.config = config;
    this.net = net;
    repairs =
        net.metrics()
            .counter("dcosnet.node.device.repairs", "changes by others to our device, put right");
  }

  @Override
  protected CompletionStage<Void> open() {
    return CompletableFuture.runAsync(
        () -> {
          NodeDevice opened = NodeDevice.open(config.name(), config.addresses());
          device = opened;
          NodeAddresses made = look(opened);
          made.changes().forEach(change -> LOGGER.info("{}", change));
          watch =
              NetlinkWatch.begin(
                  "dcosnet-device",
                  NodeDevice.monitor(),
                  INTERVAL,
                  opened::concerns,
                  () -> repair(opened));
        },
        net.executor());
  }

  private NodeAddresses look(NodeDevice at) {
    synchronized (lock) {
      NodeAddresses before = now;
      NodeAddresses after = at.ensure();
      if (before == null || !before.refused().equals(after.refused())) {
        after
            .refused()
            .forEach((address, words) -> LOGGER.error("this node has no {}: {}", address, words));
      }
      now = after;
      return after;
    }
  }

  private void repair(NodeDevice at) {
    try {
      NodeAddresses after = look(at);
      if (!after.changes().isEmpty()) {
        repairs.add(after.changes().size());
        LOGGER.warn("somebody changed {}; put right: {}", after.device(), after.changes());
      }
    } catch (KernelException e) {
      LOGGER.error("device {} could not be put right; tried again", config.name(), e);
    }
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    if (watch != null) {
      watch.close();
    }
    if (device != null) {
      device.close();
    }
    return CompletableFuture.completedFuture(null);
  }

  /** How the addresses stood at the last look; empty before the first one. */
  Optional<NodeAddresses> addresses() {
    return Optional.ofNullable(now);
  }
}
