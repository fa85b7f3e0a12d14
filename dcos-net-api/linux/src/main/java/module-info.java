// SPDX-License-Identifier: Apache-2.0

/**
 * What only the Linux kernel gives; start reading at {@link io.dcosnet.linux.Linux}, {@link
 * io.dcosnet.linux.udp.BatchUdpSocket}, {@link io.dcosnet.linux.netlink.NetlinkSocket} and {@link
 * io.dcosnet.linux.capability.Capabilities}.
 */
module io.dcosnet.linux {
  requires transitive io.dcosnet.api;
  requires static transitive org.jspecify;
  requires com.sun.jna;

  exports io.dcosnet.linux;
  exports io.dcosnet.linux.bpf;
  exports io.dcosnet.linux.capability;
  exports io.dcosnet.linux.conntrack;
  exports io.dcosnet.linux.device;
  exports io.dcosnet.linux.diag;
  exports io.dcosnet.linux.generic;
  exports io.dcosnet.linux.ipvs;
  exports io.dcosnet.linux.namespace;
  exports io.dcosnet.linux.netlink;
  exports io.dcosnet.linux.nft;
  exports io.dcosnet.linux.route;
  exports io.dcosnet.linux.udp;
}
