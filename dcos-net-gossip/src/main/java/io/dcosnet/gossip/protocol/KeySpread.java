// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.wire.Message.KeyRingState;

/**
 * Spreads changes of the key ring and takes those of others. Without encryption it does neither: a
 * key that travels in the clear is none, and one that anybody may send is worse.
 */
final class KeySpread {

  private final Node node;
  private Bytes told = Bytes.EMPTY;

  KeySpread(Node node) {
    this.node = node;
  }

  /** Our key ring has changed; spreads it unless that is done already. */
  void changed() {
    Bytes state = node.setup.keys().state();
    if (node.setup.authenticated() && !state.equals(told)) {
      told = state;
      node.rumours.spread(new KeyRingState(state));
    }
  }

  /** Tells a node with which we exchange all that differs: it may have been away. */
  void tell(int link) {
    Bytes state = node.setup.keys().state();
    if (node.setup.authenticated() && state.size() > 0) {
      node.links.write(link, new KeyRingState(state));
    }
  }

  /** A key ring of another node. */
  void received(Bytes state) {
    if (!node.setup.authenticated()) {
      count("unsealed");
      return;
    }
    boolean news;
    try {
      news = node.setup.keys().merge(state);
    } catch (DecodeException e) {
      count("malformed");
      return;
    }
    count(news ? "merged" : "known");
    if (news) {
      changed(); // with what we know besides, so that the rings meet sooner
    }
  }

  private void count(String result) {
    node.metrics
        .sink
        .counter(
            "dcosnet.gossip.key.rings",
            "Key rings heard from others: merged, known, malformed, or unsealed and so not taken",
            "result",
            result)
        .increment();
  }
}
