// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.util.Optional;

/** Requests about tracked flows, and what they tell. */
public final class Flows {

  /** Type of messages that tell of a flow. */
  public static final int NEW = 0x0100;

  /** Type of messages that tell that a flow is gone. */
  public static final int DELETED = 0x0102;

  /** What monitors join to hear of flows that begin. */
  public static final int GROUP_NEW = 1;

  /** What monitors join to hear of flows that end. */
  public static final int GROUP_DELETED = 3;

  private static final int GET = 0x0101;

  private static final int FIXED = 4;
  private static final int IPV4 = 2;
  private static final int IPV6 = 10;

  private static final int ORIGINAL = 1;
  private static final int REPLY = 2;
  private static final int ABOUT_PROTOCOL = 4;
  private static final int TIMEOUT = 7;
  private static final int MARK = 8;
  private static final int ID = 12;
  private static final int ZONE = 18;
  private static final int FILTER = 25;

  private static final int OF_TCP = 1;
  private static final int TCP_STATE = 1;

  private static final int ADDRESSES = 1;
  private static final int PROTOCOL = 2;

  private static final int IPV4_SOURCE = 1;
  private static final int IPV4_DESTINATION = 2;
  private static final int IPV6_SOURCE = 3;
  private static final int IPV6_DESTINATION = 4;

  private static final int NUMBER = 1;
  private static final int SOURCE_PORT = 2;
  private static final int DESTINATION_PORT = 3;

  /** Which parts of both directions must be as given, in bits. */
  private static final int ORIGINAL_FLAGS = 1;

  private static final int REPLY_FLAGS = 2;
  private static final int BY_SOURCE = 0x01;
  private static final int BY_DESTINATION = 0x02;
  private static final int BY_PROTOCOL = 0x08;
  private static final int BY_SOURCE_PORT = 0x10;
  private static final int BY_DESTINATION_PORT = 0x20;

  private Flows() {}

  /** The flow whose original direction is this; ENOENT when there is none. */
  static Request get(FlowDirection original) {
    return Request.of(
        "show",
        "flow " + original,
        GET,
        0,
        writer -> {
          header(original.source().isIpv4(), writer);
          writer.nested(ORIGINAL, inside -> write(original, inside));
        });
  }

  /** Deletes one flow; ENOENT when it is not there any more. */
  static Request delete(Flow flow) {
    return Request.of(
        "delete",
        flow,
        DELETED,
        0,
        writer -> {
          header(flow.original().source().isIpv4(), writer);
          // Without this, the kernel would take all flows to be meant.
          writer.nested(ORIGINAL, inside -> write(flow.original(), inside));
          if (flow.zone() != 0) {
            writer.big16(ZONE, flow.zone());
          }
          writer.big32(ID, flow.id());
        });
  }

  /** All flows of a family, to be dumped. */
  static Request list(boolean ipv4) {
    return Request.of(
        "list", ipv4 ? "IPv4 flows" : "IPv6 flows", GET, 0, writer -> header(ipv4, writer));
  }

  /** Flows that a filter means, and maybe others of the family, to be dumped. */
  static Request list(FlowFilter filter) {
    boolean ipv4 = filter.isIpv4();
    HostPort any = new HostPort(ipv4 ? IpAddress.ANY_IPV4 : IpAddress.ofIpv6(0, 0), 0);
    HostPort service = filter.service().orElse(any);
    HostPort backend = filter.backend().orElse(any);
    // Kernels up to 6.18 at least leave out just those flows whose IPv6 addresses are equal.
    int byDestination = ipv4 ? BY_DESTINATION | BY_DESTINATION_PORT : BY_DESTINATION_PORT;
    int bySource = ipv4 ? BY_SOURCE | BY_SOURCE_PORT : BY_SOURCE_PORT;
    int originalFlags = BY_PROTOCOL | (filter.service().isPresent() ? byDestination : 0);
    int replyFlags = BY_PROTOCOL | (filter.backend().isPresent() ? bySource : 0);
    return Request.of(
        "list",
        filter,
        GET,
        0,
        writer -> {
          header(ipv4, writer);
          writer.nested(
              ORIGINAL, inside -> write(FlowDirection.of(filter.protocol(), any, service), inside));
          writer.nested(
              REPLY, inside -> write(FlowDirection.of(filter.protocol(), backend, any), inside));
          writer.nested(
              FILTER,
              inside -> inside.u32(ORIGINAL_FLAGS, originalFlags).u32(REPLY_FLAGS, replyFlags));
        });
  }

  /** Reads a message of type {@link #NEW} or {@link #DELETED}. */
  public static Flow read(Message message) {
    Attributes attributes = message.attributes(FIXED);
    return new Flow(
        readDirection(attributes.nested(ORIGINAL)),
        readDirection(attributes.nested(REPLY)),
        attributes.find(ID).map(Attribute::big32).orElse(0),
        attributes.find(ZONE).map(Attribute::big16).orElse(0),
        attributes.find(TIMEOUT).map(Attribute::big32).orElse(0) & 0xffff_ffffL,
        attributes.find(MARK).map(Attribute::big32).orElse(0),
        attributes
            .nested(ABOUT_PROTOCOL)
            .nested(OF_TCP)
            .find(TCP_STATE)
            .map(Attribute::u8)
            .orElse(0));
  }

  private static FlowDirection readDirection(Attributes direction) {
    Attributes addresses = direction.nested(ADDRESSES);
    Attributes protocol = direction.nested(PROTOCOL);
    boolean ipv4 = addresses.has(IPV4_SOURCE);
    IpAddress source = addresses.get(ipv4 ? IPV4_SOURCE : IPV6_SOURCE).address();
    IpAddress destination = addresses.get(ipv4 ? IPV4_DESTINATION : IPV6_DESTINATION).address();
    if (source.isIpv4() != ipv4 || destination.isIpv4() != ipv4) {
      throw new DecodeException("addresses of flow: " + source + " and " + destination, 0);
    }
    return new FlowDirection(
        protocol.get(NUMBER).u8(),
        source,
        port(protocol.find(SOURCE_PORT)),
        destination,
        port(protocol.find(DESTINATION_PORT)));
  }

  private static int port(Optional<Attribute> port) {
    return port.map(Attribute::big16).orElse(0);
  }

  private static void header(boolean ipv4, PayloadWriter writer) {
    writer.u8(ipv4 ? IPV4 : IPV6).u8(0).big16(0);
  }

  private static void write(FlowDirection direction, PayloadWriter writer) {
    boolean ipv4 = direction.source().isIpv4();
    writer.nested(
        ADDRESSES,
        addresses ->
            addresses
                .address(ipv4 ? IPV4_SOURCE : IPV6_SOURCE, direction.source())
                .address(ipv4 ? IPV4_DESTINATION : IPV6_DESTINATION, direction.destination()));
    writer.nested(
        PROTOCOL,
        protocol ->
            protocol
                .u8(NUMBER, direction.protocol())
                .big16(SOURCE_PORT, direction.sourcePort())
                .big16(DESTINATION_PORT, direction.destinationPort()));
  }
}
