// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests about links, and what they tell. */
public final class Links {

  /** Type of messages that tell of a link. */
  public static final int NEW = 16;

  /** Type of messages that tell that a link is gone. */
  public static final int DELETED = 17;

  /** What monitors join to hear of links. */
  public static final int GROUP = 1;

  static final int FIXED = 16;
  static final int KIND = 18;
  static final int NAMESPACE = 28;

  private static final int GET = 18;
  private static final int SET = 19;

  private static final int MAC = 1;
  private static final int NAME = 3;
  private static final int MTU = 4;
  private static final int MASTER = 10;
  private static final int PORT = 12;
  private static final int ALIAS = 20;

  private static final int PORT_HAIRPIN = 4;
  private static final int PORT_ISOLATED = 33;
  private static final int BRIDGE_FAMILY = 7;

  private Links() {}

  /** Makes a link; EEXIST when there is one of that name. */
  public static Request add(NewLink link) {
    return Request.of(
        "add",
        link,
        NEW,
        Message.CREATE | Message.EXCLUSIVE,
        writer -> {
          header(writer, 0, link.up() ? Link.UP : 0, link.up() ? Link.UP : 0);
          writeOwn(link, writer);
          KindCodec.write(link.kind(), writer);
        });
  }

  /** Removes a link, and its other end when it is a wire. */
  public static Request delete(int index) {
    return Request.of("delete", shown(index), DELETED, 0, writer -> header(writer, index, 0, 0));
  }

  /** Switches a link on or off. Off takes its routes and neighbours away. */
  public static Request setUp(int index, boolean up) {
    return Request.of(
        up ? "switch on" : "switch off",
        shown(index),
        SET,
        0,
        writer -> header(writer, index, up ? Link.UP : 0, Link.UP));
  }

  /** Writes something on a link, at most 255 octets, by which it is found again. */
  public static Request setAlias(int index, String text) {
    return set("write on", index, writer -> writer.text(ALIAS, text));
  }

  /** Joins a link to a bridge, or takes it away from it. */
  public static Request setMaster(int index, int master) {
    return set("join", index, writer -> writer.u32(MASTER, master));
  }

  /** Changes how long packets may be. */
  public static Request setMtu(int index, int octets) {
    return set("set MTU " + octets + " of", index, writer -> writer.u32(MTU, octets));
  }

  /** Gives a link another name; older kernels want it off for that. */
  public static Request rename(int index, String name) {
    NewLink.checkName(name);
    return set("name " + name, index, writer -> writer.text(NAME, name));
  }

  /**
   * Moves a link to another namespace, under another name.
   *
   * @param namespace an open file that stands for it
   */
  public static Request move(int index, int namespace, String name) {
    NewLink.checkName(name);
    return set("move", index, writer -> writer.u32(NAMESPACE, namespace).text(NAME, name));
  }

  /**
   * Says how a bridge treats the link that is joined to it.
   *
   * @param hairpin sends frames back to where they came from, when they are meant for there
   * @param isolated keeps frames from other isolated ones
   */
  public static Request setPort(int index, boolean hairpin, boolean isolated) {
    return Request.of(
        "set port",
        shown(index),
        SET,
        0,
        writer -> {
          writer.u8(BRIDGE_FAMILY).zeros(3).u32(index).u32(0).u32(0);
          writer.nested(
              PORT,
              port -> port.u8(PORT_HAIRPIN, hairpin ? 1 : 0).u8(PORT_ISOLATED, isolated ? 1 : 0));
        });
  }

  /** All links of the namespace, to be dumped. */
  public static Request list() {
    return Request.of("list", "links", GET, 0, writer -> header(writer, 0, 0, 0));
  }

  /** The link of a name; ENODEV when there is none. */
  public static Request get(String name) {
    return Request.of(
        "show",
        "link " + name,
        GET,
        0,
        writer -> {
          header(writer, 0, 0, 0);
          writer.text(NAME, name);
        });
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static Link read(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    Optional<MacAddress> mac =
        attributes.find(MAC).filter(address -> address.length() == 6).map(Attribute::mac);
    return new Link(
        fixed.getInt(4),
        attributes.get(NAME).text(),
        KindCodec.read(attributes),
        fixed.getInt(8),
        attributes.u32(MTU, 0),
        mac,
        attributes.u32(MASTER, 0),
        attributes.find(ALIAS).map(Attribute::text).orElse(""));
  }

  static void header(PayloadWriter writer, int index, int flags, int changed) {
    writer.u8(0).zeros(3).u32(index).u32(flags).u32(changed);
  }

  /** Writes what is wanted of a link besides its kind. */
  static void writeOwn(NewLink link, PayloadWriter writer) {
    writer.text(NAME, link.name());
    link.mac().ifPresent(mac -> writer.mac(MAC, mac));
    if (link.mtu() != 0) {
      writer.u32(MTU, link.mtu());
    }
    if (link.master() != 0) {
      writer.u32(MASTER, link.master());
    }
  }

  private static Request set(String verb, int index, Consumer<PayloadWriter> attributes) {
    return Request.of(
        verb,
        shown(index),
        SET,
        0,
        writer -> {
          header(writer, index, 0, 0);
          attributes.accept(writer);
        });
  }

  private static String shown(int index) {
    return "link " + index;
  }
}
