// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.kernel.RoutedDataPath;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.datapath.proxy.ProxyDataPath;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.VipAddresses;
import java.util.List;
import java.util.Optional;

/** The data paths to choose from. */
public final class DataPaths {

  /** Name of {@link #userspace()}. */
  public static final String USERSPACE = "userspace";

  /** Name of {@link #nftables()}. */
  public static final String NFTABLES = "nftables";

  /** Name of {@link #socket()}. */
  public static final String SOCKET = "socket";

  /** Name of {@link #ipvs()}. */
  public static final String IPVS = "ipvs";

  private DataPaths() {}

  /**
   * In user space, listening on the virtual addresses themselves, which the system must deliver to
   * this node; services below port 1024 need the right to open such ports.
   */
  public static DataPathProvider userspace() {
    return userspace(ProxyConfig.defaults());
  }

  /** In user space; with a listen range it needs no privileges at all. */
  public static DataPathProvider userspace(ProxyConfig config) {
    requireNonNull(config, "config");
    return net -> new ProxyDataPath(net, config);
  }

  /**
   * The best that this machine allows: sockets with nftables beside them, nftables, IPVS, or user
   * space; see {@link DataPathChoice}.
   */
  public static DataPathChoice auto() {
    return DataPathChoice.builder().build();
  }

  /** The same, with user space as described where it comes to that. */
  public static DataPathChoice auto(ProxyConfig userspace) {
    return DataPathChoice.builder().offer(USERSPACE, userspace(userspace)).build();
  }

  /**
   * By rules of nftables in the kernel, for processes of this node, its containers, and whoever
   * routes through it; needs root.
   */
  public static DataPathProvider nftables() {
    return nftables(List.of(VipAddresses.DEFAULT_IPV4, VipAddresses.DEFAULT_IPV6));
  }

  /**
   * The same where VIPs have addresses of other ranges.
   *
   * @param vips all of them are refused but those of services
   */
  public static DataPathProvider nftables(List<AddressRange> vips) {
    List<AddressRange> ranges = List.copyOf(vips);
    return net -> KernelPaths.nftables(net, ranges);
  }

  /**
   * When processes of this node connect, by programs in the kernel that send them to a back end at
   * once, so that packets cost nothing; needs root. Whoever routes through this node is not served.
   */
  public static DataPathProvider socket() {
    return KernelPaths::socket;
  }

  /** By the load balancer within the kernel; needs root. */
  public static DataPathProvider ipvs() {
    return net -> KernelPaths.ipvs(net, true);
  }

  /** The same for who makes VIPs this node's by routes anyway, as a choice does. */
  static DataPathProvider ipvsWithoutRoutes() {
    return net -> KernelPaths.ipvs(net, false);
  }

  /**
   * In user space on the virtual addresses themselves, which it makes this node's by local routes
   * of its own and takes away at the end; where {@link #noRoutesBecause} says nothing.
   *
   * @param config with {@link ProxyConfig.Builder#listensOnRoutes}, where VIPs have IPv6 addresses
   */
  public static DataPathProvider routedUserspace(ProxyConfig config) {
    requireNonNull(config, "config");
    return net -> new RoutedDataPath(new ProxyDataPath(net, config), net);
  }

  /**
   * Why this process cannot make virtual addresses this node's; empty when it can. Asks the kernel
   * and changes nothing.
   */
  public static Optional<String> noRoutesBecause() {
    return RoutedDataPath.unavailableBecause();
  }

  /** Serves nothing, and remembers what it would serve. */
  public static DataPathProvider memory() {
    return net -> new MemoryDataPath();
  }

  /** One that the host has made. */
  public static DataPathProvider of(DataPath dataPath) {
    requireNonNull(dataPath, "dataPath");
    return net -> dataPath;
  }
}
