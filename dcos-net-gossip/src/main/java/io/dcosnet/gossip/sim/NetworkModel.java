// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.time.Duration;

/**
 * How the network treats packets, the same between all hosts. Packets overtake each other by
 * themselves, since each has a time of travel of its own. <b>Immutable.</b>
 *
 * @param fastest shortest time of travel
 * @param slowest longest time of travel, but for the tail
 * @param tail part of the packets that travel up to {@code tailSlowest}, 0 to 1
 * @param tailSlowest longest time of travel at all
 * @param loss part of the packets that get lost, 0 to 1
 * @param duplication part of the datagrams that arrive twice, 0 to 1
 * @param mtu octets of an IP packet; larger datagrams get lost
 */
public record NetworkModel(
    Duration fastest,
    Duration slowest,
    double tail,
    Duration tailSlowest,
    double loss,
    double duplication,
    int mtu) {

  public NetworkModel {
    if (fastest.isNegative()
        || slowest.compareTo(fastest) < 0
        || tailSlowest.compareTo(slowest) < 0) {
      throw new IllegalArgumentException(
          "times of travel: %s, %s, %s (expected: ascending)"
              .formatted(fastest, slowest, tailSlowest));
    }
    part("tail", tail);
    part("loss", loss);
    part("duplication", duplication);
    if (mtu < 68) {
      throw new IllegalArgumentException("mtu: " + mtu + " (expected: at least 68)");
    }
  }

  /** 0.2 to 2 ms, nothing lost. */
  public static NetworkModel lan() {
    return new NetworkModel(
        Duration.ofNanos(200_000), Duration.ofMillis(2), 0, Duration.ofMillis(2), 0, 0, 65_535);
  }

  /** This one with so much loss, 0 to 1. */
  public NetworkModel withLoss(double part) {
    return new NetworkModel(fastest, slowest, tail, tailSlowest, part, duplication, mtu);
  }

  /** This one with so many duplicates, 0 to 1. */
  public NetworkModel withDuplication(double part) {
    return new NetworkModel(fastest, slowest, tail, tailSlowest, loss, part, mtu);
  }

  /** This one where a part of the packets, 0 to 1, travels much longer. */
  public NetworkModel withTail(double part, Duration longest) {
    return new NetworkModel(fastest, slowest, part, longest, loss, duplication, mtu);
  }

  /** This one with other times of travel. */
  public NetworkModel withTravel(Duration shortest, Duration longest) {
    return new NetworkModel(
        shortest,
        longest,
        tail,
        longest.compareTo(tailSlowest) > 0 ? longest : tailSlowest,
        loss,
        duplication,
        mtu);
  }

  /** This one with another largest packet. */
  public NetworkModel withMtu(int octets) {
    return new NetworkModel(fastest, slowest, tail, tailSlowest, loss, duplication, octets);
  }

  private static void part(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 1)");
    }
  }
}
