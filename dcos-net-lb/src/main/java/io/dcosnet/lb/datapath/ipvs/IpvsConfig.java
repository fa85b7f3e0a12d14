// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How the IPVS path uses its kernel. <b>Immutable.</b> */
public final class IpvsConfig {

  /** Damage is repaired so soon at the latest, as IPVS tells nobody of changes. */
  public static final Duration DEFAULT_REPAIR_INTERVAL = Duration.ofSeconds(10);

  /** How often draining back ends are looked at. */
  public static final Duration DEFAULT_WATCH_INTERVAL = Duration.ofMillis(500);

  /** Reserved for a service that nobody offers any more. */
  public static final int DEFAULT_REFUSING_PORT = 1;

  /** There on every node. */
  public static final String DEFAULT_DEVICE = "lo";

  private final boolean masquerade;
  private final boolean routes;
  private final String device;
  private final int refusingPort;
  private final Duration repairInterval;
  private final Duration watchInterval;

  private IpvsConfig(Builder builder) {
    masquerade = builder.masquerade;
    routes = builder.routes;
    device = builder.device;
    refusingPort = builder.refusingPort;
    repairInterval = builder.repairInterval;
    watchInterval = builder.watchInterval;
  }

  /** What fits most nodes. */
  public static IpvsConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** As {@link Builder#masquerade}. */
  public boolean masquerade() {
    return masquerade;
  }

  /** As {@link Builder#routes}. */
  public boolean routes() {
    return routes;
  }

  /** As {@link Builder#device}. */
  public String device() {
    return device;
  }

  /** As {@link Builder#refusingPort}. */
  public int refusingPort() {
    return refusingPort;
  }

  /** As {@link Builder#repairInterval}. */
  public Duration repairInterval() {
    return repairInterval;
  }

  /** As {@link Builder#watchInterval}. */
  public Duration watchInterval() {
    return watchInterval;
  }

  /** Collects options. <b>Not thread-safe.</b> */
  public static final class Builder {

    private boolean masquerade = true;
    private boolean routes = true;
    private String device = DEFAULT_DEVICE;
    private int refusingPort = DEFAULT_REFUSING_PORT;
    private Duration repairInterval = DEFAULT_REPAIR_INTERVAL;
    private Duration watchInterval = DEFAULT_WATCH_INTERVAL;

    private Builder() {}

    /**
     * Back ends see this node as their client. Without it they see the client itself, and the
     * virtual address in place of a client on this node: then a back end on another node answers to
     * nobody, and one that calls its own VIP hears nothing. Needs {@code iptables} with its match
     * for IPVS. Default: true.
     */
    public Builder masquerade(boolean wanted) {
      masquerade = wanted;
      return this;
    }

    /** Keeps the addresses of VIPs reachable on this node as local routes. Default: true. */
    public Builder routes(boolean wanted) {
      routes = wanted;
      return this;
    }

    /** The device that these routes are of; must be there. Default: {@value #DEFAULT_DEVICE}. */
    public Builder device(String name) {
      device = requireNonNull(name, "name");
      return this;
    }

    /**
     * A port on which nothing on this node listens on all addresses, 1 to 65535: whoever calls a
     * VIP without a back end is sent there to be refused. Default: {@value #DEFAULT_REFUSING_PORT}.
     */
    public Builder refusingPort(int port) {
      refusingPort = port;
      return this;
    }

    /**
     * Longest time until what somebody else changed is as it was. Shorter repairs sooner, and reads
     * all of it more often: about 50 ms of a processor for each 1000 VIPs.
     */
    public Builder repairInterval(Duration interval) {
      repairInterval = requireNonNull(interval, "interval");
      return this;
    }

    /** Time between two looks at back ends that drain. Shorter tells sooner that one is done. */
    public Builder watchInterval(Duration interval) {
      watchInterval = requireNonNull(interval, "interval");
      return this;
    }

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public IpvsConfig build() {
      List<String> problems = new ArrayList<>();
      if (refusingPort < 1 || refusingPort > 65_535) {
        problems.add("refusingPort: " + refusingPort + " (expected: 1-65535)");
      }
      positive(problems, "repairInterval", repairInterval);
      positive(problems, "watchInterval", watchInterval);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new IpvsConfig(this);
    }

    private static void positive(List<String> problems, String name, Duration value) {
      if (value.isNegative() || value.isZero()) {
        problems.add(name + ": " + value + " (expected: more than 0)");
      }
    }
  }
}
