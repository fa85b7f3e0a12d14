// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** What an exchange is for; in figures. */
enum SyncKind {
  /** A node looks for its cluster. */
  JOIN,

  /** Now and then with anybody. */
  PERIODIC,

  /** The digests differ and nothing is on its way that would explain it. */
  DIGEST,

  /** With members that were believed dead. */
  HEAL,

  /** The other side asked for it. */
  ANSWER;

  /** Whether the other side shall look at our version and may send us elsewhere. */
  boolean isJoin() {
    return this == JOIN || this == HEAL;
  }
}
