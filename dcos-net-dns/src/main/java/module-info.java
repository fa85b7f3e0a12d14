// SPDX-License-Identifier: Apache-2.0

/** Names for tasks, services and virtual addresses. */
module io.dcosnet.dns {
  exports io.dcosnet.dns;
  exports io.dcosnet.dns.cache;
  exports io.dcosnet.dns.client;
  exports io.dcosnet.dns.defend;
  exports io.dcosnet.dns.explain;
  exports io.dcosnet.dns.forward;
  exports io.dcosnet.dns.http;
  exports io.dcosnet.dns.local;
  exports io.dcosnet.dns.name;
  exports io.dcosnet.dns.query;
  exports io.dcosnet.dns.querylog;
  exports io.dcosnet.dns.records;
  exports io.dcosnet.dns.records.dcos;
  exports io.dcosnet.dns.resolvconf;
  exports io.dcosnet.dns.response;
  exports io.dcosnet.dns.transfer;
  exports io.dcosnet.dns.transport;
  exports io.dcosnet.dns.zone;
  exports io.dcosnet.dns.zonefile;

  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires static io.dcosnet.linux;
  requires com.fasterxml.jackson.core;
  requires com.github.benmanes.caffeine;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.dnsjava;
  requires java.net.http;
  requires org.slf4j;
}
