// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator of an edge decides. <b>Immutable.</b>
 *
 * @param groups of services that are served; {@code *} for all, those without a group included
 * @param strict true when only ports are served that a label enables
 * @param respectHealth true when tasks are left out that Marathon does not call alive
 * @param maps true to route as Marathon-LB does with {@code --haproxy-map}: plain virtual hosts
 *     come after all other rules, and a port in the Host header does not count for them
 * @param virtualHosts false when the ports for virtual hosts are not bound
 * @param tlsByVhost true when each virtual host has its own certificates and TLS options
 * @param protectAllEntries true when an app's credentials are asked for on its service port and by
 *     its app id as well
 * @param precedence which rule answers a request that several match
 * @param preferIpv6 true when IPv6 addresses of tasks come before IPv4 ones
 * @param autoPorts range of ports for apps that have none, null to hand out none
 * @param ports that the edge itself listens on
 * @param ownApp id of the app that the edge runs as, which is left out; empty for none
 * @param files that labels may name; null when nobody looked
 * @param addresses of the machine, which listeners may have; null when nobody looked
 */
public record EdgeOptions(
    Set<String> groups,
    boolean strict,
    boolean respectHealth,
    boolean maps,
    boolean virtualHosts,
    boolean tlsByVhost,
    boolean protectAllEntries,
    Precedence precedence,
    boolean preferIpv6,
    @Nullable PortRange autoPorts,
    EntryPorts ports,
    String ownApp,
    @Nullable Set<String> files,
    @Nullable Set<IpAddress> addresses) {

  /** Which rule answers. */
  public enum Precedence {
    /** As Marathon-LB: by weight, then by app id; prefixes are mere text. */
    MARATHON_LB,
    /** The longest prefix, which ends where a segment of the path ends. */
    LONGEST_PREFIX
  }

  /**
   * A range of ports.
   *
   * @param first 1-65535
   * @param last not before {@code first}
   */
  public record PortRange(int first, int last) {
    public PortRange {
      if (first < 1 || last > 65535 || first > last) {
        throw new IllegalArgumentException(
            "ports: " + first + "-" + last + " (expected: a range within 1-65535)");
      }
    }

    int size() {
      return last - first + 1;
    }
  }

  /** Ports that no app can claim. */
  public record EntryPorts(int http, int https, int admin, int appId) {
    /** Those of Marathon-LB. */
    public static final EntryPorts DEFAULT = new EntryPorts(80, 443, 9090, 9091);

    boolean contains(int port) {
      return port == http || port == https || port == admin || port == appId;
    }
  }

  public EdgeOptions {
    groups = Set.copyOf(groups);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("groups: none (expected: at least one, * for all)");
    }
    requireNonNull(precedence, "precedence");
    requireNonNull(ports, "ports");
    requireNonNull(ownApp, "ownApp");
    files = files == null ? null : Set.copyOf(files);
    addresses = addresses == null ? null : Set.copyOf(addresses);
  }

  /** The options that Marathon-LB's image has, for these groups. */
  public static Builder forGroups(String... groups) {
    return new Builder(Set.of(groups));
  }

  /** True when an edge with these options serves a port with these groups. */
  boolean serves(Set<String> wanted) {
    return groups.contains("*") || wanted.stream().anyMatch(groups::contains);
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Set<String> groups;
    private boolean strict;
    private boolean respectHealth = true;
    private boolean maps;
    private boolean virtualHosts = true;
    private boolean tlsByVhost;
    private boolean protectAllEntries;
    private Precedence precedence = Precedence.MARATHON_LB;
    private boolean preferIpv6;
    private @Nullable PortRange autoPorts = new PortRange(10050, 10100);
    private EntryPorts ports = EntryPorts.DEFAULT;
    private String ownApp = "";
    private @Nullable Set<String> files;
    private @Nullable Set<IpAddress> addresses;

    private Builder(Set<String> groups) {
      this.groups = groups;
    }

    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    public Builder respectHealth(boolean value) {
      respectHealth = value;
      return this;
    }

    public Builder maps(boolean value) {
      maps = value;
      return this;
    }

    public Builder virtualHosts(boolean value) {
      virtualHosts = value;
      return this;
    }

    public Builder tlsByVhost(boolean value) {
      tlsByVhost = value;
      return this;
    }

    public Builder protectAllEntries(boolean value) {
      protectAllEntries = value;
      return this;
    }

    public Builder precedence(Precedence value) {
      precedence = value;
      return this;
    }

    public Builder preferIpv6(boolean value) {
      preferIpv6 = value;
      return this;
    }

    public Builder autoPorts(@Nullable PortRange value) {
      autoPorts = value;
      return this;
    }

    public Builder ports(EntryPorts value) {
      ports = value;
      return this;
    }

    public Builder ownApp(String value) {
      ownApp = value;
      return this;
    }

    public Builder files(@Nullable Set<String> value) {
      files = value;
      return this;
    }

    public Builder addresses(@Nullable Set<IpAddress> value) {
      addresses = value;
      return this;
    }

    public EdgeOptions build() {
      return new EdgeOptions(
          groups,
          strict,
          respectHealth,
          maps,
          virtualHosts,
          tlsByVhost,
          protectAllEntries,
          precedence,
          preferIpv6,
          autoPorts,
          ports,
          ownApp,
          files,
          addresses);
    }
  }
}
