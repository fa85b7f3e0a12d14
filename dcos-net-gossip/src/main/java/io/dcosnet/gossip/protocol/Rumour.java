// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Message;
import java.util.Comparator;

/** Something to pass on, and how often that was done. */
final class Rumour {

  /**
   * Who goes first: what was sent least, then our own objection, then the larger, so that small
   * ones fill the rest, then the newer.
   */
  static final Comparator<Rumour> ORDER =
      Comparator.<Rumour>comparingInt(rumour -> rumour.sends)
          .thenComparing(rumour -> !rumour.urgent)
          .thenComparing(rumour -> -rumour.octets)
          .thenComparing(rumour -> -rumour.number);

  /** What it replaces, and is replaced by. */
  final Object subject;

  final Message message;
  final boolean urgent;
  final long number;

  final int octets;

  // Part of the order: changed only while it is in no queue.
  int sends;

  Rumour(Object subject, Message message, boolean urgent, int octets, long number) {
    this.subject = subject;
    this.message = message;
    this.urgent = urgent;
    this.octets = octets;
    this.number = number;
  }
}
