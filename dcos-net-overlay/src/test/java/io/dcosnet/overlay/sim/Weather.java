// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.Random;

/** How messages and transactions fare: lost, late, twice. From one seed. */
final class Weather {

  final VirtualTime time;
  final Random random;
  private double loss;

  Weather(VirtualTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  /** From now on this part of all messages is lost, and as much comes twice or very late. */
  void loss(double part) {
    loss = part;
  }

  boolean isCalm() {
    return loss == 0;
  }

  boolean happens(double probability) {
    return random.nextDouble() < probability;
  }

  /** Something in bad weather only. */
  boolean spoils(double probability) {
    return !isCalm() && happens(probability);
  }

  Duration upTo(Duration most) {
    return Duration.ofNanos((long) (random.nextDouble() * most.toNanos()));
  }

  /** A message travels. */
  void send(Runnable arrives) {
    if (happens(loss)) {
      return;
    }
    var unused = time.schedule(delay(), arrives);
    if (happens(loss / 2)) {
      var unusedToo = time.schedule(delay(), arrives);
    }
  }

  private Duration delay() {
    Duration most = happens(loss / 2) ? Duration.ofMinutes(2) : Duration.ofMillis(50);
    return upTo(most);
  }
}
