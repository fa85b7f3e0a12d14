// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.vip.VipKey;

/**
 * One change of one VIP on this node. Times are Unix milliseconds. <b>Immutable.</b>
 *
 * @param what such as {@code 192.0.2.1:31000 DRAINING weight 0 (was UP weight 1)}
 * @param why what made this node change it; empty when only time did
 * @param sourceMillis when it happened where it came from, by the clock there; 0 when not known
 * @param decidedMillis when this node had its new table
 * @param appliedMillis when its data path had it; 0 while it has not
 */
public record VipChange(
    VipKey key,
    String what,
    String why,
    long sourceMillis,
    long decidedMillis,
    long appliedMillis) {

  public VipChange {
    requireNonNull(key, "key");
    requireNonNull(what, "what");
    requireNonNull(why, "why");
  }

  VipChange applied(long millis) {
    return new VipChange(key, what, why, sourceMillis, decidedMillis, millis);
  }
}
