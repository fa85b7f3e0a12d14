// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.VipAddresses;
import java.time.Duration;
import java.util.List;

/** How the nftables data path works. <b>Immutable.</b> */
public final class NftConfig {

  /** Longest time until damage is repaired that the kernel did not tell of. */
  public static final Duration DEFAULT_REPAIR_INTERVAL = Duration.ofSeconds(10);

  /** When back ends see the address of this node instead of that of the client. */
  public enum Snat {
    /** Where an answer would else not come back through this node. */
    AUTO,
    /** Whenever the back end is on another machine. */
    ALWAYS,
    /** Only for processes of this node that have no address of their own. */
    NEVER
  }

  private final Snat snat;
  private final List<AddressRange> vipRanges;
  private final Duration repairInterval;

  private NftConfig(Builder builder) {
    snat = builder.snat;
    vipRanges = List.copyOf(builder.vipRanges);
    repairInterval = builder.repairInterval;
  }

  public static NftConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  public Snat snat() {
    return snat;
  }

  public List<AddressRange> vipRanges() {
    return vipRanges;
  }

  public Duration repairInterval() {
    return repairInterval;
  }

  /** Collects options; <b>not thread-safe</b>. */
  public static final class Builder {
    private Snat snat = Snat.AUTO;
    private List<AddressRange> vipRanges =
        List.of(VipAddresses.DEFAULT_IPV4, VipAddresses.DEFAULT_IPV6);
    private Duration repairInterval = DEFAULT_REPAIR_INTERVAL;

    private Builder() {}

    /** Default {@link Snat#AUTO}. */
    public Builder snat(Snat snat) {
      this.snat = requireNonNull(snat, "snat");
      return this;
    }

    /**
     * Ranges in which every address belongs to VIPs, so that connections to those that no service
     * has are refused too. By default those from which names get their addresses; none leaves to
     * the routes of this node what becomes of an address that no service has any more.
     */
    public Builder vipRanges(List<AddressRange> ranges) {
      vipRanges = List.copyOf(ranges);
      return this;
    }

    /**
     * From 100 ms; default {@link #DEFAULT_REPAIR_INTERVAL}. Each time reads all elements, which
     * keeps no change waiting.
     */
    public Builder repairInterval(Duration interval) {
      repairInterval = requireNonNull(interval, "interval");
      return this;
    }

    /**
     * All options together.
     *
     * @throws IllegalArgumentException when they do not fit
     */
    public NftConfig build() {
      if (repairInterval.compareTo(Duration.ofMillis(100)) < 0) {
        throw new IllegalArgumentException(
            "repairInterval: " + repairInterval + " (expected: 100 ms or more)");
      }
      return new NftConfig(this);
    }
  }
}
