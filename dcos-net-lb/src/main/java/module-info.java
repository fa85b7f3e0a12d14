// SPDX-License-Identifier: Apache-2.0

/** Stable virtual addresses for services; start reading at {@code io.dcosnet.lb}. */
module io.dcosnet.lb {
  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires com.fasterxml.jackson.core;
  requires static io.dcosnet.linux;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires org.slf4j;

  exports io.dcosnet.lb;
  exports io.dcosnet.lb.balance;
  exports io.dcosnet.lb.check;
  exports io.dcosnet.lb.datapath;
  exports io.dcosnet.lb.datapath.choice;
  exports io.dcosnet.lb.datapath.ipvs;
  exports io.dcosnet.lb.datapath.nft;
  exports io.dcosnet.lb.datapath.proxy;
  exports io.dcosnet.lb.datapath.socket;
  exports io.dcosnet.lb.edge;
  exports io.dcosnet.lb.edge.haproxy;
  exports io.dcosnet.lb.edge.label;
  exports io.dcosnet.lb.health;
  exports io.dcosnet.lb.http;
  exports io.dcosnet.lb.vip;
}
