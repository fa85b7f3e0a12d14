// SPDX-License-Identifier: Apache-2.0

/** Membership and a replicated store over gossip. */
module io.dcosnet.gossip {
  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires org.pcollections;
  requires org.slf4j;

  exports io.dcosnet.gossip;
  exports io.dcosnet.gossip.crdt;
  exports io.dcosnet.gossip.key;
  exports io.dcosnet.gossip.member;
  exports io.dcosnet.gossip.seed;
  exports io.dcosnet.gossip.settings;
  exports io.dcosnet.gossip.sim;
}
