// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;

/**
 * Keys of the overlay in the replicated store. Each ends in the id of its writer:
 *
 * <pre>
 * overlay/peer/&lt;agent&gt;           what an agent has ({@link PeerEntry}); the agent writes it
 * overlay/gone/&lt;agent&gt;/&lt;writer&gt;  it has that no more ({@link Withdrawal}); a master writes it
 * </pre>
 */
public final class OverlayKeys {

  /** What all keys begin with. */
  public static final String PREFIX = "overlay/";

  /** What keys of agents begin with. */
  public static final String PEERS = PREFIX + "peer/";

  /** What keys of withdrawals begin with. */
  public static final String GONE = PREFIX + "gone/";

  /** A withdrawal's key. */
  record Gone(NodeId agent, NodeId writer) {}

  private OverlayKeys() {}

  public static String peer(NodeId agent) {
    return PEERS + agent;
  }

  public static String gone(NodeId agent, NodeId writer) {
    return GONE + agent + "/" + writer;
  }

  /**
   * Whose entry it is.
   *
   * @throws DecodeException for a key that {@link #peer} does not give
   */
  static NodeId parsePeer(String key) {
    return NodeId.parse(key.substring(PEERS.length()));
  }

  /**
   * Whose withdrawal it is.
   *
   * @throws DecodeException for a key that {@link #gone} does not give
   */
  static Gone parseGone(String key) {
    int slash = key.indexOf('/', GONE.length());
    if (slash < 0) {
      throw new DecodeException("key: no writer (expected: overlay/gone/<agent>/<writer>)", 0);
    }
    return new Gone(
        NodeId.parse(key.substring(GONE.length(), slash)), NodeId.parse(key.substring(slash + 1)));
  }
}
