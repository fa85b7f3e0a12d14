// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;

/** Requests about addresses of links, and what they tell. */
public final class Addresses {

  /** Type of messages that tell of an address. */
  public static final int NEW = 20;

  /** Type of messages that tell that an address is gone. */
  public static final int DELETED = 21;

  /** What monitors join to hear of IPv4 addresses. */
  public static final int GROUP_IPV4 = 5;

  /** What monitors join to hear of IPv6 addresses. */
  public static final int GROUP_IPV6 = 9;

  private static final int GET = 22;

  private static final int FIXED = 8;
  private static final int PEER = 1;
  private static final int LOCAL = 2;
  private static final int FLAGS = 8;
  private static final int PROTOCOL = 11;

  private Addresses() {}

  /** Adds an address, or changes one that is there. */
  public static Request add(Address address) {
    return Request.of(
        "add",
        new Shown(address),
        NEW,
        Message.CREATE | Message.REPLACE,
        writer -> {
          write(address, writer);
          writer.u32(FLAGS, address.flags());
          if (address.protocol() != 0) {
            writer.u8(PROTOCOL, address.protocol());
          }
        });
  }

  /** Deletes an address; EADDRNOTAVAIL when it is not there. */
  public static Request delete(Address address) {
    return Request.of("delete", new Shown(address), DELETED, 0, writer -> write(address, writer));
  }

  /** All addresses of all links, to be dumped. */
  public static Request list() {
    return Request.of("list", "addresses", GET, 0, writer -> writer.zeros(FIXED));
  }

  /** Whether a message tells of an address of a known kind. */
  public static boolean isReadable(Message message) {
    return AddressFamily.isKnown(message.fixed(FIXED).get(0));
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static Address read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    // On a line between two, the other end stands where IPv6 has the address itself.
    IpAddress address = attributes.get(attributes.has(LOCAL) ? LOCAL : PEER).address();
    int length = fixed.get(1) & 0xff;
    return new Address(
        fixed.getInt(4),
        AddressFamily.of(fixed.get(0)).checked(address, length),
        length,
        fixed.get(3) & 0xff,
        attributes.u32(FLAGS, fixed.get(2) & 0xff),
        attributes.find(PROTOCOL).map(Attribute::u8).orElse(0));
  }

  private static void write(Address address, PayloadWriter writer) {
    writer.u8(AddressFamily.of(address.address()).number()).u8(address.prefixLength());
    writer.u8(address.flags()).u8(address.scope()).u32(address.link());
    writer.address(LOCAL, address.address()).address(PEER, address.address());
  }

  /** Says what the number alone does not. */
  private record Shown(Address address) {
    @Override
    public String toString() {
      return "address " + address;
    }
  }
}
