// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

/**
 * Section {@code dns.local}: small zones that dcos-net has beside those of tasks. <b>Immutable.</b>
 *
 * @param reverse names of addresses, for tasks and VIPs
 */
public record LocalZonesConfig(
    boolean spartan,
    boolean localhost,
    boolean zk,
    boolean thisNode,
    boolean l4lb,
    boolean reverse) {

  static LocalZonesConfig read(Section local) {
    return new LocalZonesConfig(
        flag(local, "spartan", "Whether it answers for ready.spartan and ns.spartan."),
        flag(local, "localhost", "Whether it answers for localhost and names below."),
        flag(local, "zk", "Whether it answers for zk-1.zk up to zk-5.zk; needs sources."),
        flag(
            local,
            "thisNode",
            "Whether it answers for thisnode.thisdcos.directory; needs node.address."),
        flag(
            local,
            "l4lb",
            "Whether it answers for l4lb.thisdcos.directory, the names of VIPs; needs section lb."),
        flag(
            local,
            "reverse",
            "Whether it answers for the names of private addresses (PTR): of tasks where it has"
                + " dns.mesos, of VIPs."));
  }

  private static boolean flag(Section local, String key, String help) {
    return local.value(key, Kind.FLAG, true, help);
  }
}
