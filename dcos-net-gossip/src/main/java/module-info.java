// SPDX-License-Identifier: Apache-2.0

/** Membership and a replicated store over gossip. */
module io.dcosnet.gossip {
  // Exports are added together with the first public type of a package.
  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires org.slf4j;
}
