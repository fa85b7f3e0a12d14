// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Message;
import org.jspecify.annotations.Nullable;

/** Something to pass on, and how often that was done. */
final class Rumour {

  /** What it replaces, and is replaced by. */
  final Object subject;

  final Message message;
  final boolean urgent;
  final long number;

  final int octets;

  // Part of the order: changed only while it is on no shelf.
  int sends;

  /** It is never sent more often than this, whatever the number of members. */
  int mostSends = Integer.MAX_VALUE;

  // Neighbours on its shelf.
  @Nullable Rumour newer;
  @Nullable Rumour older;

  Rumour(Object subject, Message message, boolean urgent, int octets, long number) {
    this.subject = subject;
    this.message = message;
    this.urgent = urgent;
    this.octets = octets;
    this.number = number;
  }
}
