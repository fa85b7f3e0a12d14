// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.AddressBook;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where this node listens for each front end: at the VIP itself, or at the address of the listen
 * range that stands for it.
 *
 * <p>The offset of a VIP in its range is the one in the listen range, as far as that reaches; of
 * two that fall together the later one gets the next free address, and both keep what they have. A
 * port below 1024 is raised by the offset, and once more where another port of the VIP has that
 * number.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ListenPlan {

  private static final int FIRST_UNPRIVILEGED = 1024;

  private final @Nullable Cidr range;
  private final AddressRange vipRange;
  private final int portOffset;
  private final @Nullable AddressBook<IpAddress> book;
  private final Set<IpAddress> standing = new HashSet<>();
  private final Set<IpAddress> literal = new HashSet<>();

  ListenPlan(ProxyConfig config) {
    range = config.listenRange().orElse(null);
    vipRange = config.vipRange();
    portOffset = config.unprivilegedPortOffset();
    book =
        range == null
            ? null
            : new AddressBook<>(
                new AddressRange(range.first(), range.last()),
                this::preferred,
                VipAddresses.DEFAULT_NAME_GRACE,
                VipAddresses.DEFAULT_QUARANTINE);
  }

  /**
   * Plans for exactly these front ends.
   *
   * @return where to listen; those missing have no place on this node
   */
  Map<Frontend, HostPort> plan(Collection<Frontend> frontends, long nowNanos) {
    Map<IpAddress, List<Frontend>> byAddress = new TreeMap<>();
    for (Frontend frontend : frontends) {
      byAddress
          .computeIfAbsent(frontend.endpoint().address(), address -> new ArrayList<>())
          .add(frontend);
    }
    settle(byAddress.keySet(), nowNanos);
    Map<Frontend, HostPort> plan = new HashMap<>();
    byAddress.forEach(
        (vip, ofVip) -> {
          IpAddress address = address(vip);
          if (address != null) {
            ports(address, ofVip, plan);
          }
        });
    return plan;
  }

  /** Why a front end is missing in a plan. */
  String lack(Frontend frontend) {
    IpAddress address = frontend.endpoint().address();
    if (range != null && address.isIpv6()) {
      return "the listen range " + range + " has no IPv6 addresses";
    }
    if (range != null && address(address) == null) {
      return "the listen range " + range + " is full";
    }
    return "no free port stands for " + frontend.endpoint().port();
  }

  private void settle(Set<IpAddress> vips, long nowNanos) {
    if (book == null || range == null) {
      return;
    }
    Set<IpAddress> standFor = new TreeSet<>();
    Set<IpAddress> themselves = new TreeSet<>();
    for (IpAddress vip : vips) {
      if (range.contains(vip)) {
        themselves.add(vip);
      } else if (vip.isIpv4()) {
        standFor.add(vip);
      }
    }
    book.update(
        without(standFor, standing),
        without(standing, standFor),
        without(themselves, literal),
        without(literal, themselves),
        nowNanos);
    standing.clear();
    standing.addAll(standFor);
    literal.clear();
    literal.addAll(themselves);
  }

  private static Set<IpAddress> without(Set<IpAddress> all, Set<IpAddress> others) {
    Set<IpAddress> rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  private @Nullable IpAddress address(IpAddress vip) {
    if (book == null || literal.contains(vip)) {
      return vip;
    }
    return standing.contains(vip) ? book.address(vip) : null;
  }

  private IpAddress preferred(IpAddress vip) {
    Cidr listen = requireNonNull(range);
    BigInteger offset =
        vipRange.contains(vip) ? vipRange.offset(vip) : BigInteger.valueOf(vip.lowBits());
    return listen.first().plus(offset.mod(listen.size()).longValueExact());
  }

  private void ports(IpAddress address, List<Frontend> frontends, Map<Frontend, HostPort> plan) {
    for (Protocol protocol : Protocol.values()) {
      Map<Integer, Frontend> raised = new TreeMap<>();
      Set<Integer> used = new HashSet<>();
      for (Frontend frontend : frontends) {
        int port = frontend.endpoint().port();
        if (frontend.protocol() != protocol) {
          continue;
        }
        if (portOffset > 0 && port < FIRST_UNPRIVILEGED) {
          raised.put(port, frontend);
        } else {
          used.add(port);
          plan.put(frontend, new HostPort(address, port));
        }
      }
      raised.forEach(
          (port, frontend) -> {
            for (int to = port + portOffset; to <= 65535; to += portOffset) {
              if (used.add(to)) {
                plan.put(frontend, new HostPort(address, to));
                return;
              }
            }
          });
    }
  }
}
