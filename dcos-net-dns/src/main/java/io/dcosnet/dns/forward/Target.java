// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.dns.forward.Upstream.Carrier;

/**
 * One server as one query meets it: how it must be asked, how often it was, how that ended.
 *
 * <p><b>Confined to</b> the turns of its query.
 */
final class Target {

  private static final int MAX_BROKEN = 2;

  private final UpstreamHealth health;
  private Carrier carrier;
  private boolean edns = true;
  private int tries;
  private int fresh;
  private int broken;
  private boolean spent;
  private boolean useless;
  private boolean lost;
  private String lastEnd = "timeout";

  Target(UpstreamHealth health) {
    this.health = health;
    this.carrier = health.upstream().carrier();
  }

  UpstreamHealth health() {
    return health;
  }

  Carrier carrier() {
    return carrier;
  }

  boolean edns() {
    return edns;
  }

  /** How often it was asked. */
  int tries() {
    return tries;
  }

  /** A question goes to it, which is in time yet. */
  void asked() {
    tries++;
    fresh++;
  }

  /** A question is late, or has ended without having been late. */
  void noLongerFresh() {
    fresh--;
  }

  /** True when it is late with everything, and may still have an answer. */
  boolean mayBeAskedAgain() {
    return tries > 0 && fresh == 0 && !spent;
  }

  /** True the first time: a query that is sent to it several times tells but once. */
  boolean isFirstLoss() {
    boolean first = !lost;
    lost = true;
    return first;
  }

  /** Questions to it end without an answer. */
  void ended(String how) {
    lastEnd = how;
  }

  /** A connection broke, which may happen once. */
  void broke() {
    broken++;
    spent |= broken >= MAX_BROKEN;
  }

  /** Asking again leads nowhere. */
  void spend() {
    spent = true;
  }

  /** It has answered, but not the question. */
  void useless(String how) {
    ended(how);
    useless = true;
    spent = true;
  }

  boolean isUseless() {
    return useless;
  }

  void blameIfUseless(long now) {
    if (useless) {
      health.blame(now);
    }
  }

  String lastEnd() {
    return lastEnd;
  }

  void overTcp() {
    carrier = Carrier.TCP;
  }

  void withoutEdns() {
    edns = false;
  }
}
