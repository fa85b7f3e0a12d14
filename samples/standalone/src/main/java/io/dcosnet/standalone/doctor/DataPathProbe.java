// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.lb.DataPathProvider;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.netty.NetRuntime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What may carry connections here, by having each path try it: those of the kernel make a private
 * object and take it away again. Not on a machine of which only files are shown.
 */
final class DataPathProbe {

  private static final String AREA = "data path";

  private record Row(String name, DataPathProvider path, String cost) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              DataPaths.SOCKET,
              DataPaths.socket(),
              "connections of processes of this node to VIPs cost something for each packet"),
          new Row(
              DataPaths.NFTABLES,
              DataPaths.nftables(),
              "no VIPs by rules; auto takes IPVS, or user space, whose connections end with it"),
          new Row(DataPaths.IPVS, DataPaths.ipvs(), "no VIPs by IPVS, where nftables lacks too"),
          new Row(DataPaths.USERSPACE, DataPaths.userspace(), "no VIPs by this process"));

  private DataPathProbe() {}

  static Stream<Finding> probe(Machine machine) {
    if (!machine.isThisOne()) {
      return ROWS.stream().map(row -> Finding.notProbed(AREA, row.name(), "another machine"));
    }
    try (NetRuntime net = NetRuntime.create()) {
      return ROWS.stream().map(row -> look(row, net)).toList().stream();
    }
  }

  private static Finding look(Row row, NetRuntime net) {
    Capabilities found;
    try {
      found = row.path().create(net).probe();
    } catch (DcosNetException e) {
      found = new Capabilities(false, String.valueOf(e.getMessage()), Set.of(), false);
    }
    if (found.usable()) {
      return Finding.ok(AREA, row.name(), found.detail() + (found.ipv6() ? "" : "; IPv4 only"));
    }
    return Finding.missing(
        AREA,
        row.name(),
        found.detail(),
        row.cost(),
        "run as root (CAP_NET_ADMIN; CAP_BPF for socket) on a kernel that has it, see kernel");
  }
}
