// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.generic.GenericFamily;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requests about virtual services and their destinations, and what they tell. <b>Immutable.</b>
 *
 * @param family as this kernel numbers it
 */
public record IpvsMessages(GenericFamily family) {

  private static final int NEW_SERVICE = 1;
  private static final int SET_SERVICE = 2;
  private static final int DELETE_SERVICE = 3;
  private static final int GET_SERVICE = 4;
  private static final int NEW_DESTINATION = 5;
  private static final int SET_DESTINATION = 6;
  private static final int DELETE_DESTINATION = 7;
  private static final int GET_DESTINATION = 8;

  private static final int SERVICE = 1;
  private static final int DESTINATION = 2;

  private static final int SERVICE_FAMILY = 1;
  private static final int SERVICE_PROTOCOL = 2;
  private static final int SERVICE_ADDRESS = 3;
  private static final int SERVICE_PORT = 4;
  private static final int SERVICE_MARK = 5;
  private static final int SERVICE_SCHEDULER = 6;
  private static final int SERVICE_FLAGS = 7;
  private static final int SERVICE_TIMEOUT = 8;
  private static final int SERVICE_NETMASK = 9;

  private static final int DESTINATION_ADDRESS = 1;
  private static final int DESTINATION_PORT = 2;
  private static final int DESTINATION_METHOD = 3;
  private static final int DESTINATION_WEIGHT = 4;
  private static final int DESTINATION_MOST = 5;
  private static final int DESTINATION_ENOUGH = 6;
  private static final int DESTINATION_ACTIVE = 7;
  private static final int DESTINATION_INACTIVE = 8;
  private static final int DESTINATION_FAMILY = 11;

  /** The same number for services and destinations. */
  private static final int STATISTICS = 12;

  private static final int CONNECTIONS = 1;
  private static final int PACKETS_IN = 2;
  private static final int PACKETS_OUT = 3;
  private static final int OCTETS_IN = 4;
  private static final int OCTETS_OUT = 5;

  private static final int IPV4 = 2;
  private static final int IPV6 = 10;
  private static final int ADDRESS_OCTETS = 16;

  /** Adds a service; EEXIST when there is one, ENOENT when there is no such scheduler. */
  public Request add(IpvsService service) {
    return change("add", service, NEW_SERVICE);
  }

  /** Gives a service another scheduler, flags or time; ESRCH when it is not there. */
  public Request set(IpvsService service) {
    return change("set", service, SET_SERVICE);
  }

  /** Deletes a service with its destinations; ESRCH when it is not there. */
  public Request delete(IpvsService.Key key) {
    return request("delete", key, DELETE_SERVICE, w -> w.nested(SERVICE, in -> write(key, in)));
  }

  /** Adds a destination; EEXIST when there is one, ESRCH when its service is not there. */
  public Request add(IpvsService.Key key, IpvsDestination destination) {
    return change("add", key, destination, NEW_DESTINATION);
  }

  /** Gives a destination another weight or limits; ENOENT when it is not there. */
  public Request set(IpvsService.Key key, IpvsDestination destination) {
    return change("set", key, destination, SET_DESTINATION);
  }

  /** Deletes a destination; ENOENT when it is not there. */
  public Request delete(IpvsService.Key key, HostPort endpoint) {
    return request(
        "delete",
        endpoint + " of " + key,
        DELETE_DESTINATION,
        writer -> {
          writer.nested(SERVICE, in -> write(key, in));
          writer.nested(DESTINATION, in -> write(endpoint, in));
        });
  }

  /** One service; ESRCH when it is not there. */
  Request get(IpvsService.Key key) {
    return request("show", key, GET_SERVICE, w -> w.nested(SERVICE, in -> write(key, in)));
  }

  /** All services, to be dumped. */
  Request list() {
    return request("list", "IPVS services", GET_SERVICE, writer -> {});
  }

  /** All destinations of a service, to be dumped; ESRCH when it is not there. */
  Request list(IpvsService.Key key) {
    return request(
        "list",
        "destinations of " + key,
        GET_DESTINATION,
        writer -> writer.nested(SERVICE, in -> write(key, in)));
  }

  /** Reads what tells of a service; empty for one by a mark on packets instead of an address. */
  static Optional<IpvsService> readService(Message message) {
    Attributes told = message.attributes(GenericFamily.FIXED_OCTETS).get(SERVICE).nested();
    if (told.has(SERVICE_MARK)) {
      return Optional.empty();
    }
    IpAddress address =
        address(told.get(SERVICE_ADDRESS), told.get(SERVICE_FAMILY).u16(), "of service");
    return Optional.of(
        new IpvsService(
            new IpvsService.Key(
                told.get(SERVICE_PROTOCOL).u16(),
                new HostPort(address, told.get(SERVICE_PORT).big16())),
            told.get(SERVICE_SCHEDULER).text(),
            flags(told.get(SERVICE_FLAGS)),
            told.u32(SERVICE_TIMEOUT, 0)));
  }

  /**
   * Reads what tells of a destination.
   *
   * @param ipv4 the family of its service, for kernels that do not tell that of each destination
   */
  static IpvsDestination readDestination(Message message, boolean ipv4) {
    Attributes told = destination(message);
    int family = told.find(DESTINATION_FAMILY).map(Attribute::u16).orElse(ipv4 ? IPV4 : IPV6);
    return new IpvsDestination(
        new HostPort(
            address(told.get(DESTINATION_ADDRESS), family, "of destination"),
            told.get(DESTINATION_PORT).big16()),
        told.get(DESTINATION_METHOD).u32(),
        told.get(DESTINATION_WEIGHT).u32(),
        told.u32(DESTINATION_MOST, 0),
        told.u32(DESTINATION_ENOUGH, 0));
  }

  /** Connections of a destination that are open, as the kernel sees it. */
  static int readActive(Message message) {
    return destination(message).u32(DESTINATION_ACTIVE, 0);
  }

  /** Connections of a destination that are ending, and all that is not TCP. */
  static int readInactive(Message message) {
    return destination(message).u32(DESTINATION_INACTIVE, 0);
  }

  static IpvsTraffic readServiceTraffic(Message message) {
    return traffic(
        message.attributes(GenericFamily.FIXED_OCTETS).get(SERVICE).nested().nested(STATISTICS));
  }

  static IpvsTraffic readDestinationTraffic(Message message) {
    return traffic(destination(message).nested(STATISTICS));
  }

  private static Attributes destination(Message message) {
    return message.attributes(GenericFamily.FIXED_OCTETS).get(DESTINATION).nested();
  }

  private static IpvsTraffic traffic(Attributes told) {
    return new IpvsTraffic(
        count(told, CONNECTIONS),
        count(told, PACKETS_IN),
        count(told, PACKETS_OUT),
        count(told, OCTETS_IN),
        count(told, OCTETS_OUT));
  }

  private static long count(Attributes told, int type) {
    return told.find(type).map(Attribute::u64).orElse(0L);
  }

  private Request change(String verb, IpvsService service, int command) {
    return request(
        verb,
        service,
        command,
        writer ->
            writer.nested(
                SERVICE,
                in -> {
                  write(service.key(), in);
                  in.text(SERVICE_SCHEDULER, service.scheduler());
                  in.octets(SERVICE_FLAGS, words(service.flags(), -1));
                  in.u32(SERVICE_TIMEOUT, service.timeoutSeconds());
                  boolean ipv4 = service.key().endpoint().address().isIpv4();
                  in.u32(SERVICE_NETMASK, ipv4 ? -1 : 128);
                }));
  }

  private Request change(
      String verb, IpvsService.Key key, IpvsDestination destination, int command) {
    return request(
        verb,
        destination + " of " + key,
        command,
        writer -> {
          writer.nested(SERVICE, in -> write(key, in));
          writer.nested(
              DESTINATION,
              in -> {
                write(destination.endpoint(), in);
                in.u32(DESTINATION_METHOD, destination.method());
                in.u32(DESTINATION_WEIGHT, destination.weight());
                in.u32(DESTINATION_MOST, destination.most());
                in.u32(DESTINATION_ENOUGH, destination.enough());
              });
        });
  }

  private Request request(
      String verb, Object object, int command, Consumer<PayloadWriter> attributes) {
    return family.request(verb, object, command, 0, attributes);
  }

  private static void write(IpvsService.Key key, PayloadWriter writer) {
    IpAddress address = key.endpoint().address();
    writer.u16(SERVICE_FAMILY, address.isIpv4() ? IPV4 : IPV6);
    writer.u16(SERVICE_PROTOCOL, key.protocol());
    writer.octets(SERVICE_ADDRESS, Arrays.copyOf(address.toBytes(), ADDRESS_OCTETS));
    writer.big16(SERVICE_PORT, key.endpoint().port());
  }

  private static void write(HostPort endpoint, PayloadWriter writer) {
    IpAddress address = endpoint.address();
    writer.octets(DESTINATION_ADDRESS, Arrays.copyOf(address.toBytes(), ADDRESS_OCTETS));
    writer.big16(DESTINATION_PORT, endpoint.port());
    writer.u16(DESTINATION_FAMILY, address.isIpv4() ? IPV4 : IPV6);
  }

  private static IpAddress address(Attribute told, int family, String whose) {
    byte[] octets = told.octets();
    if (octets.length != ADDRESS_OCTETS || (family != IPV4 && family != IPV6)) {
      throw new DecodeException(
          "address "
              + whose
              + ": "
              + octets.length
              + " octets of family "
              + family
              + " (expected: 16 of 2 or 10)",
          0);
    }
    return IpAddress.ofBytes(family == IPV4 ? Arrays.copyOf(octets, 4) : octets);
  }

  private static byte[] words(int first, int second) {
    ByteBuffer both = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    return both.putInt(first).putInt(second).array();
  }

  /** The flags, without the mask behind them. */
  private static int flags(Attribute told) {
    byte[] octets = told.octets();
    if (octets.length != 8) {
      throw new DecodeException("flags of service: " + told + " (expected: 8 octets)", 0);
    }
    return ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder()).getInt(0);
  }
}
