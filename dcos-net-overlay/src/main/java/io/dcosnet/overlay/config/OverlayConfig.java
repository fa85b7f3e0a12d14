// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One overlay: a network with a name, from which every agent gets a piece. Made by {@link
 * NetworkConfig.Builder#overlay}.
 *
 * <p><b>Immutable.</b>
 */
public final class OverlayConfig {

  /**
   * The addresses of an overlay in one family. <b>Immutable.</b>
   *
   * @param subnet all of them
   * @param prefix length of the piece that one agent gets
   */
  public record Space(Cidr subnet, int prefix) {
    public Space {
      requireNonNull(subnet, "subnet");
    }

    /** As {@code 9.0.0.0/8 in /24}. */
    @Override
    public String toString() {
      return subnet + " in /" + prefix;
    }
  }

  private final String name;
  private final @Nullable Space ipv4;
  private final @Nullable Space ipv6;
  private final boolean enabled;
  private final List<Cidr> reserved;
  private final List<PoolConfig> pools;

  OverlayConfig(Builder from) {
    this.name = from.name();
    this.ipv4 = space(from.subnet, from.prefix);
    this.ipv6 = space(from.subnet6, from.prefix6);
    this.enabled = from.enabled;
    this.reserved = List.copyOf(from.reserved);
    this.pools = List.copyOf(from.pools);
  }

  private static @Nullable Space space(@Nullable Cidr subnet, @Nullable Integer prefix) {
    return subnet == null || prefix == null ? null : new Space(subnet, prefix);
  }

  /** 1-13 characters; what an app asks for, and what the names of the bridges end in. */
  public String name() {
    return name;
  }

  public Optional<Space> ipv4() {
    return Optional.ofNullable(ipv4);
  }

  public Optional<Space> ipv6() {
    return Optional.ofNullable(ipv6);
  }

  /** False: nobody gets anything new, what was given stays. */
  public boolean enabled() {
    return enabled;
  }

  /** Ranges that no agent gets, nor any piece that has an address in them. */
  public List<Cidr> reserved() {
    return reserved;
  }

  /** Into what an agent's piece is cut, lowest range first; their number is a power of two. */
  public List<PoolConfig> pools() {
    return pools;
  }

  Builder toBuilder() {
    Builder builder = new Builder(name);
    if (ipv4 != null) {
      builder.subnet(ipv4.subnet(), ipv4.prefix());
    }
    if (ipv6 != null) {
      builder.subnet6(ipv6.subnet(), ipv6.prefix());
    }
    return builder.enabled(enabled).reserved(reserved).pools(pools);
  }

  private List<@Nullable Object> fields() {
    List<@Nullable Object> fields = new ArrayList<>();
    fields.add(name);
    fields.add(ipv4);
    fields.add(ipv6);
    fields.add(enabled);
    fields.add(reserved);
    fields.add(pools);
    return fields;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OverlayConfig that && fields().equals(that.fields());
  }

  @Override
  public int hashCode() {
    return Objects.hash(fields().toArray());
  }

  @Override
  public String toString() {
    return name + fields();
  }

  /** Says what an overlay is like. <b>Confined to</b> the thread that builds. */
  public static final class Builder {

    @Nullable String name;
    @Nullable Cidr subnet;
    @Nullable Integer prefix;
    @Nullable Cidr subnet6;
    @Nullable Integer prefix6;
    boolean enabled = true;
    List<Cidr> reserved = List.of();
    List<PoolConfig> pools = PoolConfig.DEFAULTS;

    Builder(@Nullable String name) {
      this.name = name;
    }

    private String name() {
      return requireNonNull(name, "name");
    }

    /**
     * The IPv4 addresses; at least one family is needed.
     *
     * @param subnet the whole overlay; apart from all other overlays and the VTEP pool
     * @param prefix length of the piece of one agent, from the length of {@code subnet} to 29 with
     *     two pools (each needs room for a gateway and one container). Longer pieces serve more
     *     agents with fewer containers each
     */
    public Builder subnet(Cidr subnet, int prefix) {
      this.subnet = requireNonNull(subnet, "subnet");
      this.prefix = prefix;
      return this;
    }

    /** The IPv6 addresses, as {@link #subnet}; pieces are at most 125 long with two pools. */
    public Builder subnet6(Cidr subnet, int prefix) {
      this.subnet6 = requireNonNull(subnet, "subnet");
      this.prefix6 = prefix;
      return this;
    }

    /** Whether agents get a piece; true by default. */
    public Builder enabled(boolean enabled) {
      this.enabled = enabled;
      return this;
    }

    /** Ranges inside the overlay that no agent gets; none by default. */
    public Builder reserved(List<Cidr> reserved) {
      this.reserved = List.copyOf(reserved);
      return this;
    }

    /** Into what a piece is cut, lowest first; {@link PoolConfig#DEFAULTS} by default. */
    public Builder pools(List<PoolConfig> pools) {
      this.pools = List.copyOf(pools);
      return this;
    }
  }
}
