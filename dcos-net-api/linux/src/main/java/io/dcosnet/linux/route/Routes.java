// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;

/** Requests about routes, and what they tell. */
public final class Routes {

  /** Type of messages that tell of a route. */
  public static final int NEW = 24;

  /** Type of messages that tell that a route is gone. */
  public static final int DELETED = 25;

  /** What monitors join to hear of IPv4 routes. */
  public static final int GROUP_IPV4 = 7;

  /** What monitors join to hear of IPv6 routes. */
  public static final int GROUP_IPV6 = 11;

  private static final int GET = 26;

  private static final int FIXED = 12;
  private static final int DESTINATION = 1;
  private static final int LINK = 4;
  private static final int GATEWAY = 5;
  private static final int METRIC = 6;
  private static final int SOURCE = 7;
  private static final int TABLE = 15;
  private static final int NEXT_HOP = 30;

  /** Stands in the field of one octet for tables whose number does not go in there. */
  private static final int COMPATIBLE_TABLE = 252;

  /** Flags that may be asked for; others tell how it is. */
  private static final int FLAGS_TO_ASK = Route.ON_LINK;

  private Routes() {}

  /** Adds a route; EEXIST when there is one to that prefix with that metric. */
  public static Request add(Route route) {
    return change("add", route, NEW, Message.CREATE | Message.EXCLUSIVE);
  }

  /** Adds a route, or puts it in the place of one to that prefix with that metric. */
  public static Request replace(Route route) {
    return change("replace", route, NEW, Message.CREATE | Message.REPLACE);
  }

  /** Deletes a route; ESRCH when it is not there. */
  public static Request delete(Route route) {
    return change("delete", route, DELETED, 0);
  }

  /** All routes of a family in a table, to be dumped; ENOENT when there is no such table. */
  public static Request list(AddressFamily family, int table) {
    return Request.of(
        "list",
        family + " routes of table " + table,
        GET,
        0,
        writer -> {
          writer.u8(family.number()).zeros(FIXED - 1);
          writer.u32(TABLE, table);
        });
  }

  /** Whether a message tells of an IPv4 or IPv6 route. */
  public static boolean isReadable(Message message) {
    return AddressFamily.isKnown(message.fixed(FIXED).get(0));
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static Route read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    AddressFamily family = AddressFamily.of(fixed.get(0));
    Cidr destination =
        family.prefix(
            attributes
                .find(DESTINATION)
                .map(Attribute::address)
                .orElse(family.everything().first()),
            fixed.get(1) & 0xff);
    return new Route(
        destination,
        attributes.u32(TABLE, fixed.get(4) & 0xff),
        fixed.get(7) & 0xff,
        fixed.get(5) & 0xff,
        fixed.get(6) & 0xff,
        attributes.u32(LINK, 0),
        attributes.find(GATEWAY).map(Attribute::address),
        attributes.find(SOURCE).map(Attribute::address),
        attributes.u32(METRIC, 0),
        attributes.u32(NEXT_HOP, 0),
        fixed.getInt(8));
  }

  private static Request change(String verb, Route route, int type, int flags) {
    return Request.of(verb, route, type, flags, writer -> write(route, writer));
  }

  private static void write(Route route, PayloadWriter writer) {
    Cidr destination = route.destination();
    writer.u8(route.family().number()).u8(destination.length()).u8(0).u8(0);
    writer.u8(route.table() < 256 ? route.table() : COMPATIBLE_TABLE);
    writer.u8(route.protocol()).u8(route.scope()).u8(route.type());
    writer.u32(route.flags() & FLAGS_TO_ASK);
    writer.address(DESTINATION, destination.first()).u32(TABLE, route.table());
    route.gateway().ifPresent(gateway -> writer.address(GATEWAY, gateway));
    route.source().ifPresent(source -> writer.address(SOURCE, source));
    if (route.link() != 0) {
      writer.u32(LINK, route.link());
    }
    if (route.metric() != 0) {
      writer.u32(METRIC, route.metric());
    }
    if (route.nextHop() != 0) {
      writer.u32(NEXT_HOP, route.nextHop());
    }
  }
}
