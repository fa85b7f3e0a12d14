// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;

/** What whoever runs a core tells it of the world; the counterpart of {@link Host}. */
public interface CoreInput {

  /**
   * A datagram came whose envelope was in order.
   *
   * @param sender short id of the node that sent it
   */
  void received(HostPort from, long sender, byte[] body, int offset, int length);

  /** Another node opened a link to us, and has proven that it belongs to the cluster. */
  void accepted(int link, LinkPeer peer);

  /**
   * A link that we asked for is open, and the other side has proven that it belongs to the cluster.
   */
  void opened(int link, LinkPeer peer);

  /** A whole frame came. */
  void frame(int link, byte[] octets, int offset, int length);

  /** A link ended, or could not be opened. */
  void closed(int link, LinkEnd end);

  /** Our own thread came late by more than 100 ms: we may not be well. */
  void lagged();
}
