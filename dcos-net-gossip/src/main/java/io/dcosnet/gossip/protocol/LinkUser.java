// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Message;

/** Who uses a link. */
interface LinkUser {

  /** The other side is there. */
  void opened(int link, LinkPeer peer);

  void received(int link, Message message);

  /** The link is no more; not told when we closed it ourselves. */
  void closed(int link, LinkEnd end);
}
