// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Asks a responder with messages that dnsjava made, and reads what it answers with dnsjava. */
final class Asking {

  final RecordingMetrics metrics = new RecordingMetrics();
  private final Map<Protocol, Responder> responders = new EnumMap<>(Protocol.class);

  Asking(Zone... zones) {
    this(Aliases.NONE, zones);
  }

  Asking(Aliases aliases, Zone... zones) {
    ZoneTable table = ZoneTable.of(List.of(zones));
    DnsMetrics names = new DnsMetrics(metrics);
    for (Protocol protocol : Protocol.values()) {
      responders.put(
          protocol,
          new Responder(
              Responder.Parts.authoritative(table, aliases, new SplittableRandom(7), names),
              protocol == Protocol.UDP ? Carrier.UDP : Carrier.tcp(Duration.ofSeconds(10))));
    }
  }

  /** A query for the name in class IN, with RD. */
  static Message query(String name, int type) {
    try {
      return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
    } catch (TextParseException e) {
      throw new AssertionError(e);
    }
  }

  /** As {@link #query}, with an OPT record that tells this size. */
  static Message ednsQuery(String name, int type, int size) {
    Message message = query(name, type);
    message.addRecord(
        new OPTRecord(size, 0, 0, ExtendedFlags.DO), org.xbill.DNS.Section.ADDITIONAL);
    return message;
  }

  Message udp(Message query) {
    return parse(answer(query.toWire(), Protocol.UDP));
  }

  Message tcp(Message query) {
    return parse(answer(query.toWire(), Protocol.TCP));
  }

  /** The octets of the answer to anything, none when there is silence. */
  byte[] answer(byte[] message, Protocol protocol) {
    byte[] around = new byte[message.length + 20]; // messages lie anywhere in a buffer
    Arrays.fill(around, (byte) 0x5a);
    System.arraycopy(message, 0, around, 9, message.length);
    Responder responder = Objects.requireNonNull(responders.get(protocol));
    int length = responder.answer(around, 9, message.length, new Sender());
    return Arrays.copyOf(responder.octets(), length);
  }

  static Message parse(byte[] octets) {
    try {
      return new Message(octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Data as text, IPv6 addresses the way we write them. */
  static String data(Record record) {
    return record instanceof AAAARecord address
        ? IpAddress.of(address.getAddress()).toString()
        : record.rdataToString();
  }

  /** Such as {@code web.mesos. 60 A 192.0.2.1}. */
  static List<String> texts(Message message, int section) {
    return message.getSection(section).stream()
        .filter(record -> record.getType() != Type.OPT)
        .map(
            record ->
                record.getName()
                    + " "
                    + record.getTTL()
                    + " "
                    + Type.string(record.getType())
                    + " "
                    + data(record))
        .toList();
  }

  /** Why the answer is an error, as {@code code text}; empty when it does not say. */
  static String extendedError(Message message) {
    OPTRecord opt = message.getOPT();
    if (opt == null) {
      return "";
    }
    return opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
        .map(ExtendedErrorCodeOption.class::cast)
        .map(
            option ->
                option.getErrorCode() + (option.getText() == null ? "" : " " + option.getText()))
        .findFirst()
        .orElse("");
  }

  static boolean hasFlag(Message message, int flag) {
    return message.getHeader().getFlag(flag);
  }

  static boolean isTruncated(Message message) {
    return hasFlag(message, Flags.TC);
  }
}
