// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests about rules that choose a table of routes, and what they tell. */
public final class Rules {

  /** Type of messages that tell of a rule. */
  public static final int NEW = 32;

  /** Type of messages that tell that a rule is gone. */
  public static final int DELETED = 33;

  /** What monitors join to hear of IPv4 rules. */
  public static final int GROUP_IPV4 = 8;

  /** What monitors join to hear of IPv6 rules. */
  public static final int GROUP_IPV6 = 19;

  private static final int GET = 34;

  private static final int FIXED = 12;
  private static final int TO = 1;
  private static final int FROM = 2;
  private static final int PRIORITY = 6;
  private static final int MARK = 10;
  private static final int TABLE = 15;
  private static final int MARK_MASK = 16;
  private static final int PROTOCOL = 21;

  private static final int LOOK_INTO_TABLE = 1;
  private static final int COMPATIBLE_TABLE = 252;

  private Rules() {}

  /** Adds a rule; EEXIST when it is there with that priority. */
  public static Request add(Rule rule) {
    return Request.of(
        "add", rule, NEW, Message.CREATE | Message.EXCLUSIVE, writer -> write(rule, writer));
  }

  /** Deletes a rule; ENOENT when it is not there. */
  public static Request delete(Rule rule) {
    return Request.of("delete", rule, DELETED, 0, writer -> write(rule, writer));
  }

  /** All rules of a family, to be dumped. */
  public static Request list(AddressFamily family) {
    return Request.of(
        "list", family + " rules", GET, 0, w -> w.u8(family.number()).zeros(FIXED - 1));
  }

  /** Whether a message tells of an IPv4 or IPv6 rule that looks into a table. */
  public static boolean isReadable(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    return AddressFamily.isKnown(fixed.get(0)) && fixed.get(7) == LOOK_INTO_TABLE;
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static Rule read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    AddressFamily family = AddressFamily.of(fixed.get(0));
    int mark = attributes.u32(MARK, 0);
    return new Rule(
        attributes.u32(PRIORITY, 0),
        prefix(family, attributes.find(FROM), fixed.get(2) & 0xff),
        prefix(family, attributes.find(TO), fixed.get(1) & 0xff),
        mark,
        attributes.u32(MARK_MASK, mark == 0 ? 0 : -1),
        attributes.u32(TABLE, fixed.get(4) & 0xff),
        attributes.find(PROTOCOL).map(Attribute::u8).orElse(0));
  }

  private static Cidr prefix(AddressFamily family, Optional<Attribute> address, int length) {
    return family.prefix(
        address.map(Attribute::address).orElse(family.everything().first()), length);
  }

  private static void write(Rule rule, PayloadWriter writer) {
    writer.u8(rule.family().number()).u8(rule.to().length()).u8(rule.from().length()).u8(0);
    writer.u8(rule.table() < 256 ? rule.table() : COMPATIBLE_TABLE);
    writer.u8(0).u8(0).u8(LOOK_INTO_TABLE).u32(0);
    if (rule.to().length() > 0) {
      writer.address(TO, rule.to().first());
    }
    if (rule.from().length() > 0) {
      writer.address(FROM, rule.from().first());
    }
    writer.u32(PRIORITY, rule.priority()).u32(TABLE, rule.table());
    if (rule.markMask() != 0) {
      writer.u32(MARK, rule.mark()).u32(MARK_MASK, rule.markMask());
    }
    if (rule.protocol() != 0) {
      writer.u8(PROTOCOL, rule.protocol());
    }
  }
}
