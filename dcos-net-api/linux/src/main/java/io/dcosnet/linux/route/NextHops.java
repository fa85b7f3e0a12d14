// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests about next hops, and what they tell; for Linux 5.3 and newer. */
public final class NextHops {

  /** Type of messages that tell of a next hop. */
  public static final int NEW = 104;

  /** Type of messages that tell that a next hop is gone. */
  public static final int DELETED = 105;

  /** What monitors join to hear of next hops. */
  public static final int GROUP = 32;

  private static final int GET = 106;

  private static final int FIXED = 8;
  private static final int ID = 1;
  private static final int LINK = 5;
  private static final int GATEWAY = 6;

  /** Flags that may be asked for; others tell how it is. */
  private static final int FLAGS_TO_ASK = Route.ON_LINK;

  private NextHops() {}

  /** Adds a next hop; EEXIST when there is one of that number. Its link must be up. */
  public static Request add(NextHop hop) {
    return change("add", hop, Message.CREATE | Message.EXCLUSIVE);
  }

  /**
   * Adds a next hop, or puts it in the place of the one with that number, for all its routes at
   * once. Its link must be up.
   */
  public static Request replace(NextHop hop) {
    return change("replace", hop, Message.CREATE | Message.REPLACE);
  }

  private static Request change(String verb, NextHop hop, int flags) {
    return Request.of(
        verb,
        hop,
        NEW,
        flags,
        writer -> {
          writer.u8(hop.family().map(AddressFamily::number).orElse(0)).u8(0);
          writer.u8(hop.protocol()).u8(0).u32(hop.flags() & FLAGS_TO_ASK);
          writer.u32(ID, hop.id());
          if (hop.link() != 0) {
            writer.u32(LINK, hop.link());
          }
          hop.gateway().ifPresent(gateway -> writer.address(GATEWAY, gateway));
        });
  }

  /** Deletes a next hop, and all routes that use it; ENOENT when it is not there. */
  public static Request delete(NextHop hop) {
    return Request.of("delete", hop, DELETED, 0, writer -> writer.zeros(FIXED).u32(ID, hop.id()));
  }

  /** All next hops, to be dumped; EOPNOTSUPP where the kernel does not have any. */
  public static Request list() {
    return Request.of("list", "next hops", GET, 0, writer -> writer.zeros(FIXED));
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static NextHop read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    int family = fixed.get(0) & 0xff;
    return new NextHop(
        attributes.get(ID).u32(),
        AddressFamily.isKnown(family) ? Optional.of(AddressFamily.of(family)) : Optional.empty(),
        attributes.u32(LINK, 0),
        attributes.find(GATEWAY).map(Attribute::address),
        fixed.get(2) & 0xff,
        fixed.getInt(4));
  }
}
