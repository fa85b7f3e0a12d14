// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.generic;

import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A part of the kernel that is spoken to by a number which it got when the kernel started.
 * <b>Immutable.</b>
 *
 * @param id type of its messages
 * @param version of its language
 * @param groups numbers of what monitors may join, by name
 */
public record GenericFamily(String name, int id, int version, Map<String, Integer> groups) {

  /** Octets that stand before the attributes of each message. */
  public static final int FIXED_OCTETS = 4;

  private static final int CONTROL = 16;
  private static final int GET_FAMILY = 3;

  private static final int ID = 1;
  private static final int NAME = 2;
  private static final int VERSION = 3;
  private static final int GROUPS = 7;
  private static final int GROUP_NAME = 1;
  private static final int GROUP_ID = 2;

  public GenericFamily {
    groups = Map.copyOf(groups);
  }

  /**
   * Makes a request to it.
   *
   * @param command number of what is asked
   * @param attributes writes what is told with it
   */
  public Request request(
      String verb, Object object, int command, int flags, Consumer<PayloadWriter> attributes) {
    return request(id, version, verb, object, command, flags, attributes);
  }

  /** What a message of it says, by the number of a command. */
  public static int command(Message message) {
    return message.fixed(FIXED_OCTETS).get(0) & 0xff;
  }

  /** Asks for a family; ENOENT when there is none of that name. */
  static Request get(String name) {
    return request(
        CONTROL, 1, "find", "netlink family " + name, GET_FAMILY, 0, w -> w.text(NAME, name));
  }

  /** Reads what the kernel tells of a family. */
  static GenericFamily read(Message message) {
    Attributes attributes = message.attributes(FIXED_OCTETS);
    Map<String, Integer> groups = new HashMap<>();
    for (Attribute group : attributes.nested(GROUPS)) {
      Attributes told = group.nested();
      groups.put(told.get(GROUP_NAME).text(), told.get(GROUP_ID).u32());
    }
    return new GenericFamily(
        attributes.get(NAME).text(), attributes.get(ID).u16(), attributes.u32(VERSION, 1), groups);
  }

  private static Request request(
      int type,
      int version,
      String verb,
      Object object,
      int command,
      int flags,
      Consumer<PayloadWriter> attributes) {
    return Request.of(
        verb,
        object,
        type,
        flags,
        writer -> {
          writer.u8(command).u8(version).u16(0);
          attributes.accept(writer);
        });
  }
}
