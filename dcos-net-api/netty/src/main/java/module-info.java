// SPDX-License-Identifier: Apache-2.0

/** The runtime on Netty that all network parts share. */
module io.dcosnet.netty {
  // Exports are added together with the first public type of a package.
  requires transitive io.dcosnet.api;
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.transport;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.handler;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires org.slf4j;
}
