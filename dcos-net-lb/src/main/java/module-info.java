// SPDX-License-Identifier: Apache-2.0

/** Stable virtual addresses and the edge proxy. */
module io.dcosnet.lb {
  // Exports are added together with the first public type of a package.
  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires com.fasterxml.jackson.core;
  requires com.google.common;
  requires io.netty.handler;
  requires org.slf4j;
}
