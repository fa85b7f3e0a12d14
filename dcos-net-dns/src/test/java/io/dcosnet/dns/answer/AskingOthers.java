// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.querylog.QueryRecorder;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/** Responders that have others asked, on virtual time. */
final class AskingOthers {

  final RecordingMetrics metrics = new RecordingMetrics();
  final VirtualTime time = new VirtualTime();
  final LaterAnswers later;
  final Sender sender = new Sender();
  private final Map<Protocol, Responder> responders = new EnumMap<>(Protocol.class);

  AskingOthers(HandlerChain handlers, @Nullable Resolver outside, Zone... zones) {
    this(handlers, outside, Guard.OPEN, Aliases.NONE, null, zones);
  }

  AskingOthers(
      HandlerChain handlers,
      @Nullable Resolver outside,
      Guard guard,
      Aliases aliases,
      @Nullable QueryLog log,
      Zone... zones) {
    ZoneTable table = ZoneTable.of(List.of(zones));
    DnsMetrics names = new DnsMetrics(metrics);
    RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    later = LaterAnswers.of(table, aliases, handlers, outside, time, random, names);
    Responder.Parts parts =
        new Responder.Parts(
            table,
            aliases,
            protocol -> guard,
            () -> outside == null ? Elsewhere.NOWHERE : Elsewhere.OTHERS,
            later,
            log == null ? null : new QueryRecorder(log, time, time, () -> new byte[32], names),
            ResponseStyle.DEFAULTS,
            random,
            names);
    for (Protocol protocol : Protocol.values()) {
      responders.put(protocol, new Responder(parts, protocol));
    }
    sender.setIpv4(0xc0000201, 4000); // 192.0.2.1
  }

  /** The response, which may come later. */
  CompletableFuture<byte[]> ask(byte[] message, Protocol protocol) {
    Responder responder = Objects.requireNonNull(responders.get(protocol));
    byte[] copy = message.clone();
    int length = responder.answer(copy, 0, copy.length, sender);
    CompletableFuture<byte[]> response =
        length == Responder.LATER
            ? responder.later().toCompletableFuture()
            : CompletableFuture.completedFuture(Arrays.copyOf(responder.octets(), length));
    Arrays.fill(copy, (byte) 0x5a); // transports use their buffers again
    return response;
  }

  CompletableFuture<Message> udp(Message query) {
    return ask(query.toWire(), Protocol.UDP).thenApply(Asking::parse);
  }

  CompletableFuture<Message> tcp(Message query) {
    return ask(query.toWire(), Protocol.TCP).thenApply(Asking::parse);
  }

  /** A response that must be there by now. */
  static Message now(CompletableFuture<Message> response) {
    if (!response.isDone()) {
      throw new AssertionError("no response yet");
    }
    return response.join();
  }
}
