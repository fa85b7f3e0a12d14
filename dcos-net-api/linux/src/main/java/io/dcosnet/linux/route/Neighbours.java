// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;

/** Requests about neighbours, and what they tell. */
public final class Neighbours {

  /** Type of messages that tell of a neighbour. */
  public static final int NEW = 28;

  /** Type of messages that tell that a neighbour is gone. */
  public static final int DELETED = 29;

  /** What monitors join to hear of neighbours. */
  public static final int GROUP = 3;

  private static final int GET = 30;

  private static final int FIXED = 12;
  private static final int ADDRESS = 1;
  private static final int MAC = 2;
  private static final int PROTOCOL = 12;

  private Neighbours() {}

  /** Adds a neighbour, or puts it in the place of one with that address. */
  public static Request replace(Neighbour neighbour) {
    return Request.of(
        "replace",
        neighbour,
        NEW,
        Message.CREATE | Message.REPLACE,
        writer -> {
          write(neighbour, writer);
          neighbour.mac().ifPresent(mac -> writer.mac(MAC, mac));
          if (neighbour.protocol() != 0) {
            writer.u8(PROTOCOL, neighbour.protocol());
          }
        });
  }

  /** Deletes a neighbour; ENOENT when it is not there. */
  public static Request delete(Neighbour neighbour) {
    return Request.of("delete", neighbour, DELETED, 0, writer -> write(neighbour, writer));
  }

  /** All neighbours of a family, to be dumped. */
  public static Request list(AddressFamily family) {
    return Request.of(
        "list", family + " neighbours", GET, 0, w -> w.u8(family.number()).zeros(FIXED - 1));
  }

  /** Whether a message tells of somebody with an IPv4 or IPv6 address. */
  public static boolean isReadable(Message message) {
    return AddressFamily.isKnown(message.fixed(FIXED).get(0))
        && message.attributes(FIXED).has(ADDRESS);
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static Neighbour read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    return new Neighbour(
        fixed.getInt(4),
        AddressFamily.of(fixed.get(0)).checked(attributes.get(ADDRESS).address(), 0),
        attributes.find(MAC).filter(mac -> mac.length() == 6).map(Attribute::mac),
        fixed.getShort(8) & 0xffff,
        attributes.find(PROTOCOL).map(Attribute::u8).orElse(0));
  }

  private static void write(Neighbour neighbour, PayloadWriter writer) {
    writer.u8(AddressFamily.of(neighbour.address()).number()).zeros(3).u32(neighbour.link());
    writer.u16(neighbour.state()).u8(0).u8(0);
    writer.address(ADDRESS, neighbour.address());
  }
}
