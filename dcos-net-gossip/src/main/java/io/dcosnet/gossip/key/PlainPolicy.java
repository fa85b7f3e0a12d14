// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

/**
 * What a node that has keys does with traffic that is not sealed. A cluster without encryption gets
 * it without a stop: give all nodes the key and {@link #SENT}, then {@link #ACCEPTED} one by one,
 * then {@link #REFUSED}. On the way back the same in reverse.
 */
public enum PlainPolicy {
  /** Only what is sealed is taken, and all is sent sealed. */
  REFUSED,

  /** All is sent sealed; what comes plain is taken too, which anybody can forge. */
  ACCEPTED,

  /** All is sent plain; both are taken. */
  SENT
}
