// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * How a fact came to us.
 *
 * @param from address that it came from, to answer there; null for what we found out ourselves
 */
record Hearsay(Channel channel, @Nullable HostPort from) {

  static final Hearsay OWN = new Hearsay(Channel.OWN, null);

  /** By which way. */
  enum Channel {
    GOSSIP,
    SYNC,
    OWN
  }
}
