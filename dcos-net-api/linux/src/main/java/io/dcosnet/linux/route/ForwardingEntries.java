// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;

/**
 * Requests about forwarding of frames, and what they tell. Types of messages and group are those of
 * {@link Neighbours}; {@link #isReadable} tells them apart.
 */
public final class ForwardingEntries {

  private static final int GET = 30;

  private static final int BRIDGE_FAMILY = 7;
  private static final int FIXED = 12;
  private static final int TO = 1;
  private static final int MAC = 2;
  private static final int PORT = 6;
  private static final int NETWORK = 7;

  private ForwardingEntries() {}

  /** Adds an entry, or puts it in the place of the one for that MAC address. */
  public static Request replace(ForwardingEntry entry) {
    return Request.of(
        "replace",
        entry,
        Neighbours.NEW,
        Message.CREATE | Message.REPLACE,
        writer -> write(entry, writer));
  }

  /**
   * Deletes an entry; ENOENT when there is none for that MAC address. One to another host stays,
   * though the kernel does not say so.
   */
  public static Request delete(ForwardingEntry entry) {
    return Request.of("delete", entry, Neighbours.DELETED, 0, writer -> write(entry, writer));
  }

  /** All entries of a link, to be dumped; older kernels tell those of other links too. */
  public static Request list(int link) {
    return Request.of(
        "list",
        "forwarding of link " + link,
        GET,
        0,
        writer -> writer.u8(BRIDGE_FAMILY).zeros(3).u32(link).zeros(4));
  }

  /** Whether a message tells of an entry, and not of a neighbour. */
  public static boolean isReadable(Message message) {
    return message.fixed(FIXED).get(0) == BRIDGE_FAMILY
        && message.attributes(FIXED).find(MAC).filter(mac -> mac.length() == 6).isPresent();
  }

  /** Reads a message of type {@link Neighbours#NEW} or {@link Neighbours#DELETED}. */
  public static ForwardingEntry read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    return new ForwardingEntry(
        fixed.getInt(4),
        attributes.get(MAC).mac(),
        attributes.find(TO).map(Attribute::address),
        attributes.find(PORT).map(Attribute::big16).orElse(0),
        attributes.u32(NETWORK, 0),
        fixed.getShort(8) & 0xffff,
        fixed.get(10) & 0xff);
  }

  private static void write(ForwardingEntry entry, PayloadWriter writer) {
    writer.u8(BRIDGE_FAMILY).zeros(3).u32(entry.link());
    writer.u16(entry.state()).u8(entry.flags()).u8(0);
    writer.mac(MAC, entry.mac());
    entry.to().ifPresent(host -> writer.address(TO, host));
    if (entry.port() != 0) {
      writer.big16(PORT, entry.port());
    }
    if (entry.network() != 0) {
      writer.u32(NETWORK, entry.network());
    }
  }
}
