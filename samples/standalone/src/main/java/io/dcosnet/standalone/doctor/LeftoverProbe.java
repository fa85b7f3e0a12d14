// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import static java.util.stream.Collectors.joining;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.dns.resolvconf.ResolvConf;
import io.dcosnet.lb.DataPathProvider;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.linux.device.NodeDevice;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.setup.NodeLeftovers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a node could set up on this machine, and what nodes have left on it. */
final class LeftoverProbe {

  private static final String AREA = "node";
  private static final int MOST_LISTED = 3;
  private static final String RESOLV_CONF = "/etc/resolv.conf";

  private LeftoverProbe() {}

  static Stream<Finding> probe(Machine machine) {
    return Stream.concat(
        Stream.of(
            rights(),
            found("device", LeftoverProbe::device),
            found("vip-routes", () -> NodeLeftovers.routes() + " routes to VIPs"),
            resolvConf(machine)),
        paths(machine));
  }

  /** What data paths have in the kernel, at work or left by a process before. */
  private static Stream<Finding> paths(Machine machine) {
    Map<String, DataPathProvider> all = new TreeMap<>();
    all.put(DataPaths.SOCKET, DataPaths.socket());
    all.put(DataPaths.NFTABLES, DataPaths.nftables());
    all.put(DataPaths.IPVS, DataPaths.ipvs());
    if (!machine.isThisOne()) {
      return all.keySet().stream().map(kind -> notProbed(kind, "another machine"));
    }
    var right = Capabilities.probe().get(Feature.NETWORK_ADMIN);
    if (!right.isThere()) {
      return all.keySet().stream()
          .map(kind -> notProbed(kind, "only root can see: " + right.answer()));
    }
    try (NetRuntime net = NetRuntime.create()) {
      return all.entrySet().stream()
          .map(each -> found(name(each.getKey()), () -> words(each.getValue().create(net).left())))
          .toList()
          .stream();
    }
  }

  private static String name(String kind) {
    return kind + "-of-ours";
  }

  private static Finding notProbed(String kind, String why) {
    return Finding.notProbed(AREA, name(kind), why);
  }

  /** There may be thousands. */
  private static String words(List<String> left) {
    if (left.isEmpty()) {
      return "none";
    }
    String more = left.size() > MOST_LISTED ? " and " + (left.size() - MOST_LISTED) + " more" : "";
    return left.stream().limit(MOST_LISTED).collect(joining(", "))
        + more
        + "; at work, or left by a process before: then dcos-net cleanup removes it";
  }

  private static Finding rights() {
    return NodeDevice.unavailableBecause()
        .map(
            why ->
                Finding.missing(
                    AREA,
                    "addresses",
                    why,
                    "no node.device: DNS is not at 198.51.100.1, and VIPs have stand-ins",
                    "run as root, or give CAP_NET_ADMIN"))
        .orElseGet(() -> Finding.ok(AREA, "addresses", "can be given to this node"));
  }

  private static String device() {
    List<String> there = NodeLeftovers.device();
    return there.isEmpty() ? "none of ours" : String.join(", ", there);
  }

  private static Finding found(String name, Supplier<String> look) {
    Optional<String> lack = Linux.unavailableBecause();
    if (lack.isPresent()) {
      return Finding.notProbed(AREA, name, lack.get());
    }
    try {
      return Finding.ok(AREA, name, look.get());
    } catch (DcosNetException e) {
      return Finding.notProbed(AREA, name, String.valueOf(e.getMessage()));
    }
  }

  private static Finding resolvConf(Machine machine) {
    return machine
        .text(RESOLV_CONF)
        .map(
            text ->
                Finding.ok(
                    AREA,
                    "resolv.conf-of-ours",
                    ResolvConf.isOurs(text)
                        ? "ours; dcos-net cleanup puts back what was there before"
                        : "not ours"))
        .orElseGet(() -> Finding.notProbed(AREA, "resolv.conf-of-ours", "cannot be read"));
  }
}
