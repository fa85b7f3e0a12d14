// SPDX-License-Identifier: Apache-2.0

/**
 * The runtime on Netty that all network parts share; start reading at {@link
 * io.dcosnet.netty.NetRuntime} and {@link io.dcosnet.netty.http.HttpServer}.
 */
module io.dcosnet.netty {
  requires transitive io.dcosnet.api;
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.handler;
  requires transitive io.netty.resolver;
  requires transitive io.netty.transport;
  requires static transitive org.jspecify;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires org.slf4j;

  exports io.dcosnet.netty;
  exports io.dcosnet.netty.http;
}
