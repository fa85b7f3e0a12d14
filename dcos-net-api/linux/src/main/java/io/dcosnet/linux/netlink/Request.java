// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;

/**
 * Something to be asked of the kernel, together with words for it, should the kernel refuse.
 * <b>Immutable.</b>
 */
public final class Request {

  private final String verb;
  private final Object object;
  private final int type;
  private final int flags;
  private final byte[] payload;

  private Request(String verb, Object object, int type, int flags, byte[] payload) {
    this.verb = requireNonNull(verb, "verb");
    this.object = requireNonNull(object, "object");
    this.type = type;
    this.flags = flags | Message.REQUEST;
    this.payload = payload;
  }

  /**
   * Makes a request.
   *
   * @param verb what is done, such as {@code add}
   * @param object to what it is done; turned into text only when the kernel refuses
   * @param flags such as {@link Message#CREATE}; that it is a request goes without saying
   * @param payload writes what stands behind the header
   */
  public static Request of(
      String verb, Object object, int type, int flags, Consumer<PayloadWriter> payload) {
    PayloadWriter writer = new PayloadWriter();
    payload.accept(writer);
    return new Request(verb, object, type, flags, writer.toBytes());
  }

  /** What is tried on what, in words. */
  public String tried() {
    return verb + " " + object;
  }

  public int type() {
    return type;
  }

  public int flags() {
    return flags;
  }

  /** The same with more flags. */
  public Request with(int moreFlags) {
    return new Request(verb, object, type, flags | moreFlags, payload);
  }

  /** As it goes over the wire. */
  public Message message(int sequence) {
    return new Message(type, flags, sequence, 0, payload);
  }

  /** Octets on the wire, with padding. */
  public int paddedOctets() {
    return Message.HEADER_OCTETS + payload.length + 3 & ~3;
  }

  @Override
  public String toString() {
    return tried();
  }
}
