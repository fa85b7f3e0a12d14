// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose connections the socket data path redirects, and how many. <b>Immutable.</b> */
public final class SocketConfig {

  /** Longest time until damage to the maps is repaired, of which the kernel tells nobody. */
  public static final Duration DEFAULT_REPAIR_INTERVAL = Duration.ofSeconds(10);

  /** Front ends of each family; the kernel takes 16 octets for each, used or not. */
  public static final int DEFAULT_MAX_SERVICES = 65_536;

  /** Of each family over all services; the kernel takes 16 octets for each, used or not. */
  public static final int DEFAULT_MAX_SLOTS = 262_144;

  /** Back ends beyond that get one slot each all the same. */
  public static final int DEFAULT_SLOTS_PER_SERVICE = 128;

  /** Of each family; the kernel takes some 100 octets for each, used or not. */
  public static final int DEFAULT_MAX_UDP_FLOWS = 65_536;

  private final @Nullable Path controlGroup;
  private final List<Path> namespaces;
  private final Duration repairInterval;
  private final int maxServices;
  private final int maxSlots;
  private final int slotsPerService;
  private final int maxUdpFlows;

  private SocketConfig(Builder builder) {
    controlGroup = builder.controlGroup;
    namespaces = List.copyOf(builder.namespaces);
    repairInterval = builder.repairInterval;
    maxServices = builder.maxServices;
    maxSlots = builder.maxSlots;
    slotsPerService = builder.slotsPerService;
    maxUdpFlows = builder.maxUdpFlows;
  }

  /** All processes of this node. */
  public static SocketConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The group whose processes are served; empty for all of this node. */
  public Optional<Path> controlGroup() {
    return Optional.ofNullable(controlGroup);
  }

  public List<Path> namespaces() {
    return namespaces;
  }

  public Duration repairInterval() {
    return repairInterval;
  }

  public int maxServices() {
    return maxServices;
  }

  public int maxSlots() {
    return maxSlots;
  }

  public int slotsPerService() {
    return slotsPerService;
  }

  public int maxUdpFlows() {
    return maxUdpFlows;
  }

  /** Collects options; <b>not thread-safe</b>. */
  public static final class Builder {
    private @Nullable Path controlGroup;
    private List<Path> namespaces = List.of();
    private Duration repairInterval = DEFAULT_REPAIR_INTERVAL;
    private int maxServices = DEFAULT_MAX_SERVICES;
    private int maxSlots = DEFAULT_MAX_SLOTS;
    private int slotsPerService = DEFAULT_SLOTS_PER_SERVICE;
    private int maxUdpFlows = DEFAULT_MAX_UDP_FLOWS;

    private Builder() {}

    /**
     * A directory of the cgroup tree (version 2): processes in it and in groups below it are
     * served, others are not. Default is the root of the tree, wherever it is mounted.
     */
    public Builder controlGroup(Path directory) {
      controlGroup = requireNonNull(directory, "directory");
      return this;
    }

    /**
     * Network namespaces, such as {@code /run/netns/blue}, beside the one of the process, in which
     * connections are counted, and cut when their back end leaves. Those that are not there are
     * looked for again each time. Connections are redirected in all namespaces, named or not.
     */
    public Builder namespaces(List<Path> files) {
      namespaces = List.copyOf(files);
      return this;
    }

    /** Default 10 s; shorter finds damage sooner and reads all maps more often. */
    public Builder repairInterval(Duration interval) {
      repairInterval = requireNonNull(interval, "interval");
      return this;
    }

    /** Default 65 536 of each family; what does not fit is told in the report. */
    public Builder maxServices(int most) {
      maxServices = most;
      return this;
    }

    /** Default 262 144 of each family; what does not fit is told in the report. */
    public Builder maxSlots(int most) {
      maxSlots = most;
      return this;
    }

    /** Default 128; more follow odd weights more closely. */
    public Builder slotsPerService(int most) {
      slotsPerService = most;
      return this;
    }

    /**
     * Default 65 536 of each family: UDP sockets that send to VIPs without being connected, and
     * keep their back ends. Beyond that those are forgotten that did nothing for longest. Connected
     * ones are remembered once they were seen, each {@link #repairInterval}, so that they end with
     * their back ends however many there are; one that was not seen before so many others came is
     * not cut.
     */
    public Builder maxUdpFlows(int most) {
      maxUdpFlows = most;
      return this;
    }

    /**
     * Checks all options together.
     *
     * @throws IllegalArgumentException that lists all faults
     */
    public SocketConfig build() {
      List<String> faults = new ArrayList<>();
      if (repairInterval.isNegative() || repairInterval.isZero()) {
        faults.add("repairInterval: " + repairInterval + " (expected: more than 0)");
      }
      check("maxServices", maxServices, faults);
      check("maxSlots", maxSlots, faults);
      check("slotsPerService", slotsPerService, faults);
      check("maxUdpFlows", maxUdpFlows, faults);
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", faults));
      }
      return new SocketConfig(this);
    }

    private static void check(String option, int value, List<String> faults) {
      if (value < 1 || value > 1 << 24) {
        faults.add(option + ": " + value + " (expected: 1-" + (1 << 24) + ")");
      }
    }
  }
}
