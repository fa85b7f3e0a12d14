// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.util.Locale;

/** Why a datagram, a frame or a hello was not taken. */
public enum SealFault {
  MAGIC("it is no gossip traffic of ours, or breaks its outer form"),
  VERSION("the sender speaks another major version of the protocol; update the older of the two"),
  LABEL("the sender belongs to another cluster: its label differs from ours"),
  KEY("it is sealed with a key that this node does not have; compare the key ids of both"),
  AUTH("its seal is broken: another key under the same id, a forgery, or not sealed at all"),
  REPLAY("it is a repetition, or older than what its sender has sent since"),
  SIZE("it is longer than allowed"),
  RATE("its source made too many mistakes lately, and new senders there are not heard for a while"),
  CIDR("its source lies outside the allowed networks");

  private final String text;

  SealFault(String text) {
    this.text = text;
  }

  /** What happened and what to look at, for people. */
  public String text() {
    return text;
  }

  /** Its name in figures. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
