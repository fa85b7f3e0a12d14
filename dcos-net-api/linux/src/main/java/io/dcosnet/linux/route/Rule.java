// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;

/**
 * Which packets look into which table of routes. <b>Immutable.</b>
 *
 * @param priority rules are asked from the lowest number up
 * @param from prefix of the sender
 * @param to prefix of the destination, of the same family
 * @param mark value that a packet must be marked with under the mask
 * @param markMask which bits of the mark count; 0 for none
 * @param table number of the table
 * @param protocol number of the program that added it; 0 for unknown
 */
public record Rule(
    int priority, Cidr from, Cidr to, int mark, int markMask, int table, int protocol) {

  public Rule {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    if (from.first().isIpv4() != to.first().isIpv4()) {
      throw new IllegalArgumentException(from + " and " + to + " are of different families");
    }
  }

  /** One for all packets to a prefix. */
  public static Rule to(Cidr destination, int table, int priority) {
    Cidr all = AddressFamily.of(destination.first()).everything();
    return new Rule(priority, all, destination, 0, 0, table, 0);
  }

  /** One for all packets from a prefix. */
  public static Rule from(Cidr source, int table, int priority) {
    Cidr all = AddressFamily.of(source.first()).everything();
    return new Rule(priority, source, all, 0, 0, table, 0);
  }

  /** The same for packets that are marked only. */
  public Rule withMark(int value, int mask) {
    return new Rule(priority, from, to, value, mask, table, protocol);
  }

  /** The same, with the number of the program that adds it. */
  public Rule withProtocol(int number) {
    return new Rule(priority, from, to, mark, markMask, table, number);
  }

  public AddressFamily family() {
    return AddressFamily.of(from.first());
  }

  /** Such as {@code rule 100 from 192.0.2.0/24 to 0.0.0.0/0 table 42}. */
  @Override
  public String toString() {
    return "rule "
        + priority
        + " from "
        + from
        + " to "
        + to
        + (markMask == 0 ? "" : " mark 0x%x/0x%x".formatted(mark, markMask))
        + " table "
        + table;
  }
}
