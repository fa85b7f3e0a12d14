// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.ipvs.IpvsMessages;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import io.dcosnet.linux.netlink.Refusal;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tries what the path needs on services that nobody can reach, and removes them. */
final class IpvsProbe {

  // Addresses for documentation, that no packet has; with 0 as last octet nobody serves them.
  private static final IpvsService.Key PRIVATE_IPV4 = key("192.0.2.0");
  private static final IpvsService.Key PRIVATE_IPV6 = key("2001:db8::");

  private IpvsProbe() {}

  private static IpvsService.Key key(String address) {
    return new IpvsService.Key(IpvsService.Key.UDP, new HostPort(IpAddress.parse(address), 65_535));
  }

  /** What the path can do here. */
  static Capabilities run(IpvsConfig config) {
    Optional<String> lack = Linux.unavailableBecause();
    if (lack.isPresent()) {
      return unusable(lack.get());
    }
    try {
      Optional<IpvsSocket> opened = IpvsSocket.open();
      if (opened.isEmpty()) {
        return unusable("find netlink family IPVS: not there (load ip_vs and its schedulers)");
      }
      try (IpvsSocket ipvs = opened.get()) {
        return run(config, ipvs);
      }
    } catch (KernelException e) {
      return unusable(String.valueOf(e.getMessage()));
    }
  }

  /** Whether the kernel has IPVS at all. */
  static boolean isThere() {
    if (Linux.unavailableBecause().isPresent()) {
      return false;
    }
    Optional<IpvsSocket> opened = IpvsSocket.open();
    opened.ifPresent(IpvsSocket::close);
    return opened.isPresent();
  }

  private static Capabilities run(IpvsConfig config, IpvsSocket ipvs) {
    Optional<Refusal> refusal = tried(ipvs, PRIVATE_IPV4, Schedulers.KNOWN.get(0));
    if (refusal.isPresent() && !refusal.get().errno().equals(Errno.ENOENT)) {
      return unusable(refusal.get().toString());
    }
    Set<String> schedulers = new TreeSet<>(schedulers(ipvs).available());
    if (schedulers.isEmpty()) {
      return unusable("no scheduler of " + Schedulers.KNOWN + " (load ip_vs_wlc)");
    }
    if (config.masquerade()) {
      Optional<String> lack = Masquerade.ipv4().lack();
      if (lack.isPresent()) {
        return unusable("masquerading by iptables: " + lack.get());
      }
    }
    boolean ipv6 = tried(ipvs, PRIVATE_IPV6, schedulers.iterator().next()).isEmpty();
    return new Capabilities(
        true,
        "IPVS with schedulers " + String.join(" ", schedulers) + (ipv6 ? "" : ", no IPv6"),
        EnumSet.allOf(Protocol.class),
        ipv6);
  }

  private static Capabilities unusable(String detail) {
    return new Capabilities(false, detail, Set.of(), false);
  }

  /** The schedulers that the kernel has, or loads when it is asked to. */
  static Schedulers schedulers(IpvsSocket ipvs) {
    Set<String> there = new TreeSet<>();
    for (String name : Schedulers.KNOWN) {
      if (tried(ipvs, PRIVATE_IPV4, name).isEmpty()) {
        there.add(name);
      }
    }
    return new Schedulers(there);
  }

  /** Adds a service and removes it; empty when that went well. */
  private static Optional<Refusal> tried(IpvsSocket ipvs, IpvsService.Key key, String scheduler) {
    IpvsMessages messages = ipvs.messages();
    IpvsService probe = new IpvsService(key, scheduler, Wanted.MARK, 0);
    List<Refusal> refused = ipvs.changeAll(List.of(messages.add(probe), messages.delete(key)));
    return refused.stream().findFirst();
  }
}
